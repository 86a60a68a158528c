"""A local server of models that hear and speak, for whole calls: it answers every turn, or treats its callers badly.

It speaks as the vendors do, faster than it is played, and 55 ms a character, so that word times are known.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

RATE, MS_A_CHARACTER = 24_000, 55
SAID = "Your order comes on Monday before noon."
LOUD, TURN_S, QUIET_S = 500, 0.25, 0.4
STEP = 1_920  # of Moshi
BREAKS_AFTER = 3  # pieces
LATE_S = 6.0
DECLINES = ("judged", "withheld")
NONSENSE = b"\x05out of memory"  # Moshi's error; to the others no JSON
Send = Callable[[str, NDArray[np.int16]], Awaitable[None]]


class RawCodec:
    """Stands in for Ogg-Opus on both sides: 16 bit samples."""

    def encode(self, samples: NDArray[np.float32]) -> bytes:
        return (samples * 32_767).astype("<i2").tobytes()

    def decode(self, data: bytes) -> NDArray[np.float32]:
        return (np.frombuffer(data, dtype="<i2") / 32_768).astype(np.float32)


class LiveServer:
    """`how` may change between turns.

    It is good, silent (never answers), late (by `LATE_S`), judged (no sound of its answer), or, in mid-answer, dies
    (hangs up), stalls, is wrong or withheld.
    """

    def __init__(self) -> None:
        self.url = ""
        self.how = "good"
        self.said = SAID
        self.wrote = "Where is my order?"  # what it writes down of the caller
        self.pace = 0.2  # seconds for a second of sound
        self.frames: list[dict[str, Any]] = []
        self.opened = 0
        self.most: int | None = None  # lines that it takes; the next ones are hung up on
        self.open = 0
        self.answers = 0
        self.loud_samples = 0

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Give what an OpenAI client sent of one type."""
        return [one for one in self.frames if one.get("type") == kind]

    async def serve(self, socket: ServerConnection) -> None:
        request = socket.request
        assert request is not None
        path = urlsplit(request.path).path
        serving = self._moshi if path == "/api/chat" else self._gemini if "BidiGenerate" in path else self._openai
        if self.most is not None and self.opened >= self.most:
            await socket.close()
            return
        self.opened += 1
        self.open += 1
        try:
            await serving(socket)
        except ConnectionClosed:
            return
        finally:
            self.open -= 1

    async def _speak(self, socket: ServerConnection, send: Send) -> bool:
        """Tell whether the answer came to its end."""
        if self.how == "silent":
            return False
        if self.how == "late":
            await asyncio.sleep(LATE_S)
        self.answers += 1
        for number, word in enumerate(self.said.split() if self.how != "judged" else ()):
            if number == BREAKS_AFTER and self.how == "withheld":
                break
            if number == BREAKS_AFTER and self.how == "dies":
                await socket.close()
                return False
            if number == BREAKS_AFTER and self.how == "wrong":
                await socket.send(NONSENSE)
            if number == BREAKS_AFTER and self.how in ("stalls", "wrong"):
                await socket.wait_closed()
                return False
            text = word if number == 0 else f" {word}"
            ms = MS_A_CHARACTER * len(text)
            try:
                await send(text, (8_000 * np.sin(np.arange(ms * RATE // 1000) / 9)).astype("<i2"))
            except ConnectionClosed:
                return False  # nobody waits for one that is late
            await asyncio.sleep(self.pace * ms / 1000)
        return True

    async def _openai(self, socket: ServerConnection) -> None:
        async def send(kind: str, **fields: Any) -> None:
            await socket.send(json.dumps({"type": kind, "event_id": "e", **fields}))

        async def done(status: str, reason: str | None = None) -> None:
            await send("response.done", response={
                "id": "r", "object": "realtime.response", "status": status, "output": [],
                "status_details": {"type": status, "reason": reason},
                "usage": {"total_tokens": 30, "input_tokens": 20, "output_tokens": 10,
                          "input_token_details": {"audio_tokens": 12}, "output_token_details": {"audio_tokens": 8}},
            })

        async def respond(item: str) -> None:
            place = {"response_id": "r", "item_id": item, "output_index": 0, "content_index": 0}

            async def say(text: str, sound: NDArray[np.int16]) -> None:
                await send("response.output_audio_transcript.delta", delta=text, **place)
                await send("response.output_audio.delta", delta=_b64(sound), **place)

            if await self._speak(socket, say):
                await done(*(("incomplete", "content_filter") if self.how in DECLINES else ("completed",)))

        answering: asyncio.Task[None] | None = None
        commits = 0
        await send("session.created", session={"type": "realtime"})
        async for message in socket:
            frame = json.loads(message)
            if frame["type"] == "input_audio_buffer.append":
                self._hears(np.frombuffer(base64.b64decode(frame["audio"]), dtype="<i2"))
                continue
            self.frames.append(frame)
            if frame["type"] == "input_audio_buffer.commit":
                commits += 1
                await send("input_audio_buffer.committed", item_id=f"c{commits}", previous_item_id=None)
                await send("conversation.item.input_audio_transcription.completed", item_id=f"c{commits}",
                           content_index=0, transcript=self.wrote, usage={"type": "duration", "seconds": 1})
            if frame["type"] == "response.create":
                answering = asyncio.create_task(respond(f"a{len(self.of('response.create'))}"))
            if frame["type"] == "response.cancel" and answering is not None and not answering.done():
                answering.cancel()
                await done("cancelled")

    async def _gemini(self, socket: ServerConnection) -> None:
        async def content(told: dict[str, Any], **more: Any) -> None:
            await socket.send(json.dumps({"serverContent": told, **more}))

        async def say(text: str, sound: NDArray[np.int16]) -> None:
            part = {"inlineData": {"mimeType": f"audio/pcm;rate={RATE}", "data": _b64(sound)}}
            await content({"outputTranscription": {"text": text}})
            await content({"modelTurn": {"parts": [part]}})

        async def respond() -> None:
            await content({"inputTranscription": {"text": self.wrote, "finished": True}})
            if await self._speak(socket, say):
                why = {"turnCompleteReason": "GENERATED_AUDIO_SAFETY"} if self.how in DECLINES else {}
                took = {"promptTokenCount": 20, "responseTokenCount": 10}
                await content({"turnComplete": True, **why}, usageMetadata=took)

        answering: asyncio.Task[None] | None = None
        turn = _Turn(8_000)
        async for message in socket:
            frame = json.loads(message)
            if "setup" in frame:
                self.frames.append(frame)
                await socket.send(json.dumps({"setupComplete": {"sessionId": "s"}}).encode())
                continue
            if "realtimeInput" not in frame:
                self.frames.append(frame)
                continue
            sound = np.frombuffer(base64.b64decode(frame["realtimeInput"]["audio"]["data"]), dtype="<i2")
            self._hears(sound)
            running = answering is not None and not answering.done()
            if turn.ends(sound) and not running:
                answering = asyncio.create_task(respond())
            elif turn.spoke_s > TURN_S and running and answering is not None:
                answering.cancel()
                await content({"interrupted": True})
                await content({"turnComplete": True})

    async def _moshi(self, socket: ServerConnection) -> None:
        await socket.send(b"\x00")
        answering: asyncio.Task[bool] | None = None

        async def say(text: str, sound: NDArray[np.int16]) -> None:
            await socket.send(b"\x02" + text.encode())
            await socket.send(b"\x01" + sound.astype("<i2").tobytes())

        turn = _Turn(RATE)
        async for message in socket:
            assert isinstance(message, bytes)
            sound = np.frombuffer(message[1:], dtype="<i2")
            self._hears(sound)
            if answering is None or answering.done():
                await socket.send(b"\x01" + bytes(2 * STEP))  # it is never without sound
            if turn.ends(sound) and (answering is None or answering.done()):
                answering = asyncio.create_task(self._speak(socket, say))

    def _hears(self, sound: NDArray[np.int16]) -> None:
        self.loud_samples += int((np.abs(sound.astype(np.int32)) > LOUD).sum())


class _Turn:
    """A vendor's own ear: sound, and then none."""

    def __init__(self, rate: int) -> None:
        self.spoke_s = 0.0
        self._quiet_s = 0.0
        self._rate = rate

    def ends(self, sound: NDArray[np.int16]) -> bool:
        seconds = len(sound) / self._rate
        if len(sound) and int(np.abs(sound.astype(np.int32)).max()) > LOUD:
            self.spoke_s, self._quiet_s = self.spoke_s + seconds, 0.0
            return False
        self._quiet_s += seconds
        if self._quiet_s < QUIET_S:
            return False
        spoke, self.spoke_s = self.spoke_s > TURN_S, 0.0
        return spoke


def _b64(sound: NDArray[np.int16]) -> str:
    return base64.b64encode(sound.astype("<i2").tobytes()).decode()


@asynccontextmanager
async def live_server() -> AsyncIterator[LiveServer]:
    """Run one on a free port."""
    state = LiveServer()
    async with serve(state.serve, "127.0.0.1", 0) as server:
        state.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield state
