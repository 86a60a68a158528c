"""A server that speaks the dialects of open models' servers: /v1/audio/speech, fish's, CosyVoice's, Voxtral's."""

import asyncio
import base64
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from infra.local_models.multipart import parse_form

TONE_HZ = 440
WORDS = ["I", "want", "to", "cancel"]
BYTES_A_WORD = 6_400  # 200 ms of 16 kHz linear16


@dataclass
class SpeechServer:
    """What it was asked, and how it answers."""

    url: str = ""
    shape: str = "pcm"  # pcm, wav, sse
    rate: int = 24_000
    content_type: str = "audio/pcm"
    silent: bool = False
    wrong: str | None = None  # what a recogniser says after the first word, and an event of sound after the first piece
    transcription: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def speech(self, request: Request) -> Response:
        self.asked.append(await request.json())
        return await self._answer(request)

    async def form(self, request: Request) -> Response:
        asked = parse_qs((await request.body()).decode())
        self.asked.append({name: values[0] for name, values in asked.items()})
        return await self._answer(request)

    async def transcribe(self, request: Request) -> Response:
        parts = parse_form(request.headers["content-type"], await request.body())
        self.asked.append({one.name: one.content.decode() for one in parts if one.name != "file"})
        return JSONResponse(self.transcription)

    async def _answer(self, request: Request) -> Response:
        while self.silent and not await request.is_disconnected():
            await request.receive()
        headers = {"X-Custom-Header-sampleRate": str(self.rate)} if self.shape == "f32" else {}
        return StreamingResponse(self._pieces(), media_type=self.content_type, headers=headers)

    async def _pieces(self) -> AsyncIterator[bytes]:
        sound = tone(self.rate)
        raw = (sound / 32_768).astype("<f4").tobytes() if self.shape == "f32" else sound.astype("<i2").tobytes()
        if self.shape == "wav":
            raw = wav_header(self.rate) + raw
        for at in range(0, len(raw), 4_801):  # an odd number of bytes: samples are split
            piece = raw[at : at + 4_801]
            if self.shape != "sse":
                yield piece
                continue
            event = json.dumps({"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()})
            yield f"data: {event[:40]}".encode()
            yield f"{event[40:]}\n\n".encode()
            if self.wrong is not None:
                yield f"data: {self.wrong}\n\n".encode()
        if self.shape == "sse":
            yield b'data: {"type": "speech.audio.done", "usage": {"total_tokens": 9}}\n\n'

    async def realtime(self, socket: WebSocket) -> None:
        await socket.accept()
        heard = told = 0
        await socket.send_json({"type": "session.created", "id": "s"})
        while (event := await socket.receive_json())["type"] != "input_audio_buffer.commit" or not event.get("final"):
            if event["type"] == "session.update":
                self.asked.append(event)
            heard += len(base64.b64decode(event.get("audio", "")))
            while told < min(len(WORDS), heard // BYTES_A_WORD) and not self.silent:
                await socket.send_json({"type": "transcription.delta", "delta": f" {WORDS[told]}"})
                told += 1
                if self.wrong is not None:
                    await socket.send_text(self.wrong)
        if not self.silent:
            await socket.send_json({"type": "transcription.done", "text": " ".join(WORDS[:told]), "usage": {}})
        await socket.receive()


def tone(rate: int) -> "np.typing.NDArray[np.int16]":
    """Give one second of sound."""
    return (10_000 * np.sin(2 * np.pi * TONE_HZ * np.arange(rate) / rate)).astype(np.int16)


def wav_header(rate: int) -> bytes:
    """Give the header of a WAV whose length nobody knows yet, with a chunk that has nothing to do with sound."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    return b"RIFF\xff\xff\xff\xffWAVE" + b"LIST\x04\x00\x00\x00INFO" + form + b"data\xff\xff\xff\xff"


@asynccontextmanager
async def speech_server(**how: Any) -> AsyncIterator[SpeechServer]:
    """Run one on a free port."""
    state = SpeechServer(**how)
    app = Starlette(routes=[
        Route("/v1/audio/speech", state.speech, methods=["POST"]),
        Route("/v1/tts", state.speech, methods=["POST"]),
        Route("/stream/inference_sft", state.form, methods=["POST"]),
        Route("/v1/audio/transcriptions", state.transcribe, methods=["POST"]),
        WebSocketRoute("/v1/realtime", state.realtime),
    ])
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    state.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield state
    finally:
        server.should_exit = True
        await serving
