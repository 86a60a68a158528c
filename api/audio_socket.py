"""WS /v1/calls/{call_id}/audio: a caller's audio in, the assistant's out, control beside both."""

import asyncio
from http import HTTPStatus
from typing import get_args

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


@router.websocket("/v1/calls/{call_id}/audio", dependencies=[Depends(Declared("carry_audio"))])
async def audio(socket: WebSocket, call_id: str) -> None:
    """Carry one call; what is wrong with the request is a problem document in place of the upgrade."""
    parts = parts_of(socket)
    try:
        who = await admit(socket, parts, "carry_audio")
        encoding, rate, order = _encoding(socket), _rate(socket), _order(socket)
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


def _encoding(socket: WebSocket) -> Encoding:
    asked = socket.query_params.get("encoding", "linear16")
    for encoding in ENCODINGS:
        if asked == encoding:
            return encoding
    raise _wrong("encoding", f"must be {' or '.join(ENCODINGS)}")


def _rate(socket: WebSocket) -> Rate:
    asked = socket.query_params.get("sample_rate", "16000")
    for rate in RATES:
        if asked == str(rate):
            return rate
    raise _wrong("sample_rate", f"must be one of {', '.join(str(each) for each in RATES)}")


def _order(socket: WebSocket) -> FrameOrder | None:
    match socket.query_params.get("frames", "plain"):
        case "plain":
            return None
        case "numbered":
            return FrameOrder()
    raise _wrong("frames", "must be plain or numbered")


def check_call(parts: Parts, who: Principal, call_id: str) -> None:
    """Raise a Problem where a call of this id cannot begin here now."""
    if CALL_ID.fullmatch(call_id) is None:
        raise _wrong("call_id", "must be letters, digits and _.:- (1 to 128)")
    if parts.gateway.partition is None:
        detail = "no partition for audio is free here: try again"
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "try-again", detail)
    with tenant_transaction(parts.pool, who.tenant) as connection:
        known = calls_reader.call(connection, who.tenant, call_id)
    if known is not None and known.state == "ended":
        # Its events would have the ids of the call before, and be dropped as known.
        raise Problem(HTTPStatus.CONFLICT, "call-ended", "a call of this id has ended: take another id")


def _wrong(field: str, reason: str) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-input", f"{field}: {reason}", members={"field": field}
    )
