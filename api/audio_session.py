"""One call on one socket: audio and control in both directions, and its start and end as events."""

import asyncio
import contextlib
import json
from collections.abc import MutableMapping
from functools import partial
from typing import Any, Literal

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.websockets import WebSocketDisconnect

from api import audio_control
from api.audio_control import Control, ControlUnreadable
from api.audio_line import BROKEN, LATER, NORMAL, STOPPED, UNREADABLE, Ending, Line
from api.first_of import first_of
from api.frame_order import Frame, FrameOrder, numbered
from api.parts import Parts
from api.play_queue import PlayQueue
from api.uplink import Uplink
from governance.errors import InputError, TransientError
from infra import outbox, telemetry
from infra.clock import now
from infra.front_door import event
from infra.languages import LanguageNotInstalled, model_of
from infra.tokens import Principal
from schemas.audio import AudioRecord
from schemas.base import Data, Event
from schemas.calls import CallEnded, CallStarted, Encoding
from schemas.payments import PaymentWindowClosed, PaymentWindowOpened
from schemas.topics import AUDIO_IN, CALL_RAW

log = structlog.get_logger()
Rate = Literal[8000, 16000, 24000]
CLEAN_CLOSES = (1000, 1001)
GONE_S = 1.0
HELD_S = 0.2  # frames that wait for one before them wait no longer where nothing follows


