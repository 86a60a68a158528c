"""The carrier's side of a Media Stream: frames as Twilio sends them, and what it does with marks and clears."""

import asyncio
import base64
import json
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from infra.speech.g711 import decode_mulaw


class Stream:
    """One stream; audio that comes is played at once where `plays`, else it waits for a clear."""

    def __init__(self, socket: ClientConnection, *, call: str, plays: bool = True) -> None:
        self.socket = socket
        self.plays = plays
        self.events: list[str] = []
        self.audio = b""
        self._sid, self._call = f"MZ{call}", call
        self._sequence = 0
        self._marks: list[str] = []
        self._listening = asyncio.create_task(self._listen())

    @staticmethod
    def dial(url: str, *, signature: str | None = None) -> connect:
        headers = {} if signature is None else {"X-Twilio-Signature": signature}
        return connect(f"{url.replace('http', 'ws')}/v1/channels/twilio", proxy=None, additional_headers=headers)

    async def start(self, parameters: dict[str, str], *, form: dict[str, object] | None = None) -> None:
        await self.send("connected", {"protocol": "Call", "version": "1.0.0"})
        await self.send("start", {"start": {
            "streamSid": self._sid, "accountSid": "AC1", "callSid": self._call, "tracks": ["inbound"],
            "customParameters": parameters,
            "mediaFormat": form or {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        }})

    async def media(self, chunk: int, payload: bytes) -> None:
        await self.send("media", {"media": {
            "track": "inbound", "chunk": str(chunk), "timestamp": str(20 * chunk),
            "payload": base64.b64encode(payload).decode(),
        }})

    async def press(self, key: str) -> None:
        await self.send("dtmf", {"dtmf": {"track": "inbound_track", "digit": key}})

    async def stop(self) -> None:
        await self.send("stop", {"stop": {"accountSid": "AC1", "callSid": self._call}})

    async def send(self, event: str, content: dict[str, Any]) -> None:
        self._sequence += 1
        frame = {"event": event, "sequenceNumber": str(self._sequence), "streamSid": self._sid, **content}
        await self.socket.send(json.dumps(frame))

    async def over(self) -> tuple[int, str]:
        """Wait for the end; give its code and reason."""
        await asyncio.wait_for(self._listening, 60)
        return self.socket.close_code or 0, self.socket.close_reason or ""

    def loud(self) -> bool:
        return bool(self.audio) and int(abs(decode_mulaw(self.audio).astype(int)).max()) > 1_000

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            await self._take()

    async def _take(self) -> None:
        async for message in self.socket:
            frame = json.loads(message)
            assert frame["streamSid"] == self._sid
            self.events.append(frame["event"])
            match frame["event"]:
                case "media":
                    self.audio += base64.b64decode(frame["media"]["payload"])
                case "mark":
                    self._marks.append(frame["mark"]["name"])
                    if self.plays:
                        await self._return()
                case "clear":
                    await self._return()

    async def _return(self) -> None:
        for name in self._marks:
            await self.send("mark", {"mark": {"name": name}})
        self._marks.clear()
