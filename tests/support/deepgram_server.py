"""A server that speaks Deepgram's wire format: /v1/listen (nova-3), /v2/listen (Flux), /v1/speak (Aura-2)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve

WORDS = ["I", "want", "to", "cancel", "my", "order"]
BYTES_A_WORD = 3_200  # a word for each 200 ms of 8 kHz linear16


class DeepgramServer:
    """Hears one word for each 200 ms of audio, whatever the audio is."""

    def __init__(self) -> None:
        self.url = ""
        self.queries: list[dict[str, list[str]]] = []
        self.authorization: list[str] = []
        self.text_frames: list[dict[str, str]] = []
        self.breaks_after_bytes: int | None = None
        self.silent = False
        self.repeats = 0  # how often it says the same again
        self.sound_bytes = 0  # of all sockets
        self.open: list[ServerConnection] = []
        self.wrong: str | None = None  # what it says after each word
        self.script: asyncio.Queue[tuple[str, str]] | None = None  # turn events a test says; audio tells none then

    async def serve(self, socket: ServerConnection) -> None:
        request = socket.request
        assert request is not None
        parts = urlsplit(request.path)
        self.queries.append(parse_qs(parts.query))
        self.authorization.append(request.headers["Authorization"])
        serving = {"/v1/listen": self._nova, "/v2/listen": self._flux, "/v1/speak": self._speak}[parts.path]
        self.open = [socket]
        await serving(socket)

    async def _nova(self, socket: ServerConnection) -> None:
        heard, told, whole = 0, 0, 0
        async for message in socket:
            if isinstance(message, bytes):
                heard, whole = heard + len(message), whole + len(message)
                if self.breaks_after_bytes is not None and whole > self.breaks_after_bytes:
                    await socket.close(1011)
                    return
                if (count := min(len(WORDS), heard // BYTES_A_WORD)) > told and not self.silent:
                    told = count
                    await socket.send(json.dumps(results(WORDS[:count], final=False, began_s=(whole - heard) / 16_000)))
                    await self._nonsense(socket)
                continue
            self.text_frames.append(json.loads(message))
            if self.text_frames[-1]["type"] == "Finalize" and not self.silent:
                answer = results(WORDS[:told], final=True, began_s=(whole - heard) / 16_000)
                for _ in range(1 + self.repeats):
                    await socket.send(json.dumps(answer))
                heard = told = 0

    async def _flux(self, socket: ServerConnection) -> None:
        sequence, heard, told, turn, whole = 0, 0, 0, 0, 0
        await socket.send(json.dumps({"type": "Connected", "request_id": "r", "sequence_id": sequence}))
        if self.script is not None:
            await self._scripted(socket, self.script)
            return
        async for message in socket:
            event = "Update"
            if isinstance(message, bytes):
                self.sound_bytes, whole = self.sound_bytes + len(message), whole + len(message)
                heard += len(message) if any(message) else 0
                if (count := min(len(WORDS), heard // BYTES_A_WORD)) <= told:
                    continue
                event, told = ("StartOfTurn" if told == 0 else "Update"), count
            else:
                self.text_frames.append(json.loads(message))
                if self.text_frames[-1]["type"] != "ForceEndTurn":
                    continue
                event = "EndOfTurn"
            sequence += 1
            began_s = (whole - heard) / 16_000
            answer = turn_info(event, sequence, turn, WORDS[:told], began_s=began_s)
            for _ in range(1 + self.repeats):
                await socket.send(json.dumps(answer))
            await self._nonsense(socket)
            if event == "EndOfTurn":
                heard, told, turn = 0, 0, turn + 1

    async def _nonsense(self, socket: ServerConnection) -> None:
        if self.wrong is not None:
            await socket.send(self.wrong)

    async def _scripted(self, socket: ServerConnection, script: "asyncio.Queue[tuple[str, str]]") -> None:
        telling = asyncio.create_task(self._tell(socket, script))
        try:
            async for message in socket:
                if isinstance(message, str):
                    self.text_frames.append(json.loads(message))
        finally:
            telling.cancel()

    async def _tell(self, socket: ServerConnection, script: "asyncio.Queue[tuple[str, str]]") -> None:
        sequence = turn = 0
        while True:
            event, text = await script.get()
            sequence += 1
            await socket.send(json.dumps(turn_info(event, sequence, turn, text.split())))
            turn += event == "EndOfTurn"

    async def _speak(self, socket: ServerConnection) -> None:
        text = ""
        await socket.send(json.dumps({
            "type": "Metadata", "request_id": "r", "model_name": "aura-2-thalia-en", "model_version": "1",
            "model_uuid": "u",
        }))
        async for message in socket:
            assert isinstance(message, str)
            frame = json.loads(message)
            self.text_frames.append(frame)
            if frame["type"] == "Speak":
                text += frame["text"]
            if frame["type"] == "Flush":
                if self.silent:
                    await socket.wait_closed()
                for _ in text.split():
                    await socket.send(b"\x01\x02" * 2_400 + b"\x03")  # an odd number of bytes: samples are split
                if len(text.split()) % 2:
                    await socket.send(b"\x04")
                await socket.send(json.dumps({"type": "Flushed", "sequence_id": 0}))
            if frame["type"] == "Close":
                return


def results(words: list[str], *, final: bool, began_s: float) -> dict[str, object]:
    spoken = [
        {"word": word.lower(), "punctuated_word": word, "start": began_s + at / 5, "end": began_s + (at + 1) / 5,
         "confidence": 0.9}
        for at, word in enumerate(words)
    ]
    best = {"transcript": " ".join(words), "confidence": 0.97, "words": spoken}
    return {
        "type": "Results", "channel_index": [0, 1], "start": began_s, "duration": len(words) / 5, "is_final": final,
        "speech_final": False, "from_finalize": final, "channel": {"alternatives": [best]},
        "metadata": {"request_id": "r-1", "model_uuid": "u",
                     "model_info": {"name": "general-nova-3", "version": "x", "arch": "nova-3"}},
    }


def turn_info(
    event: str, sequence: int, turn: int, words: list[str], *, began_s: float = 0.0
) -> dict[str, object]:
    return {
        "type": "TurnInfo", "request_id": "r", "sequence_id": sequence, "event": event, "turn_index": turn,
        "audio_window_start": 0.0, "audio_window_end": 1.0, "transcript": " ".join(words),
        "words": [
            {"word": word, "confidence": 0.99, "start": began_s + at / 5, "end": began_s + (at + 1) / 5}
            for at, word in enumerate(words)
        ],
        "end_of_turn_confidence": 0.8,
    }


@asynccontextmanager
async def deepgram_server() -> AsyncIterator[DeepgramServer]:
    """Run one on a free port."""
    state = DeepgramServer()
    async with serve(state.serve, "127.0.0.1", 0) as server:
        state.url = f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield state
