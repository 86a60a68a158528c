"""Stand-in vendors as one process: Deepgram Flux on /v2/listen, OpenAI's /v1/chat/completions and /v1/audio/speech.

Each answers after a fixed delay and notes when it really did; GET /times gives the notes and forgets them.
"""

import asyncio
import json
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import numpy as np
from aiohttp import WSMsgType, web

from infra import serving
from infra.bench.vendor_times import (
    FINAL_MS,
    FIRST_AUDIO_MS,
    FIRST_TOKEN_MS,
    FIRST_TOKENS_MS,
    HUM,
    HUM_MS,
    PHRASE_TOKENS,
    TOKEN_MS,
    TurnTimes,
    number_heard,
    number_in,
    words_of,
)

TAIL = 4096
PCM_RATE, FIRST_CHUNK_MS = 24_000, 100
TONE_HZ, TONE_LEVEL = 330.0, 9_000


class Vendors:
    """The three vendors and their notes."""

    def __init__(self, *, audio_ms: int, eager_ms: int) -> None:
        """Start without notes; the end of turn is believed `eager_ms` before it is certain, or never (0)."""
        self.eager_ms = eager_ms
        self._times: dict[int, TurnTimes] = {}
        at = np.arange(PCM_RATE * audio_ms // 1000) / PCM_RATE
        self._audio = (np.cos(2 * np.pi * TONE_HZ * at) * TONE_LEVEL).astype("<i2").tobytes()

    def note(self, number: int, times: Mapping[str, float]) -> None:
        """Note instants of a turn."""
        known = self._times.get(number) or TurnTimes(heard_at=0.0)
        self._times[number] = known.model_copy(update=dict(times))

    def told(self) -> dict[int, dict[str, float]]:
        """Give the notes and forget them."""
        found, self._times = self._times, {}
        return {number: one.model_dump() for number, one in found.items()}

    async def times(self, request: web.Request) -> web.Response:  # noqa: ARG002 - a handler's shape
        """Answer with the notes."""
        return web.json_response(self.told())

    async def listen(self, request: web.Request) -> web.WebSocketResponse:
        """Recognise: an end of turn at a fixed time after the last sample that is not silence."""
        socket_ = web.WebSocketResponse(compress=False)
        await socket_.prepare(request)
        ear = _Ear(self, socket_)
        await ear.tell("Connected")
        async for message in socket_:
            if message.type == WSMsgType.BINARY:
                await ear.hear(message.data)
            elif message.type == WSMsgType.TEXT and json.loads(message.data).get("type") == "ForceEndTurn":
                await ear.force()
        return socket_

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """Write an answer token by token; it repeats the words that name the turn."""
        asked = await request.json()
        asked_at = time.monotonic()
        said = [one.get("content") for one in asked["messages"] if one.get("role") == "user"]
        number = number_in(str(said[-1])) if said else None
        tokens = _answer(number)
        first_ms = FIRST_TOKENS_MS.get(str(asked.get("model")), FIRST_TOKEN_MS)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        for place, token in enumerate(tokens):
            await _until(asked_at + (first_ms + place * TOKEN_MS) / 1000)
            if place == 0:
                await response.prepare(request)
            sent_at = time.monotonic()
            await response.write(_chunk(token))
            if place == PHRASE_TOKENS - 1 and number is not None:
                self.note(number, {"asked_at": asked_at, "phrase_at": sent_at})
        usage = {"prompt_tokens": len(said), "completion_tokens": len(tokens), "total_tokens": len(said) + len(tokens)}
        await response.write(_chunk(None, usage=usage) + b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    async def speak(self, request: web.Request) -> web.StreamResponse:
        """Speak a phrase: a first piece at the fixed time, the rest a little later."""
        phrase = str((await request.json())["input"])
        said_at = time.monotonic()
        number = number_in(phrase)
        response = web.StreamResponse(headers={"content-type": "audio/pcm"})
        await _until(said_at + FIRST_AUDIO_MS / 1000)
        await response.prepare(request)
        first = 2 * PCM_RATE * FIRST_CHUNK_MS // 1000
        sent_at = time.monotonic()
        await response.write(self._audio[:first])
        if number is not None:
            self.note(number, {"said_at": said_at, "audio_at": sent_at})
        await _until(sent_at + TOKEN_MS / 1000)
        await response.write(self._audio[first:])
        await response.write_eof()
        return response


class _Ear:
    """One Flux socket."""

    def __init__(self, vendors: Vendors, socket_: web.WebSocketResponse) -> None:
        self._vendors = vendors
        self._socket = socket_
        self._tail = b""
        self._sequence = self._turn = 0
        self._speaking = False
        self._heard_at = 0.0
        self._number: int | None = None
        self._ending: asyncio.Task[None] | None = None

    async def hear(self, audio: bytes) -> None:
        """Take audio; silence is nothing but zeros."""
        if not any(audio):
            return
        self._heard_at = time.monotonic()
        self._tail = (self._tail + audio)[-TAIL:]
        number = number_heard(self._tail)
        if not self._speaking:
            self._speaking = True
            await self.tell("StartOfTurn", "Mm-hm" if number == HUM else "Please")
        if self._number is None and number is not None:
            self._number = number
            if number != HUM:
                self._vendors.note(number, {"heard_at": self._heard_at})
            self._ending = asyncio.create_task(self._end(number, self._heard_at))
            await self.tell("Update", _said(number))

    async def force(self) -> None:
        """End the turn now, or when its time has come."""
        if self._ending is None:
            await self._over("")

    async def tell(self, event: str, text: str = "") -> None:
        """Send a message."""
        message: dict[str, object] = {"type": event, "request_id": "r", "sequence_id": self._sequence}
        if event != "Connected":
            words = [{"word": one, "confidence": 0.99, "start": 0.1, "end": 0.2} for one in text.split()]
            message |= {
                "type": "TurnInfo", "event": event, "turn_index": self._turn, "audio_window_start": 0.0,
                "audio_window_end": 1.0, "transcript": text, "words": words, "end_of_turn_confidence": 0.9,
            }
        self._sequence += 1
        with suppress(ConnectionError):  # the call has ended
            await self._socket.send_str(json.dumps(message))

    async def _end(self, number: int, heard_at: float) -> None:
        if number == HUM:
            await _until(heard_at + (HUM_MS + FINAL_MS) / 1000)
            await self._over(_said(number))
            return
        if self._vendors.eager_ms:
            await _until(heard_at + (FINAL_MS - self._vendors.eager_ms) / 1000)
            await self.tell("EagerEndOfTurn", _said(number))
        await _until(heard_at + FINAL_MS / 1000)
        self._vendors.note(number, {"final_at": time.monotonic()})
        await self._over(_said(number))

    async def _over(self, text: str) -> None:
        self._speaking, self._number, self._tail, self._ending = False, None, b"", None
        await self.tell("EndOfTurn", text)
        self._turn += 1


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _hung_up(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pass over who asked and went away before the answer."""
    try:
        return await handler(request)
    except (ConnectionError, asyncio.IncompleteReadError):
        return web.Response(status=499)


def _said(number: int) -> str:
    return "Mm-hm." if number == HUM else f"What is the {words_of(number)}?"


def _answer(number: int | None) -> list[str]:
    words = words_of(number) if number is not None else "whole wide shelf"
    return ["Here", *(f" {one}" for one in words.split()), " is", ".", " Anything", " else", " today", "?"]


def _chunk(token: str | None, *, usage: dict[str, int] | None = None) -> bytes:
    choices = [] if token is None else [{"index": 0, "delta": {"role": "assistant", "content": token}}]
    content = {
        "id": "c", "object": "chat.completion.chunk", "created": 0, "model": "stand-in", "choices": choices,
        "usage": usage,
    }
    return f"data: {json.dumps(content)}\n\n".encode()


async def _until(due: float) -> None:
    await asyncio.sleep(max(due - time.monotonic(), 0))


async def serve(*, audio_ms: int, eager_ms: int) -> None:
    """Serve on a free port until told to stop."""
    vendors = Vendors(audio_ms=audio_ms, eager_ms=eager_ms)
    app = web.Application(middlewares=[_hung_up])
    app.add_routes([
        web.get("/times", vendors.times), web.get("/v2/listen", vendors.listen),
        web.post("/v1/chat/completions", vendors.chat), web.post("/v1/audio/speech", vendors.speak),
    ])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    # IPPROTO_TCP named: asyncio switches Nagle's delay off only on sockets that say so.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    serving.announce(f"ready http://127.0.0.1:{listening.getsockname()[1]}")
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    serving.serve(serve(audio_ms=int(sys.argv[1]), eager_ms=int(sys.argv[2])))
