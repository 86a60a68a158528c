"""A server that speaks the wire formats of the voices behind Pipecat: Cartesia, ElevenLabs, Inworld.

Each word sounds for 100 ms at 24 kHz, its samples are its place in the phrase plus one, so that audio tells its words.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve

WORD_SAMPLES = 2_400
WORD_MS = 100


class VoiceVendors:
    """Counts what it is asked and misbehaves as told."""

    def __init__(self) -> None:
        self.url = ""
        self.connections = 0
        self.open: list[ServerConnection] = []
        self.frames: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.queries: list[dict[str, list[str]]] = []
        self.breaks_after_words: int | None = None
        self.refuses = False
        self.holds = asyncio.Event()  # audio is sent once it is set
        self.holds.set()
        self.hold_after_words: int | None = None
        self._making: set[asyncio.Task[None]] = set()

    def cancelled(self) -> list[dict[str, Any]]:
        """What told the vendor that nobody listens any more."""
        return [one for one in self.frames if one.get("cancel") or "close_context" in one]

    async def serve(self, socket: ServerConnection) -> None:
        request = socket.request
        assert request is not None
        self.connections += 1
        self.open.append(socket)
        parts = urlsplit(request.path)
        self.headers.append(dict(request.headers))
        self.queries.append(parse_qs(parts.query))
        taking = self._cartesia
        if "multi-stream-input" in parts.path:
            taking = self._elevenlabs
        if "streamBidirectional" in parts.path:
            taking = self._inworld
        texts: dict[str, str] = {}
        async for message in socket:
            frame = json.loads(message)
            self.frames.append(frame)
            if frame.get("close_socket"):
                return
            await taking(socket, frame, texts)

    async def _cartesia(self, socket: ServerConnection, frame: dict[str, Any], texts: dict[str, str]) -> None:
        context = frame["context_id"]
        if frame.get("cancel"):
            return
        texts[context] = texts.get(context, "") + frame["transcript"]
        if frame["continue"]:
            return

        async def word(at: int, text: str, audio: bytes) -> None:
            common = {"context_id": context, "status_code": 206, "done": False}
            times = {"words": [text], "start": [at / 10], "end": [(at + 1) / 10]}
            await self._send(socket, {**common, "type": "chunk", "data": encoded(audio), "step_time": 1.0})
            await self._send(socket, {**common, "type": "timestamps", "word_timestamps": times})

        async def end() -> None:
            await self._send(socket, {"type": "done", "context_id": context, "status_code": 200, "done": True})

        async def refuse() -> None:
            await self._send(socket, {
                "type": "error", "context_id": context, "status_code": 400, "done": True, "title": "Bad request",
                "message": f"cannot say {texts[context]}", "error_code": "voice_not_found",
            })

        self._make(socket, texts[context], word, end, refuse)

    async def _elevenlabs(self, socket: ServerConnection, frame: dict[str, Any], texts: dict[str, str]) -> None:
        context = frame.get("context_id", "")
        texts[context] = texts.get(context, "") + frame.get("text", "")
        if not frame.get("close_context") or not texts[context].strip():
            return
        text, texts[context] = texts[context], ""

        async def word(at: int, text: str, audio: bytes) -> None:
            size = len(text)
            alignment = {
                "chars": list(text), "charStartTimesMs": [WORD_MS * one // size for one in range(size)],
                "charDurationsMs": [WORD_MS // size] * (size - 1) + [WORD_MS - WORD_MS * (size - 1) // size],
            }
            await self._send(socket, {
                "audio": encoded(audio), "isFinal": None, "contextId": context, "alignment": alignment,
                "normalizedAlignment": alignment,
            })

        async def end() -> None:
            await self._send(socket, {"contextId": context, "isFinal": True})

        async def refuse() -> None:
            await socket.close(1008, f"voice not found for {text}")

        self._make(socket, text, word, end, refuse, glued=" ")

    async def _inworld(self, socket: ServerConnection, frame: dict[str, Any], texts: dict[str, str]) -> None:
        context = frame.get("contextId", "")
        if "create" in frame:
            await self._send(socket, {"result": {"contextId": context, "contextCreated": {}}})
        texts[context] = texts.get(context, "") + frame.get("send_text", {}).get("text", "")
        if "close_context" not in frame or not texts[context].strip():
            return
        text, texts[context] = texts[context], ""

        async def word(at: int, text: str, audio: bytes) -> None:
            words = {"words": [text], "wordStartTimeSeconds": [at / 10], "wordEndTimeSeconds": [(at + 1) / 10]}
            header = b"RIFF" + bytes(40) if at == 0 else b""
            chunk = {"audioContent": encoded(header + audio), "timestampInfo": {"wordAlignment": words}}
            await self._send(socket, {"result": {"contextId": context, "audioChunk": chunk}})

        async def end() -> None:
            await self._send(socket, {"result": {"contextId": context, "flushCompleted": {}}})
            await self._send(socket, {"result": {"contextId": context, "contextClosed": {}}})

        async def refuse() -> None:
            status = {"code": 3, "message": f"cannot say {text}"}
            await self._send(socket, {"result": {"contextId": context, "status": status}})

        self._make(socket, text, word, end, refuse)

    def _make(self, socket: ServerConnection, text: str, word: Any, end: Any, refuse: Any, glued: str = "") -> None:
        async def make() -> None:
            if self.refuses:
                await refuse()
                return
            for at, one in enumerate(text.split()):
                if self.breaks_after_words == at:
                    await socket.close(1011)
                    return
                if self.hold_after_words in {None, at}:
                    await self.holds.wait()
                audio = (at + 1).to_bytes(2, "little") * WORD_SAMPLES
                await word(at, (glued if at else "") + one, audio)
            await end()

        task = asyncio.create_task(make())
        self._making.add(task)
        task.add_done_callback(self._making.discard)

    async def _send(self, socket: ServerConnection, message: dict[str, Any]) -> None:
        if socket.state.name == "OPEN":
            await socket.send(json.dumps(message))


def encoded(audio: bytes) -> str:
    return base64.b64encode(audio).decode()


@asynccontextmanager
async def voice_vendors() -> AsyncIterator[VoiceVendors]:
    """Run one on a free port."""
    state = VoiceVendors()
    async with serve(state.serve, "127.0.0.1", 0) as server:
        state.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield state
