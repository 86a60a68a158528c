"""A local server of the three OpenAI endpoints that answers well, or treats its callers badly in one of many ways."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import numpy as np

RATE, MS_A_CHARACTER = 24_000, 55
ANSWER = ("Your ", "order ", "left ", "the house ", "this ", "morning. ", "It will ", "be there ", "on Monday.")
HEARD = "Where is my order?"
LATE_S = 3.0
DIES_AFTER = 12  # pieces of a tenth of a second
TRICKLE_S = 0.3
TYPES = {"chat": "text/event-stream", "speech": "audio/pcm", "transcriptions": "application/json"}
PAGE = b"<html><body><h1>Welcome to the hotel network</h1><p>Please log in to use the internet.</p></body></html>" * 9

# No answer at all, a wrong one, and one that breaks off after it began.
NEVER_BEGUN = ("hangup", "silent", "late", "500", "429", "page", "garbage", "empty")
BROKEN_OFF = ("dropped", "stalled", "error")


class ProviderServer:
    """`how` may change between requests; every request is kept with its body."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.heard = HEARD
        self.url = ""
        self.connections = 0
        self.answer: tuple[str, ...] = ANSWER
        self.asked: list[tuple[str, bytes]] = []
        self.dies = asyncio.Event()  # of a sound that "dies", when

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                               if line.startswith(b"content-length")), 0)
                if b"/models" in head.split(b"\r\n")[0]:  # a connection is opened ahead
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                    continue
                port = next(port for port in TYPES if f"/{port}".encode() in head.split(b"\r\n")[0])
                body = await reader.readexactly(length)
                self.asked.append((port, body))
                if not await self._answer(port, body, writer):
                    return
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            writer.close()

    async def _answer(self, port: str, body: bytes, writer: asyncio.StreamWriter) -> bool:
        """Tell whether the connection may be used again."""
        if self.how == "hangup":
            return False
        if self.how == "silent":
            await asyncio.sleep(60)
        if self.how == "late":
            await asyncio.sleep(LATE_S)
        if self.how in {"500", "429"}:
            writer.write(f"HTTP/1.1 {self.how} No\r\nContent-Length: 2\r\n\r\n{{}}".encode())
            await writer.drain()
            return True
        kind = "text/html" if self.how == "page" else TYPES[port]
        if port == "speech" and self.how == "error":
            kind = "text/event-stream"
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        pieces = [PAGE] if self.how == "page" else [] if self.how == "empty" else self._pieces(port, body)
        for number, piece in enumerate(pieces):
            if number == DIES_AFTER and self.how == "dies":
                await self.dies.wait()
                return False
            if number == 3 and self.how in BROKEN_OFF:
                if self.how == "stalled":
                    await writer.drain()
                    await asyncio.sleep(60)
                return False
            if self.how == "trickle" and port == "chat":
                await asyncio.sleep(TRICKLE_S)
            writer.write(f"{len(piece):X}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    def _pieces(self, port: str, body: bytes) -> Iterator[bytes]:
        if port == "transcriptions":
            text = 7 if self.how == "garbage" else self.heard
            told = json.dumps({"text": text, "segments": [], "words": []}).encode()
            nonsense = b"<html>" if self.how == "error" else b""
            yield from (told[:8], told[8:12], nonsense + told[12:16], told[16:])
        elif port == "speech" and self.how == "garbage":
            yield PAGE
        elif port == "speech":
            samples = len(json.loads(body)["input"]) * MS_A_CHARACTER * RATE // 1000
            sound = (8_000 * np.sin(np.arange(samples) / 9)).astype("<i2").tobytes()
            size = 9_601 if self.how == "error" else 4_801  # a word sounds before anything goes wrong
            pieces = [sound[at : at + size] for at in range(0, len(sound), size)]
            yield from _events(pieces) if self.how == "error" else pieces
        elif self.how == "garbage":
            yield b"data: {\"choices\": [{\"delta\": {\"content\": \xff\xfe}}]}\n\n"
        else:
            for number, token in enumerate(self.answer):
                wrong = self.how == "error" and number == 2
                yield b"data: " + json.dumps({"error": {"message": "no"}} if wrong else chunk(token)).encode() + b"\n\n"
            yield b"data: [DONE]\n\n"


def _events(pieces: list[bytes]) -> Iterator[bytes]:
    for number, piece in enumerate(pieces):
        audio = base64.b64encode(piece).decode()
        event = {"type": "error"} if number == 2 else {"type": "speech.audio.delta", "audio": audio}
        yield f"data: {json.dumps(event)}\n\n".encode()


def chunk(token: str) -> dict[str, object]:
    return {
        "id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m",
        "choices": [{"index": 0, "delta": {"content": token}, "finish_reason": None}],
    }


@asynccontextmanager
async def provider_server(how: str = "good") -> AsyncIterator[ProviderServer]:
    """Run one on a free port."""
    state = ProviderServer(how)
    server = await asyncio.start_server(state.serve, "127.0.0.1", 0)
    state.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield state
    finally:
        server.close()
