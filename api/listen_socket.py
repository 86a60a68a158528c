"""WS /v1/calls/{call_id}/listen: a supervisor hears a live call; the call and the audit log know of it first."""

import asyncio
import time
from contextlib import aclosing, suppress

import structlog
from fastapi import APIRouter, Depends, WebSocket
from starlette.websockets import WebSocketDisconnect

from api import leg_control
from api.agent_socket import check_live
from api.audio_line import LATER, NORMAL
from api.audio_socket import rate_of
from api.auth import Declared, admit, subprotocol_of
from api.parts import Parts, parts_of
from api.problems import problem_of
from governance.errors import InputError, TransientError
from infra import outbox
from infra.clock import now
from infra.front_door import event
from infra.speech.line_sound import LineSound
from infra.tokens import Principal
from schemas.base import Data, Event
from schemas.legs import ListeningBegan, ListeningEnded

router = APIRouter(tags=["calls"])
log = structlog.get_logger()
SIDES = {"in": b"\x00", "out": b"\x01"}


@router.websocket("/v1/calls/{call_id}/listen", dependencies=[Depends(Declared("listen_in"))])
async def listen(socket: WebSocket, call_id: str) -> None:
    """Listen until either side ends it; nothing that she sends goes anywhere."""
    parts = parts_of(socket)
    try:
        who = await admit(socket, parts, "listen_in")
        rate = rate_of(socket)
        await asyncio.to_thread(check_live, parts, who, call_id)
        told = _Told(parts, who, call_id)
        await told.began()
    except Exception as wrong:  # noqa: BLE001 - whatever it is, she gets a document
        await socket.send_denial_response(problem_of(wrong).response())
        return
    over = "lost"
    try:
        await socket.accept(subprotocol=subprotocol_of(socket))
        hello = {"call_id": call_id, "encoding": "linear16", "sample_rate": rate}
        await socket.send_text(leg_control.frame("hello", hello))
        over = await _until_over(socket, parts, who, call_id, rate)
    except (WebSocketDisconnect, TransientError, RuntimeError):
        log.info("listening in was cut off", call=call_id)
    finally:
        await told.ended()
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.send_text(leg_control.frame("over", {"reason": over}))
        await socket.close(LATER if over == "lost" else NORMAL, over)


async def _until_over(socket: WebSocket, parts: Parts, who: Principal, call_id: str, rate: int) -> str:
    hearing = asyncio.create_task(_hear(socket, parts, who, call_id, rate))
    gone = asyncio.create_task(_gone(socket))
    try:
        done, _ = await asyncio.wait((hearing, gone), return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for task in (hearing, gone):
            task.cancel()
        await asyncio.gather(hearing, gone, return_exceptions=True)


async def _hear(socket: WebSocket, parts: Parts, who: Principal, call_id: str, rate: int) -> str:
    sounds = {side: LineSound(sample_rate=rate) for side in SIDES}
    follow = parts.sound.follow(tenant=who.tenant, call_id=call_id, answers=True, payments=False)
    async with aclosing(follow) as heard:
        async for one in heard:
            if one is None or one[1].leg:
                continue  # an agent's own record: what of it the caller hears comes on her side
            side, record = one
            if record.kind == "media" and (audio := sounds[side].push(record)):
                await socket.send_bytes(SIDES[side] + audio)
            elif record.kind == "clear":
                await socket.send_text(leg_control.frame("clear"))
            elif record.kind == "stop" and side == "in":
                return "call_over"
    return "lost"


async def _gone(socket: WebSocket) -> str:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass  # nothing is taken from her
    return "left"


class _Told:
    """Says on the call and in the audit log that somebody listens."""

    def __init__(self, parts: Parts, who: Principal, call_id: str) -> None:
        self._parts = parts
        self._who = who
        self._call_id = call_id
        self._since = now().isoformat()  # tells this listening from an earlier one
        self._began = 0.0

    async def began(self) -> None:
        """Return once both hold it."""
        asked = {"call": self._call_id}
        await asyncio.to_thread(
            self._parts.access.read, self._who, what="live sound", asked=asked, found=(), at=now(), call=self._call_id
        )
        await self._parts.door.accept([self._event(ListeningBegan(agent=self._who.subject), "began")])
        self._began = time.monotonic()

    async def ended(self) -> None:
        """Tell the end, now or from the outbox."""
        listened_ms = int(1000 * (time.monotonic() - self._began))
        over = self._event(ListeningEnded(agent=self._who.subject, listened_ms=listened_ms), "ended")
        try:
            await self._parts.door.accept([over])
        except (InputError, TransientError) as outside:
            log.warning("the end of listening waits for the broker", error=type(outside).__name__)
            await asyncio.to_thread(outbox.leave, self._parts.pool, over)

    def _event(self, data: Data, name: str) -> Event:
        tenant = self._who.tenant
        return event(
            data, call_id=self._call_id, tenant=tenant, source=f"/callwarden/listening/{tenant}",
            source_id=f"{self._call_id}/{self._who.subject}/{self._since}/{name}", occurred_at=now(),
        )
