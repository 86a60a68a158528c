"""Reviews: who reads a call says what she saw in it; calls to read are drawn, and rates over time come of it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime

from api.auth import CallReviewer, Reader
from api.parts import HasParts
from governance.errors import InputError
from infra import review_draws, review_report, reviews
from infra.clock import now
from infra.tenancy import tenant_transaction
from schemas.reviews import MOST_SAMPLED, Draw, Review, ReviewPage, ReviewReport, ReviewRequest, ReviewSample

router = APIRouter(prefix="/v1", tags=["reviews"])
CallPath = Annotated[str, Path(max_length=128, description="id the channel gave the call")]
From = Annotated[AwareDatetime | None, Query(alias="from", description="of calls that began at or after")]
To = Annotated[AwareDatetime | None, Query(description="of calls that began before; the end of yesterday if absent")]
DRAWN = "reviews.sample"
WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@router.post("/calls/{call_id}/reviews", operation_id="reviewCall", summary="Say what you saw in a call")
def review_call(call_id: CallPath, body: ReviewRequest, who: CallReviewer, parts: HasParts) -> Review:
    """Keep one label; it is an event and an entry of the audit log. Your later word on the same replaces it."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        return reviews.give(connection, who.tenant, call_id, body, agent=who.subject, at=now())


@router.get("/calls/{call_id}/reviews", operation_id="listReviews", summary="Read what was said of a call")
def list_reviews(call_id: CallPath, who: CallReviewer, parts: HasParts) -> ReviewPage:
    """Give the labels that stand, everybody's, oldest first."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        return reviews.of_call(connection, who.tenant, call_id)


@router.get("/reviews/sample", operation_id="drawReviews", summary="Draw calls at random to be read")
def draw(
    who: CallReviewer,
    parts: HasParts,
    size: Annotated[int, Query(ge=1, le=MOST_SAMPLED)] = 20,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1, description="the same seed draws the same calls")] = 0,
    from_: From = None,
    to: To = None,
) -> ReviewSample:
    """Give the calls of a draw; who drew what is in the audit log before it leaves."""
    at = now()
    from_at, to_at = _between(from_, to or _midnight(at), back=WEEK)
    how = Draw(seed=seed, size=size, from_at=from_at, to_at=to_at)
    with tenant_transaction(parts.pool, who.tenant) as connection:
        drawn = review_draws.draw(connection, who.tenant, how, agent=who.subject, at=at)
    parts.access.read(
        who, what=DRAWN, asked={"sample": drawn.sample}, found=[one.call_id for one in drawn.calls], at=at
    )
    return drawn


@router.get("/reports/reviews", operation_id="reportReviews", summary="Report leaks and false alarms that people saw")
def report(who: Reader, parts: HasParts, from_: From = None, to: To = None) -> ReviewReport:
    """Give rates by day and policy version; 30 days back if not told otherwise."""
    from_at, to_at = _between(from_, to or now(), back=MONTH)
    with tenant_transaction(parts.pool, who.tenant) as connection:
        return review_report.reviews(connection, who.tenant, from_at=from_at, to_at=to_at)


def _between(from_at: datetime | None, to_at: datetime, *, back: timedelta) -> tuple[datetime, datetime]:
    try:
        return from_at or to_at - back, to_at
    except OverflowError:
        raise InputError("to: there is no time before that") from None


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
