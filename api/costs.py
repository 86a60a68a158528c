"""GET /v1/reports/cost: what ended calls cost, from recorded usage; who reads it is in the audit log first."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from api.auth import CostReader
from api.parts import HasParts
from api.problems import Problem
from infra import cost_report
from infra.clock import now
from infra.tenancy import tenant_transaction
from schemas.costs import CostReport

router = APIRouter(prefix="/v1/reports", tags=["calls"])
MOST_CALLS = 5_000  # one by one in an answer


@router.get("/cost", operation_id="reportCost", summary="Report what ended calls cost, in all and a minute")
def report_cost(
    response: Response,
    who: CostReader,
    parts: HasParts,
    from_: Annotated[AwareDatetime | None, Query(alias="from", description="began at or after")] = None,
    to: Annotated[AwareDatetime | None, Query(description="began before")] = None,
    calls: Annotated[bool, Query(description="each call by itself, too")] = False,
) -> CostReport:
    """Give the sums of `callwarden cost`; what has no price is in `unpriced` and in no sum."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        found = cost_report.report(connection, who.tenant, parts.prices, from_at=from_, to_at=to)
    if calls and len(found.calls) > MOST_CALLS:
        detail = f"calls: {len(found.calls)} calls are too many to list, ask for a shorter time"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-input", detail, members={"field": "calls"})
    names = [one.name for one in found.calls]
    asked = {name: at.isoformat() for name, at in (("from", from_), ("to", to)) if at is not None}
    parts.access.read(who, what=cost_report.WHAT, asked=asked, found=names, at=now())
    response.headers["Cache-Control"] = "no-store"
    return found if calls else found.model_copy(update={"calls": ()})
