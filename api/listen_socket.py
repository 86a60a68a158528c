"""WS /v1/calls/{call_id}/listen: a supervisor hears a live call; the call and the audit log know of it first.

The call's policy decides who on it is told; where the caller is, she has heard so before any sound leaves.
"""

import asyncio
import secrets
from contextlib import suppress
from http import HTTPStatus

import structlog
from fastapi import APIRouter, Depends, WebSocket
from starlette.websockets import WebSocketDisconnect

from api import leg_control
from api.agent_socket import check_live
from api.audio_line import LATER, NORMAL
from api.audio_socket import rate_of
from api.auth import Declared, admit, subprotocol_of
from api.listener import Listener, Over
from api.parts import Parts, parts_of
from api.problems import Problem, problem_of, unknown
from governance.errors import InputError, TransientError
from governance.jurisdictions import announced
from infra import calls_reader, outbox
from infra.calls_reader import CallLine
from infra.clock import now
from infra.front_door import event
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.base import Data, Event
from schemas.legs import Announce, ListeningBegan, ListeningEnded

router = APIRouter(tags=["calls"])
log = structlog.get_logger()


@router.websocket("/v1/calls/{call_id}/listen", dependencies=[Depends(Declared("listen_in"))])
async def listen(socket: WebSocket, call_id: str) -> None:
    """Listen until either side ends it; nothing that she sends goes anywhere."""
    parts, leg = parts_of(socket), secrets.token_hex(8)
    try:
        who = await admit(socket, parts, "listen_in")
        rate = rate_of(socket)
        line, announce = await asyncio.to_thread(_asked, parts, who, call_id)
        told = _Told(parts, who, call_id, announce)
        queue = None if announce == "never" else await parts.gateway.open(tenant=who.tenant, call_id=call_id, leg=leg)
    except Exception as wrong:  # noqa: BLE001 - whatever it is, she gets a document
        await socket.send_denial_response(problem_of(wrong).response())
        return
    listener = Listener(
        socket=socket, parts=parts, who=who, call_id=call_id, sample_rate=rate, line=line, announce=announce, leg=leg,
        queue=queue,
    )
    try:
        await _carry(socket, listener, told)
    finally:
        parts.gateway.close(tenant=who.tenant, call_id=call_id, leg=leg)


async def _carry(socket: WebSocket, listener: Listener, told: "_Told") -> None:
    try:
        await told.began()
    except Exception as wrong:  # noqa: BLE001 - whatever it is, she gets a document
        await socket.send_denial_response(problem_of(wrong).response())
        return
    over: Over = "lost"
    try:
        await socket.accept(subprotocol=subprotocol_of(socket))
        over = await listener.run()
    except (WebSocketDisconnect, TransientError, RuntimeError):
        log.info("listening in was cut off", call=told.call_id)
    finally:
        await told.ended(listener.listened_ms)
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.send_text(leg_control.frame("over", {"reason": over}))
        await socket.close(LATER if over in ("lost", "not_announced") else NORMAL, over)


def _asked(parts: Parts, who: Principal, call_id: str) -> tuple[CallLine, Announce]:
    """Give where the call's sound is and who is told of listening; raises Problem where it cannot be heard."""
    check_live(parts, who, call_id)
    with tenant_transaction(parts.pool, who.tenant) as connection:
        line = calls_reader.call_line(connection, who.tenant, call_id)
    if line is None:
        raise unknown("call")
    policy = parts.policies.version(who.tenant, line.policy_version) if line.policy_version else None
    rules = (policy or parts.policies.current(who.tenant).live).listening
    announce = announced(rules, line.jurisdiction)
    if announce != "never" and parts.gateway.partition is None:
        detail = "no partition for audio is free here: try again"
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "try-again", detail)
    return line, announce


class _Told:
    """Says on the call and in the audit log that somebody listens."""

    def __init__(self, parts: Parts, who: Principal, call_id: str, announce: Announce) -> None:
        self.call_id = call_id
        self._parts = parts
        self._who = who
        self._announce: Announce = announce
        self._since = now().isoformat()  # tells this listening from an earlier one

    async def began(self) -> None:
        """Return once both hold it."""
        asked = {"call": self.call_id}
        await asyncio.to_thread(
            self._parts.access.read, self._who, what="live sound", asked=asked, found=(), at=now(), call=self.call_id
        )
        began = ListeningBegan(agent=self._who.subject, announce=self._announce)
        await self._parts.door.accept([self._event(began, "began")])

    async def ended(self, listened_ms: int) -> None:
        """Tell the end, now or from the outbox."""
        over = self._event(ListeningEnded(agent=self._who.subject, listened_ms=listened_ms), "ended")
        try:
            await self._parts.door.accept([over])
        except (InputError, TransientError) as outside:
            log.warning("the end of listening waits for the broker", error=type(outside).__name__)
            await asyncio.to_thread(outbox.leave, self._parts.pool, over)

    def _event(self, data: Data, name: str) -> Event:
        tenant = self._who.tenant
        return event(
            data, call_id=self.call_id, tenant=tenant, source=f"/callwarden/listening/{tenant}",
            source_id=f"{self.call_id}/{self._who.subject}/{self._since}/{name}", occurred_at=now(),
        )
