"""One agent on one call: her socket, what she hears of the caller, and the end of it, which is always told."""

import asyncio
import contextlib
import json
from contextlib import aclosing
from typing import Literal

import structlog
from fastapi import WebSocket
from sqlalchemy.exc import DBAPIError
from starlette.websockets import WebSocketDisconnect

from api import leg_control
from api.audio_line import LATER, NORMAL
from api.first_of import first_of
from api.parts import Parts
from api.play_queue import PlayQueue
from api.uplink import Uplink
from governance.errors import InputError, TransientError
from infra import calls_reader, desk_steps, handoff_desk
from infra.clock import now
from infra.speech.line_sound import LineSound
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.audio import AudioRecord
from schemas.transfers import TransferKind

log = structlog.get_logger()
THERE_EVERY_S = 3.0
Over = Literal["left", "caller_left", "released", "replaced", "lost"]
TOLD: tuple[Over, ...] = ("released", "replaced")


class AgentLeg:
    """Carries one leg until it is over."""

    def __init__(
        self, *, socket: WebSocket, parts: Parts, who: Principal, call_id: str, handoff: str, leg: str,
        queue: PlayQueue, sample_rate: int, join: TransferKind, briefing: str,
    ) -> None:
        """Take an accepted socket, the leg's own queue, and the redacted words of a briefing."""
        self._socket = socket
        self._parts = parts
        self._who = who
        self._call_id = call_id
        self._handoff = handoff
        self._queue = queue
        self._rate = sample_rate
        self._join: TransferKind = join
        self._briefing = briefing
        self._uplink = Uplink(
            gateway=parts.gateway, tenant=who.tenant, call_id=call_id, encoding="linear16", sample_rate=sample_rate,
            leg=leg,
        )
        self._wants = join == "cold"
        self._joined = False
        self._held = False
        self._sending = asyncio.Lock()  # control of two tasks keeps its order

    async def run(self) -> None:
        """Carry it; returns once the end is told."""
        over: Over = "lost"
        try:
            await self._begin()
            over = await first_of((self._listen(), self._speak(), self._hear(), self._stay()))
        except (WebSocketDisconnect, TransientError, RuntimeError):  # a socket that is closed raises RuntimeError
            self._uplink.drop()
        finally:
            await self._tell_end(over)
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # the other side was faster
            await self._socket.send_text(leg_control.frame("over", {"reason": over}))
            await self._socket.close(LATER if over == "lost" else NORMAL, over)

    async def _begin(self) -> None:
        await self._socket.send_text(leg_control.frame("hello", {
            "call_id": self._call_id, "handoff": self._handoff, "agent": self._who.subject, "join": self._join,
            "encoding": "linear16", "sample_rate": self._rate,
        }))
        await self._uplink.send("start", self._state(self._briefing))

    def _state(self, briefing: str = "") -> bytes:
        content = {
            "handoff": self._handoff, "agent": self._who.subject, "join": "cold" if self._wants else "warm",
            "briefing": briefing, "held": self._held, "audio_partition": self._parts.gateway.partition,
        }
        return json.dumps(content).encode()

    async def _listen(self) -> Over:
        """Take what she says and asks for."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return "lost"
            audio, text = message.get("bytes"), message.get("text")
            if audio is not None and self._joined and not self._held:
                await self._uplink.hear(audio)
            elif text is not None and await self._obey(text):
                return "left"

    async def _obey(self, text: str) -> bool:
        try:
            asked = leg_control.read(text)
        except InputError as wrong:
            await self._socket.send_text(leg_control.frame("error", {"reason": str(wrong)}))
            return False
        match asked:
            case "leave":
                return True
            case "join":
                self._wants = True
                await self._send("join")
            case _ if not self._joined:
                await self._socket.send_text(leg_control.frame("error", {"reason": f"{asked}: you have not joined"}))
            case "hold" | "resume":
                self._held = asked == "hold"
                await self._send(asked)
                await self._socket.send_text(leg_control.frame("held" if self._held else "resumed"))
        return False

    async def _speak(self) -> Over:
        """Pass on what the session tells her, the sound of the briefing among it."""
        while True:
            record = await self._queue.get()
            if record is None:
                return "lost"
            if record.kind == "media":
                await self._socket.send_bytes(record.payload)
                continue
            told = json.loads(record.payload or b"{}")
            match record.kind:
                case "join" if not self._joined:
                    self._joined = True
                    await self._socket.send_text(leg_control.frame("joined"))
                case "briefing" if told.get("state") == "began":
                    await self._socket.send_text(leg_control.frame("briefing", {"text": str(told.get("text", ""))}))
                case "briefing":
                    played = {"played_ms": int(told.get("played_ms", 0))}
                    await self._socket.send_text(leg_control.frame("briefed", played))
                case "listen":
                    await self._socket.send_text(leg_control.frame("listening", {
                        "agent": str(told.get("agent", "")), "state": str(told.get("state", "")),
                    }))
                case "stop":
                    return next((one for one in TOLD if one == told.get("reason")), "released")

    async def _hear(self) -> Over:
        """Pass on what the caller says."""
        sound = LineSound(sample_rate=self._rate)
        follow = self._parts.sound.follow(
            tenant=self._who.tenant, call_id=self._call_id, answers=False, payments=True
        )
        async with aclosing(follow) as heard:
            async for one in heard:
                if one is None or one[1].leg:
                    continue
                if one[1].kind == "stop":
                    return "caller_left"
                await self._pass(one[1], sound)
        return "lost"

    async def _pass(self, record: AudioRecord, sound: LineSound) -> None:
        if record.kind == "media" and self._joined and not self._held and (audio := sound.push(record)):
            await self._socket.send_bytes(audio)

    async def _stay(self) -> Over:
        """Say that she is there, and how: a session that hears nothing of a leg for long takes the call back."""
        while True:
            await asyncio.sleep(THERE_EVERY_S)
            if await asyncio.to_thread(self._is_over):
                return "caller_left"
            await self._send("mark")

    def _is_over(self) -> bool:
        """Tell whether the call has ended: where that was before she listened, no sound tells her."""
        try:
            with tenant_transaction(self._parts.pool, self._who.tenant) as connection:
                known = calls_reader.call(connection, self._who.tenant, self._call_id)
        except DBAPIError:
            return False  # told at the next look
        return known is None or known.state == "ended"

    async def _send(self, kind: Literal["join", "hold", "resume", "mark"]) -> None:
        async with self._sending:
            await self._uplink.send(kind, self._state())

    async def _tell_end(self, over: Over) -> None:
        if over not in ("left", "lost"):
            return
        try:
            gone = over == "lost" and await asyncio.to_thread(self._release)
            await self._uplink.send("stop", json.dumps({"reason": "lost" if gone else "left"}).encode())
        except (InputError, TransientError, DBAPIError) as outside:
            log.warning("the end of an agent's leg was not told", error=type(outside).__name__)

    def _release(self) -> bool:
        """Offer the call again; False where it is not hers any more, so that nothing is to be offered."""
        step = desk_steps.release(
            handoff=self._handoff, agent=self._who.subject, why="leg_lost", after=("accepted",)
        )
        try:
            with tenant_transaction(self._parts.pool, self._who.tenant) as connection:
                handoff_desk.take(
                    connection, self._who.tenant, self._handoff, step, agent=self._who.subject, at=now()
                )
        except (handoff_desk.HandoffTaken, handoff_desk.HandoffUnknown):
            return False
        return True
