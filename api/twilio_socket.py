"""WS /v1/channels/twilio: Twilio Media Streams as they are, signed where the account's token is known.

Login and caller are parameters of the stream.
"""

import asyncio
from http import HTTPStatus

import structlog
from fastapi import APIRouter, Depends, WebSocket
from starlette.websockets import WebSocketDisconnect

from api.audio_control import ControlUnreadable
from api.audio_line import LATER, REFUSED, UNREADABLE
from api.audio_session import AudioSession
from api.audio_socket import check_call
from api.auth import Declared, admit, subprotocol_of, token_of
from api.frame_order import FrameOrder
from api.parts import Parts, parts_of
from api.problems import Problem, problem_of
from api.twilio_line import RATE, TwilioLine, started
from infra.ingest.signatures import stream_signed

log = structlog.get_logger()
router = APIRouter(tags=["channels"])
MOST_REASON = 100
UNAVAILABLE = 500


@router.websocket("/v1/channels/twilio", dependencies=[Depends(Declared("carry_audio"))])
async def media_stream(socket: WebSocket) -> None:
    """Carry one call; whatever is wrong with its start is the reason with which the stream is closed."""
    parts = parts_of(socket)
    try:
        _check_signature(socket, parts)
        known = None if token_of(socket) is None else await admit(socket, parts, "carry_audio")
    except Exception as wrong:  # noqa: BLE001 - whatever it is, the channel gets a document
        await socket.send_denial_response(problem_of(wrong).response())
        return
    await socket.accept(subprotocol=subprotocol_of(socket))
    try:
        start = await started(socket)
        who = known or await admit(socket, parts, "carry_audio", told=start.parameters.get("token"))
        await asyncio.to_thread(check_call, parts, who, start.call)
        queue = await parts.gateway.open(tenant=who.tenant, call_id=start.call)
    except WebSocketDisconnect:
        return
    except Exception as wrong:  # noqa: BLE001 - whatever it is, the channel gets a code and a reason
        await socket.close(*_refusal(wrong))
        return
    try:
        session = AudioSession(
            socket=TwilioLine(socket, start), parts=parts, who=who, call_id=start.call, encoding="mulaw",
            sample_rate=RATE, queue=queue, order=FrameOrder(),
        )
        await session.run()
    finally:
        parts.gateway.close(tenant=who.tenant, call_id=start.call)


def _check_signature(socket: WebSocket, parts: Parts) -> None:
    """Raise a Problem where the account's token is known and did not sign this address."""
    if parts.twilio_token is None:
        return
    parts.limits.address(socket)
    ours = parts.public_url or f"https://{socket.headers.get('host', '')}"
    address = f"wss://{ours.partition('://')[2].rstrip('/')}{socket.url.path}"
    given = socket.headers.get("x-twilio-signature", "")
    if not stream_signed(address, signature=given, secret=parts.twilio_token.get_secret_value()):
        parts.limits.refused(socket)
        parts.metrics.refused()
        detail = "X-Twilio-Signature is not the account's for this address (CALLWARDEN_PUBLIC_URL)"
        raise Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", detail)


def _refusal(wrong: Exception) -> tuple[int, str]:
    problem = problem_of(wrong)
    log.warning("a stream was refused", status=int(problem.status), error=type(wrong).__name__)
    if problem.status >= UNAVAILABLE:
        return LATER, "the service cannot take the call now"
    code = UNREADABLE if isinstance(wrong, ControlUnreadable) else REFUSED
    return code, problem.detail[:MOST_REASON]
