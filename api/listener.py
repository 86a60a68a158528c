"""One supervisor who listens in: what she hears of a call, and what is waited for before its first sound."""

import asyncio
import json
import time
from contextlib import aclosing, suppress
from typing import Literal

from fastapi import WebSocket

from api import leg_control
from api.first_of import first_of
from api.parts import Parts
from api.play_queue import PlayQueue
from api.uplink import Uplink
from governance.errors import TransientError
from infra.calls_reader import CallLine
from infra.speech.line_sound import LineSound
from infra.tokens import Principal
from schemas.legs import Announce

SIDES = {"in": b"\x00", "out": b"\x01"}
THERE_EVERY_S = 3.0
TOLD_WITHIN_S = 60.0  # three times a sentence, each after an answer that is on its way
Over = Literal["left", "call_over", "not_announced", "lost"]


class Listener:
    """Carries one listening until it is over; `queue` is where the session tells who was told, None where nobody is."""

    def __init__(
        self, *, socket: WebSocket, parts: Parts, who: Principal, call_id: str, sample_rate: int, line: CallLine,
        announce: Announce, leg: str, queue: PlayQueue | None,
    ) -> None:
        """Take an accepted socket and where the call's sound is."""
        self._socket = socket
        self._parts = parts
        self._who = who
        self._call_id = call_id
        self._rate = sample_rate
        self._line = line
        self._announce: Announce = announce
        self._queue = queue
        self._uplink = Uplink(
            gateway=parts.gateway, tenant=who.tenant, call_id=call_id, encoding="linear16", sample_rate=sample_rate,
            leg=leg,
        )
        self._open = asyncio.Event()
        self._began: float | None = None

    @property
    def listened_ms(self) -> int:
        """How long she could hear the call."""
        return 0 if self._began is None else int(1000 * (time.monotonic() - self._began))

    async def run(self) -> Over:
        """Carry it; gives why it is over."""
        hello: dict[str, str | int] = {
            "call_id": self._call_id, "encoding": "linear16", "sample_rate": self._rate, "announce": self._announce,
        }
        await self._socket.send_text(leg_control.frame("hello", hello))
        if self._queue is None:
            return await first_of((self._hear(), self._gone()))
        try:
            return await first_of((self._gone(), self._answered(self._queue), self._hear_once_told(), self._stay()))
        finally:
            with suppress(TransientError):  # the session forgets who says nothing any more
                await self._uplink.send("stop", b"{}")

    async def _hear_once_told(self) -> Over:
        try:
            async with asyncio.timeout(TOLD_WITHIN_S):
                await self._open.wait()
        except TimeoutError:
            return "not_announced"
        await self._socket.send_text(leg_control.frame("listening"))
        return await self._hear()

    async def _hear(self) -> Over:
        self._began = time.monotonic()
        sounds = {side: LineSound(sample_rate=self._rate) for side in SIDES}
        follow = self._parts.sound.follow(
            tenant=self._who.tenant, call_id=self._call_id, answers=True, payments=False,
            partition=self._line.audio_partition,
        )
        async with aclosing(follow) as heard:
            async for one in heard:
                if one is None or one[1].leg:
                    continue  # an agent's own record: what of it the caller hears comes on her side
                side, record = one
                if record.kind == "media" and (audio := sounds[side].push(record)):
                    await self._socket.send_bytes(SIDES[side] + audio)
                elif record.kind == "clear":
                    await self._socket.send_text(leg_control.frame("clear"))
                elif record.kind == "stop" and side == "in":
                    return "call_over"
        return "lost"

    async def _gone(self) -> Over:
        while (await self._socket.receive())["type"] != "websocket.disconnect":
            pass  # nothing is taken from her
        return "left"

    async def _answered(self, queue: PlayQueue) -> Over:
        """Take what the session says: that she may hear, or that the people on the call could not be told."""
        while (record := await queue.get()) is not None:
            state = json.loads(record.payload or b"{}").get("state") if record.kind == "listen" else None
            if state == "open":
                self._open.set()
            elif state == "refused":
                return "not_announced"
        return "lost"

    async def _stay(self) -> Over:
        """Ask the session to tell, and say again and again that she is there; it forgets who does not."""
        while True:
            content = {
                "agent": self._who.subject, "announce": self._announce, "announced": self._open.is_set(),
                "audio_partition": self._parts.gateway.partition,
            }
            await self._uplink.send("listen", json.dumps(content).encode())
            await asyncio.sleep(THERE_EVERY_S)

