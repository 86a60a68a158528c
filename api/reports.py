"""GET /v1/reports/disclosures: calls without a heard disclosure; who reads it is in the audit log first."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from api.auth import Compliance
from api.parts import HasParts
from infra import disclosure_report
from infra.clock import now
from infra.tenancy import tenant_transaction
from schemas.disclosure_answers import DisclosureReport

router = APIRouter(prefix="/v1/reports", tags=["audit"])
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "JSON; CSV where `format` or Accept asks for it"}
}


@router.get(
    "/disclosures", operation_id="reportDisclosures", summary="Report calls without a heard disclosure, newest first",
    response_model=DisclosureReport, responses=CSV,
)
def disclosures(
    request: Request,
    who: Compliance,
    parts: HasParts,
    from_: Annotated[AwareDatetime | None, Query(alias="from", description="due since at or after")] = None,
    to: Annotated[AwareDatetime | None, Query(description="due since before")] = None,
    kind: Annotated[str | None, Query(max_length=64, description="ai, recording, or one of the policy's own")] = None,
    format_: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=disclosure_report.MAX_LIMIT)] = disclosure_report.DEFAULT_LIMIT,
) -> Response:
    """Give one page, with the reason for each, and the counts of the whole time; CSV has the page alone."""
    asked, at = disclosure_report.Asked(from_at=from_, to_at=to, kind=kind), now()
    with tenant_transaction(parts.pool, who.tenant) as connection:
        page = disclosure_report.report(connection, who.tenant, asked, at=at, cursor=cursor, limit=limit)
    said = asked.said() if cursor is None else {**asked.said(), "cursor": cursor}
    parts.access.read(who, what=disclosure_report.WHAT, asked=said, found=disclosure_report.names(page), at=at)
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    if page.cursor is not None:
        url = request.url.include_query_params(cursor=page.cursor)
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    if format_ == "csv" or (format_ is None and "text/csv" in request.headers.get("accept", "")):
        headers["Content-Disposition"] = 'attachment; filename="disclosures.csv"'
        written = disclosure_report.as_csv(page.unheard)
        return Response(written, media_type="text/csv; charset=utf-8", headers=headers)
    return Response(page.model_dump_json(), media_type="application/json", headers=headers)
