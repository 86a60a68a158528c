"""GET /v1/calls: calls, their turns and their words, redacted."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from api.auth import Reader
from api.parts import HasParts
from api.problems import unknown
from infra import calls_reader
from infra.clock import now
from infra.tenancy import tenant_transaction
from schemas.answers import CallDetail, CallPage, Transcript, TurnPage

router = APIRouter(prefix="/v1/calls", tags=["calls"])
CallPath = Annotated[str, Path(max_length=128, description="id the channel gave the call")]


@router.get("", operation_id="listCalls", summary="List calls, newest first")
def list_calls(
    who: Reader,
    parts: HasParts,
    state: Annotated[Literal["live", "ended"] | None, Query()] = None,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=calls_reader.MAX_LIMIT)] = 50,
    signals: Annotated[bool, Query(description="tell turns and kinds of verdicts of each call as well")] = False,
) -> CallPage:
    """Give one page of the tenant's calls."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        page = calls_reader.calls(connection, who.tenant, state=state, cursor=cursor, limit=limit)
        if not signals:
            return page
        told = calls_reader.signals(connection, who.tenant, [one.call_id for one in page.calls])
        return page.model_copy(update={"signals": told})


@router.get("/{call_id}", operation_id="getCall", summary="Read one call with its verdicts and handoffs")
def get_call(call_id: CallPath, who: Reader, parts: HasParts) -> CallDetail:
    """Give one call."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        call = calls_reader.call(connection, who.tenant, call_id)
    if call is None:
        raise unknown("call")
    return call


@router.get("/{call_id}/turns", operation_id="listTurns", summary="Read a call's turns with their waterfalls")
def list_turns(call_id: CallPath, who: Reader, parts: HasParts) -> TurnPage:
    """Give the turns; the parts of each sum to its TTFA."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        turns = calls_reader.turns(connection, who.tenant, call_id)
    if turns is None:
        raise unknown("call")
    return turns


@router.get("/{call_id}/transcript", operation_id="getTranscript", summary="Read what was said and heard, redacted")
def get_transcript(
    call_id: CallPath,
    who: Reader,
    parts: HasParts,
    interims: Annotated[bool, Query(description="also what the recogniser believed meanwhile")] = False,
) -> Transcript:
    """Give the words with their stages; the look is in the audit log before they leave."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        transcript = calls_reader.transcript(connection, who.tenant, call_id, interims=interims)
    if transcript is None:
        raise unknown("call")
    parts.access.looked(who, what="transcript", call=call_id, at=now())
    return transcript
