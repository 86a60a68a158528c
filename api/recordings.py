"""GET /v1/calls/{id}/recording: what was said, as WAV; redacted, or the original for who may hear it."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.auth import Reader, admit
from api.calls import CallPath
from api.parts import HasParts, Parts
from api.problems import Problem, unknown
from infra import recording_plan, recordings
from infra.clock import now
from infra.recording_chunks import Piece, context
from infra.recording_sound import Read, Rendition, wav
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.recordings import Interval

router = APIRouter(prefix="/v1/calls", tags=["calls"])
HEARD = "recording.original"
RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")
MEDIA_TYPE = "audio/wav"
WAV: dict[int | str, dict[str, object]] = {
    200: {"content": {MEDIA_TYPE: {}}, "description": "16-bit PCM, two channels: caller, assistant; of a briefing one"},
    206: {"content": {MEDIA_TYPE: {}}, "description": "the bytes that `Range` asks for"},
}


@router.get(
    "/{call_id}/recording", operation_id="getRecording", summary="Hear a call, redacted", responses=WAV,
    response_class=StreamingResponse,
)
async def get_recording(
    call_id: CallPath,
    request: Request,
    who: Reader,
    parts: HasParts,
    view: Annotated[Literal["redacted", "original"], Query(description="original: compliance only")] = "redacted",
    reason: Annotated[str | None, Query(min_length=3, max_length=500, description="why the original")] = None,
    briefing: Annotated[
        str | None, Query(max_length=200, description="a handoff: what her agent heard before she joined")
    ] = None,
    wanted: Annotated[str | None, Header(alias="range", description="bytes=from-to")] = None,
) -> Response:
    """Give the recording of an ended call; the look is in the audit log before the first byte leaves."""
    if view == "original":
        await admit(request, parts, "hear_originals")
        if reason is None:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-input", "the original needs a reason",
                members={"field": "reason"},
            )
    plan = await run_in_threadpool(_plan, parts, who, call_id, briefing, redacted=view == "redacted")
    await run_in_threadpool(_tell, parts, who, call_id, briefing, reason if view == "original" else None)
    return _answer(plan, _reader(parts, who.tenant, call_id), wanted)


def _plan(parts: Parts, who: Principal, call_id: str, handoff: str | None, *, redacted: bool) -> Rendition:
    with tenant_transaction(parts.pool, who.tenant) as connection:
        state = recordings.call_state(connection, who.tenant, call_id)
        if state is None:
            raise unknown("call")
        if state != "ended":
            # What follows may complete a number that began before: nothing is rendered until all is said.
            raise Problem(HTTPStatus.CONFLICT, "call-live", "the call is not over: ask again when it has ended")
        if handoff is None:
            plan = recording_plan.rendition(connection, who.tenant, call_id, redacted=redacted)
        else:
            plan = recording_plan.briefing(connection, who.tenant, call_id, handoff=handoff, redacted=redacted)
        kept = recordings.pieces(connection, who.tenant, call_id)
    if plan is None:
        raise unknown("recording")
    for key_id in {one.key_id for one in kept}:
        parts.keyring.forget(key_id)  # another process may have destroyed it: ask the database
    parts.keyring.ensure(tenant=who.tenant, call_id=call_id)
    return plan


def _tell(parts: Parts, who: Principal, call_id: str, handoff: str | None, reason: str | None) -> None:
    what = "recording" if handoff is None else "briefing"
    if reason is None:
        parts.access.looked(who, what=what, call=call_id, at=now())
        return
    parts.access.revealed(who, HEARD, call=call_id, facts={"what": what, "reason": reason}, at=now())


def _reader(parts: Parts, tenant: str, call_id: str) -> Read:
    def read(within: Interval) -> list[tuple[Piece, bytes]]:
        with tenant_transaction(parts.pool, tenant) as connection:
            found = recordings.sealed(connection, tenant, call_id, within)
        return [
            (one, parts.keyring.open(
                key_id=one.key_id, ciphertext=sealed, context=context(call_id, one.direction, one.place)
            ))
            for one, sealed in found
        ]

    return read


def _answer(plan: Rendition, read: Read, wanted: str | None) -> Response:
    size = plan.size
    headers = {"Cache-Control": "no-store", "Accept-Ranges": "bytes"}
    asked = RANGE.fullmatch(wanted or "")
    if asked is None:  # no range, or one of a kind that may be passed over (RFC 9110, 14.2)
        headers["Content-Length"] = str(size)
        return StreamingResponse(wav(plan, read), media_type=MEDIA_TYPE, headers=headers)
    first, last = int(asked[1]), min(size - 1, int(asked[2] or size - 1))
    if first >= size or last < first:
        raise Problem(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "range-not-satisfiable", f"the recording has {size} bytes",
            headers={"Content-Range": f"bytes */{size}"},
        )
    headers |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    part = _up_to(wav(plan, read, first=first), last - first + 1)
    return StreamingResponse(part, status_code=HTTPStatus.PARTIAL_CONTENT, media_type=MEDIA_TYPE, headers=headers)


def _up_to(content: Iterator[bytes], count: int) -> Iterator[bytes]:
    for one in content:
        yield one[:count]
        count -= len(one)
        if count <= 0:
            return
