"""WS /v1/calls/{call_id}/audio: a caller's audio in, the assistant's out, control beside both."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import TypeVar, get_args

from fastapi import APIRouter, Depends, WebSocket

from api.audio_session import AudioSession, Rate
from api.auth import Declared, admit, subprotocol_of
from api.frame_order import FrameOrder
from api.gateway import CallConnected
from api.parts import Parts, parts_of
from api.problems import Problem, problem_of
from infra import calls_reader
from infra.front_door import CALL_ID
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.calls import Encoding

router = APIRouter(tags=["channels"])
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
RATES: tuple[Rate, ...] = get_args(Rate)
Known = TypeVar("Known", bound=str)


@router.websocket("/v1/calls/{call_id}/audio", dependencies=[Depends(Declared("carry_audio"))])
async def audio(socket: WebSocket, call_id: str) -> None:
    """Carry one call; what is wrong with the request is a problem document in place of the upgrade."""
    parts = parts_of(socket)
    try:
        who = await admit(socket, parts, "carry_audio")
        encoding = choice(socket, "encoding", ENCODINGS, default="linear16")
        rate, order = rate_of(socket), _order(socket)
        await asyncio.to_thread(check_call, parts, who, call_id)
        queue = await parts.gateway.open(tenant=who.tenant, call_id=call_id)
    except CallConnected as wrong:
        await socket.send_denial_response(Problem(HTTPStatus.CONFLICT, "call-connected", str(wrong)).response())
        return
    except Exception as wrong:  # noqa: BLE001 - whatever it is, the channel gets a document
        await socket.send_denial_response(problem_of(wrong).response())
        return
    try:
        await socket.accept(subprotocol=subprotocol_of(socket))
        session = AudioSession(
            socket=socket, parts=parts, who=who, call_id=call_id, encoding=encoding, sample_rate=rate, queue=queue,
            order=order,
        )
        await session.run()
    finally:
        parts.gateway.close(tenant=who.tenant, call_id=call_id)


def choice(socket: WebSocket, name: str, known: Sequence[Known], *, default: str) -> Known:
    """Read what was chosen of a few words; raises Problem."""
    asked = socket.query_params.get(name, default)
    for one in known:
        if asked == one:
            return one
    raise wrong(name, f"must be {' or '.join(known)}")


def rate_of(socket: WebSocket) -> Rate:
    """Read the rate that a side wants; raises Problem."""
    asked = socket.query_params.get("sample_rate", "16000")
    for rate in RATES:
        if asked == str(rate):
            return rate
    raise wrong("sample_rate", f"must be one of {', '.join(str(each) for each in RATES)}")


def _order(socket: WebSocket) -> FrameOrder | None:
    match socket.query_params.get("frames", "plain"):
        case "plain":
            return None
        case "numbered":
            return FrameOrder()
    raise wrong("frames", "must be plain or numbered")


def check_call(parts: Parts, who: Principal, call_id: str) -> None:
    """Raise a Problem where a call of this id cannot begin here now."""
    if CALL_ID.fullmatch(call_id) is None:
        raise wrong("call_id", "must be letters, digits and _.:- (1 to 128)")
    if parts.gateway.partition is None:
        detail = "no partition for audio is free here: try again"
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "try-again", detail)
    with tenant_transaction(parts.pool, who.tenant) as connection:
        known = calls_reader.call(connection, who.tenant, call_id)
    if known is not None and known.state == "ended":
        # Its events would have the ids of the call before, and be dropped as known.
        raise Problem(HTTPStatus.CONFLICT, "call-ended", "a call of this id has ended: take another id")


def wrong(field: str, reason: str) -> Problem:
    """Give the document for a value of the address that cannot be taken."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-input", f"{field}: {reason}", members={"field": field}
    )
