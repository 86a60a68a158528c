"""A server that speaks the wire formats of the recognisers behind Pipecat: Soniox, Speechmatics' agent protocol."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import ServerConnection, serve

WORDS = ["I", "want", "to", "cancel", "my", "order"]
BYTES_A_WORD = 3_200  # a word for each 200 ms of 8 kHz linear16


class Recognisers:
    """Hears one word for each 200 ms of audio that is not silence; says nothing of silence, as vendors do."""

    def __init__(self) -> None:
        self.url = ""
        self.connections = 0
        self.open: list[ServerConnection] = []
        self.configurations: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.breaks_after_bytes: int | None = None
        self.silent = False
        self.refuses = False
        self.repeats = 0  # how often it says each final again

    async def serve(self, socket: ServerConnection) -> None:
        request = socket.request
        assert request is not None
        self.connections += 1
        self.open.append(socket)
        self.headers.append(dict(request.headers))
        soniox = "transcribe-websocket" in urlsplit(request.path).path
        heard = told = whole = 0
        async for message in socket:
            if isinstance(message, bytes):
                whole += len(message)
                if self.breaks_after_bytes is not None and whole > self.breaks_after_bytes:
                    await socket.close(1011)
                    return
                heard += len(message) if any(message) else 0
                if (count := min(len(WORDS), heard // BYTES_A_WORD)) > told and not self.silent:
                    told = count
                    await self._tell(socket, told, whole, soniox=soniox, final=False)
                continue
            frame = json.loads(message) if message else {}
            if "model" in frame or frame.get("message") == "StartRecognition":
                self.configurations.append(frame)
                if self.refuses:
                    await socket.send(json.dumps(
                        {"error_code": 401, "error_message": "no such key", "tokens": []} if soniox
                        else {"message": "Error", "type": "not_authorised", "reason": "no such key"}
                    ))
                    return
                if not soniox:
                    await socket.send(json.dumps({"message": "RecognitionStarted", "id": "r"}))
            elif frame.get("type") == "finalize" or frame.get("message") == "ForceEndOfUtterance":
                for _ in range(0 if self.silent else 1 + self.repeats):
                    await self._tell(socket, told, whole, soniox=soniox, final=True)
                heard = told = 0
            elif not frame or frame.get("message") == "EndOfStream":
                if not soniox:
                    await socket.send(json.dumps({"message": "EndOfTranscript"}))
                return

    async def _tell(self, socket: ServerConnection, count: int, whole: int, *, soniox: bool, final: bool) -> None:
        words = WORDS[:count]
        if not soniox:
            if words:
                await socket.send(json.dumps({
                    "message": "AddSegment" if final else "AddPartialSegment",
                    "metadata": {"start_time": 0.0, "end_time": count / 5},
                    "segment": {"transcript": " ".join(words), "speaker": "UU"},
                }))
            return
        began_ms = max(0, whole // 16 - 200 * count)
        tokens = [
            {"text": piece, "start_ms": began_ms + 200 * at, "end_ms": began_ms + 200 * (at + 1), "confidence": 0.9,
             "is_final": final}
            for at, word in enumerate(words) for piece in pieces(word)
        ]
        if final:
            tokens.append({"text": "<fin>", "is_final": True})
        await socket.send(json.dumps({"tokens": tokens, "final_audio_proc_ms": 0, "total_audio_proc_ms": whole // 16}))


def pieces(word: str) -> list[str]:
    """Soniox gives parts of words."""
    return [f" {word[:3]}", word[3:]] if len(word) > 3 else [f" {word}"]


@asynccontextmanager
async def recognisers() -> AsyncIterator[Recognisers]:
    """Run one on a free port."""
    state = Recognisers()
    async with serve(state.serve, "127.0.0.1", 0) as server:
        state.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield state