class AudioSession:
    """Carries one call until either side ends it; the end is always told."""

    def __init__(
        self, *, socket: Line, parts: Parts, who: Principal, call_id: str, encoding: Encoding, sample_rate: Rate,
        queue: PlayQueue, order: FrameOrder | None = None,
    ) -> None:
        """Take an accepted socket and the call's queue; with an `order`, each binary message begins with its number."""
        self._socket = socket
        self._parts = parts
        self._who = who
        self._call_id = call_id
        self._encoding: Encoding = encoding
        self._rate: Rate = sample_rate
        self._queue = queue
        self._uplink = Uplink(
            gateway=parts.gateway, tenant=who.tenant, call_id=call_id, encoding=encoding, sample_rate=sample_rate
        )
        self._order = order
        self._transferred = False
        self._traceparent: str | None = None

    async def run(self) -> None:
        """Carry the call; returns when it has ended and the end is durable."""
        ending: Ending = "error"
        close = (BROKEN, "internal error")
        try:
            ending, close = await self._carry()
        except WebSocketDisconnect as gone:
            ending = "hangup" if gone.code in CLEAN_CLOSES else "lost"
        except TransientError:
            self._uplink.drop()
            ending, close = "lost", (LATER, "the service cannot take audio now")
        except ControlUnreadable as wrong:
            close = (UNREADABLE, str(wrong))
        except InputError as wrong:
            close = (BROKEN, str(wrong)[:100])
        finally:
            await self._tell_end(ending)
        await self._close(*close)

    async def _carry(self) -> tuple[Ending, tuple[int, str]]:
        return await first_of((self._listen(), self._speak()))

    async def _listen(self) -> tuple[Ending, tuple[int, str]]:
        while True:
            try:
                message = await self._receive()
            except TimeoutError:
                await self._hear_held()
                continue
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            audio, text = message.get("bytes"), message.get("text")
            if audio is not None:
                await self._hear(audio)
            elif text is not None and await self._obey(text):
                return "hangup", (NORMAL, "stopped")

    async def _receive(self) -> MutableMapping[str, Any]:
        if self._order is None or not self._order.holding:
            return await self._socket.receive()
        async with asyncio.timeout(HELD_S):
            return await self._socket.receive()

    async def _obey(self, text: str) -> bool:
        """Take a control frame; True where the channel stops the call."""
        try:
            control = audio_control.read(text)
            if control.type == "start":
                model_of(control.language, self._parts.languages)
        except LanguageNotInstalled as missing:
            unread = ControlUnreadable(f"language {missing.language} is not installed", field="language", fatal=True)
            await self._refuse(text, unread)
            return False
        except ControlUnreadable as wrong:
            await self._refuse(text, wrong)
            return False
        if control.type == "start":
            if self._uplink.number:
                await self._socket.send_text(audio_control.error("start: the call has started"))
            else:
                await self._start(control)
            return False
        if control.type == "payment_window":
            await self._ensure_started()
            opens = control.state == "open"
            await self._hear_held()  # what was said inside of a window must not be heard behind it
            await self._uplink.flush()
            window = PaymentWindowOpened(limit_ms=control.limit_ms) if opens else PaymentWindowClosed()
            name = f"payment/{control.state}/{now().isoformat()}"  # one that is opened again is another one
            await self._parts.door.accept([self._event(window, name)])
            return False
        if control.type != "stop":
            content = {"digits": control.digits} if control.type == "dtmf" else {"name": control.name}
            await self._ensure_started()
            await self._uplink.send(control.type, json.dumps(content).encode())
        return control.type == "stop"

    async def _refuse(self, text: str, wrong: ControlUnreadable) -> None:
        self._parts.metrics.dead()
        await self._parts.door.dead_letter(
            topic=AUDIO_IN.name, call_id=self._call_id, tenant=self._who.tenant, reason=str(wrong), field=wrong.field,
            content=text.encode(errors="replace"),
        )
        await self._socket.send_text(audio_control.error(str(wrong)))
        if wrong.fatal:
            raise wrong

    async def _hear(self, audio: bytes) -> None:
        await self._ensure_started()
        if self._order is None:
            await self._uplink.hear(audio)
            return
        read = numbered(audio)
        if read is None:
            raise ControlUnreadable("a numbered frame begins with four bytes", field="frame", fatal=True)
        await self._hear_all(self._order.put(*read))

    async def _hear_held(self) -> None:
        await self._hear_all(self._order.rest() if self._order is not None else [])

    async def _hear_all(self, frames: list[Frame]) -> None:
        for one in frames:
            await self._uplink.hear(one.payload, lost=one.lost)

    async def _ensure_started(self) -> None:
        if self._uplink.number == 0:
            await self._start(Control(type="start"))

    async def _start(self, control: Control) -> None:
        partition, policy_version = self._parts.gateway.partition, await self._policy_version()
        started = CallStarted(
            channel=control.channel, caller=control.caller, language=control.language, encoding=self._encoding,
            sample_rate=self._rate, audio_partition=partition, policy_version=policy_version,
            jurisdiction=control.jurisdiction,
        )
        with telemetry.send_span(CALL_RAW.name) as traceparent:
            self._traceparent = traceparent
            await self._parts.door.accept([self._event(started, "start")])
        content = {
            "audio_partition": partition, "channel": control.channel, "language": control.language,
            "fast": control.fast, "policy_version": policy_version, "jurisdiction": control.jurisdiction,
            "caller": await self._pseudonym(control.caller),
            **self._parts.gateway.lines.invite((self._who.tenant, self._call_id)),
        }
        await self._uplink.send("start", json.dumps(content).encode(), traceparent=self._traceparent)

    async def _pseudonym(self, caller: str | None) -> str | None:
        told = partial(self._parts.keyring.pseudonym, tenant=self._who.tenant, kind="caller")
        return await asyncio.to_thread(told, value=caller) if caller else None

    async def _policy_version(self) -> str | None:
        """Pin the version that counts now; where the database is away the stair pins it later, and the call begins."""
        try:
            return (await asyncio.to_thread(self._parts.policies.current, self._who.tenant)).live.label
        except (DBAPIError, InputError) as away:
            log.warning("a call begins without a pinned policy", call=self._call_id, error=type(away).__name__)
            return None

    async def _speak(self) -> tuple[Ending, tuple[int, str]]:
        while True:
            record = await self._queue.get()
            if record is None:
                return "lost", (LATER, self._queue.ended or "ended")
            self._transferred = self._transferred or record.kind == "transfer"
            try:
                await self._play(record)
            except WebSocketDisconnect:
                await asyncio.sleep(GONE_S)  # the listening side knows how the socket was closed
                raise
            if record.kind == "stop":
                return STOPPED.get(audio_control.reason_of(record), ("stopped", (NORMAL, "stopped")))

    async def _play(self, record: AudioRecord) -> None:
        if record.kind == "media":
            self._uplink.answered()
            await self._socket.send_bytes(record.payload)
        else:
            await self._socket.send_text(audio_control.frame(record))

    async def _tell_end(self, ending: Ending) -> None:
        if self._uplink.number == 0:
            return  # nobody heard of this call
        reason: Ending = "transferred" if self._transferred and ending in ("hangup", "stopped") else ending
        over = self._event(CallEnded(reason=reason), "end")
        if self._order is not None:
            self._parts.metrics.line(lost=self._order.lost, doubled=self._order.doubled + self._order.late)
        try:
            await self._hear_held()
            await self._uplink.send("stop", json.dumps({"reason": reason}).encode())
            await self._parts.door.accept([over])
        except (InputError, TransientError) as outside:
            log.warning("the end of a call waits for the broker", error=type(outside).__name__)
            await asyncio.to_thread(outbox.leave, self._parts.pool, over)

    def _event(self, data: Data, name: str) -> Event:
        tenant = self._who.tenant
        return event(
            data, call_id=self._call_id, tenant=tenant, source=f"/callwarden/gateway/{tenant}",
            source_id=f"{self._call_id}/{name}", occurred_at=now(), traceparent=self._traceparent,
        )

    async def _close(self, code: int, reason: str) -> None:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # the other side was faster
            await self._socket.close(code, reason)
