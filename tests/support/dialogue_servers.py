"""A server that speaks the wire formats of models that hear and speak: OpenAI Realtime, Gemini Live, Moshi."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from websockets.asyncio.server import ServerConnection, serve

SAID = ["It ", "left ", "yesterday."]
PIECE = np.full(4_800, 5_000, dtype="<i2").tobytes()  # 200 ms at 24 kHz


class DialogueServer:
    """Answers once it has heard a second of the caller, with a word for each 200 ms."""

    def __init__(self) -> None:
        self.url = ""
        self.beta = False
        self.silent = False
        self.fails = False
        self.words = SAID
        self.ending: dict[str, Any] = {}  # of what tells that the answer has ended
        self.wrong: str | bytes | None = None  # what it says after the first word, and then nothing
        self.frames: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.heard = 0
        self.news = asyncio.Event()

    async def serve(self, socket: ServerConnection) -> None:
        request = socket.request
        assert request is not None
        self.headers.append(dict(request.headers))
        path = urlsplit(request.path).path
        serving = self._moshi if path == "/api/chat" else self._gemini if "BidiGenerate" in path else self._openai
        await serving(socket)

    async def _openai(self, socket: ServerConnection) -> None:
        async def send(kind: str, **fields: Any) -> None:
            await socket.send(json.dumps({"type": kind, "event_id": "e", **fields}))

        audio, words = (("audio", "audio_transcript") if self.beta else ("output_audio", "output_audio_transcript"))
        await send("session.created", session={"type": "realtime"})
        async for message in socket:
            frame = json.loads(message)
            self.frames.append(frame)
            self.news.set()
            if frame["type"] == "input_audio_buffer.append":
                self.heard += len(base64.b64decode(frame["audio"])) // 2
            if frame["type"] == "input_audio_buffer.commit":
                heard = "conversation.item.input_audio_transcription"
                await send("input_audio_buffer.committed", item_id="c1", previous_item_id=None)
                await send(f"{heard}.delta", item_id="c1", content_index=0, delta="where is ")
                await send(f"{heard}.delta", item_id="c1", content_index=0, delta="my order")
                await send(f"{heard}.completed", item_id="c1", content_index=0, transcript="Where is my order?",
                           usage={"type": "duration", "seconds": 1})
            if frame["type"] == "response.create" and not self.silent:
                place = {"response_id": "r1", "item_id": "a1", "output_index": 0, "content_index": 0}
                for word in self.words:
                    await send(f"response.{words}.delta", delta=word, **place)
                    await send(f"response.{audio}.delta", delta=base64.b64encode(PIECE).decode(), **place)
                    if self.wrong is not None:
                        await socket.send(self.wrong)
                        await socket.wait_closed()
                        return
                status = "failed" if self.fails else "completed"
                await send("response.done", response={
                    "id": "r1", "object": "realtime.response", "status": status, "output": [],
                    "usage": {"total_tokens": 30, "input_tokens": 20, "output_tokens": 10,
                              "input_token_details": {"audio_tokens": 12}, "output_token_details": {"audio_tokens": 8}},
                    **self.ending,
                })

    async def _gemini(self, socket: ServerConnection) -> None:
        spoke = False
        async for message in socket:
            frame = json.loads(message)
            self.frames.append(frame)
            if "setup" in frame:
                await socket.send(json.dumps({"setupComplete": {"sessionId": "s"}}).encode())  # binary, as seen
            sent = frame.get("realtimeInput", {}).get("audio", {}).get("data", "")
            self.heard += len(base64.b64decode(sent)) // 2
            if self.heard < 6_000 or spoke:
                continue
            spoke = True
            told: list[dict[str, Any]] = [
                {"inputTranscription": {"text": "Where is "}}, {"inputTranscription": {"text": "my order?"}},
            ]
            for word in self.words:
                part = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": base64.b64encode(PIECE).decode()}}
                told += [{"outputTranscription": {"text": word}}, {"modelTurn": {"parts": [part]}}]
            if self.silent:
                told = told[:4]
            elif self.fails:
                told.append({"interrupted": True})
            if not self.silent:
                told.append({"turnComplete": True, **self.ending})
            for content in told:
                usage = {"usageMetadata": {
                    "promptTokenCount": 20, "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 12}],
                    "responseTokenCount": 7, "responseTokensDetails": [{"modality": "AUDIO", "tokenCount": 8}],
                    "thoughtsTokenCount": 3,
                }}
                more = usage if content.get("turnComplete") else {}
                await socket.send(json.dumps({"serverContent": content, **more}))
                if self.wrong is not None and "modelTurn" in content:
                    await socket.send(self.wrong)
                    await socket.wait_closed()
                    return

    async def _moshi(self, socket: ServerConnection) -> None:
        await socket.send(b"\x00")
        spoke = False
        async for message in socket:
            assert isinstance(message, bytes)
            self.heard += len(message)
            if spoke or self.heard < 20_000:
                continue
            spoke = True
            for word in SAID:
                await socket.send(b"\x02" + word.encode())
                await socket.send(b"\x01" + PIECE)
                if self.wrong is not None:
                    await socket.send(self.wrong)
                    await socket.wait_closed()
                    return
                await socket.send(b"\x06")  # a ping, and what nobody knows, says nothing
            if self.fails:
                await socket.send(b"\x05no such model")
            for _ in range(0 if self.silent else 6):
                await socket.send(b"\x01" + bytes(3_840))


@asynccontextmanager
async def dialogue_server() -> AsyncIterator[DialogueServer]:
    """Run one on a free port."""
    state = DialogueServer()
    async with serve(state.serve, "127.0.0.1", 0) as server:
        state.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield state
