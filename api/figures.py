"""GET /v1/reports/figures: counts and percentiles by day, for the plots over time."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import Reader
from api.parts import HasParts
from infra import figures
from infra.clock import now
from infra.tenancy import tenant_transaction
from schemas.figures import FiguresReport

router = APIRouter(prefix="/v1/reports", tags=["calls"])


@router.get("/figures", operation_id="reportFigures", summary="Report time to first audio and what went wrong, by day")
def report_figures(
    who: Reader, parts: HasParts, days: Annotated[int, Query(ge=1, le=figures.MOST_DAYS)] = 14
) -> FiguresReport:
    """Give one row for each day of the time that had anything."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        return figures.report(connection, who.tenant, days=days, at=now())
