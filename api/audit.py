"""/v1/audit/entries: the log for compliance officers; who reads it is in it before the first row leaves."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime

from api.auth import Compliance
from api.parts import HasParts
from api.problems import unknown
from infra import audit_reader, audit_search, read_purposes
from infra.audit_rows import as_csv, as_json_lines
from infra.clock import now
from infra.existence import window
from infra.tenancy import tenant_transaction
from schemas.audit import AuditFilter, AuditPage, Existence

router = APIRouter(prefix="/v1/audit/entries", tags=["audit"])
Text = Annotated[str | None, Query(max_length=200)]
CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {}, "application/x-ndjson": {}},
        "description": "JSON; CSV or JSON Lines where `format` or Accept asks for it",
    }
}
WORDS = "words of the redacted text, part of a type, rule, policy or actor, or a call"


def _filter(
    call: Text = None,
    actor: Annotated[str | None, Query(max_length=200, description="login, component or pseudonym")] = None,
    type_: Annotated[str | None, Query(alias="type", max_length=200)] = None,
    subject: Annotated[str | None, Query(max_length=200, description="pseudonym of whom it is about")] = None,
    rule: Text = None,
    policy: Text = None,
    from_: Annotated[AwareDatetime | None, Query(alias="from", description="recorded at or after")] = None,
    to: Annotated[AwareDatetime | None, Query(description="recorded before")] = None,
    q: Annotated[str | None, Query(max_length=200, description=WORDS)] = None,
) -> AuditFilter:
    return AuditFilter(
        call=call, actor=actor, subject=subject, type=type_, rule=rule, policy=policy, from_at=from_, to_at=to, q=q
    )


@router.get(
    "", operation_id="searchAudit", summary="Search the audit log", response_model=AuditPage, responses=CSV
)
def search(
    request: Request,
    who: Compliance,
    parts: HasParts,
    wanted: Annotated[AuditFilter, Depends(_filter)],
    format_: Annotated[Literal["json", "csv", "jsonl"] | None, Query(alias="format")] = None,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=audit_search.MAX_LIMIT)] = audit_search.DEFAULT_LIMIT,
) -> Response:
    """Give one page in the order of the log."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        page = audit_search.search(connection, who.tenant, wanted, cursor=cursor, limit=limit)
    asked = {name: str(value) for name, value in wanted.model_dump(mode="json", exclude_none=True).items()}
    if cursor is not None:
        asked["cursor"] = cursor
    found = [str(entry.index) for entry in page.entries]
    # Committed here: whatever happens to the answer, that it was asked for is known.
    parts.access.read(who, what="audit.entries", asked=asked, found=found, at=now(), call=wanted.call)
    page = read_purposes.told(parts.pool, parts.keyring, who.tenant, page)
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    if page.cursor is not None:
        url = request.url.include_query_params(cursor=page.cursor)
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return _written(page, format_ or _accepted(request.headers.get("accept", "")), headers)


@router.get(
    "/{index}/proof",
    operation_id="proveEntry",
    summary="Prove that an entry is in the log (C2SP tlog-proof)",
    response_class=Response,
    responses={HTTPStatus.OK: {"content": {"text/plain": {}}, "description": "checkable with no log at hand"}},
)
def proof(index: Annotated[int, Path(ge=0, le=2**53)], who: Compliance, parts: HasParts) -> Response:
    """Give the proof against the newest checkpoint; 404 before a checkpoint covers the entry."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        written = audit_reader.tlog_proof(connection, who.tenant, index)
    headers = {"Content-Disposition": f'inline; filename="{index}.tlog-proof"', "Cache-Control": "no-store"}
    return Response(written, media_type="text/plain; charset=utf-8", headers=headers)


@router.get(
    "/{index}/existence", operation_id="dateEntry", summary="Between which checkpoints an entry came to be"
)
def existence(index: Annotated[int, Path(ge=0, le=2**53)], who: Compliance, parts: HasParts) -> Existence:
    """Give the window, by our own checkpoints and by those that others vouched for; 404 before one covers the entry."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        found = window(connection, who.tenant, index)
    if found is None:
        raise unknown("entry of a checkpoint")
    return found


def _accepted(accept: str) -> str:
    if "text/csv" in accept:
        return "csv"
    return "jsonl" if "application/x-ndjson" in accept else "json"


def _written(page: AuditPage, form: str, headers: dict[str, str]) -> Response:
    if form == "json":
        return Response(page.model_dump_json(), media_type="application/json", headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="audit.{form}"'
    if form == "csv":
        return Response(as_csv(page.entries), media_type="text/csv; charset=utf-8", headers=headers)
    return Response(as_json_lines(page.entries), media_type="application/x-ndjson", headers=headers)
