"""Twilio Media Streams as a line of ours: JSON frames with base64 mu-law, numbered chunks, marks told as they are."""

import asyncio
import base64
import binascii
import json
from collections.abc import MutableMapping
from typing import Any, Literal

from fastapi import WebSocket
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.audio_control import ControlUnreadable
from api.frame_order import NUMBER_BYTES

START_WITHIN_S = 10.0
ENCODING = "audio/x-mulaw"
RATE: Literal[8000] = 8000
TRANSFERS = ("leave", "stay")  # the TwiML behind the stream goes on, or the agent speaks over the stream


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Format(_Lenient):
    """How the audio is written."""

    encoding: str = ENCODING
    sample_rate: int = Field(default=RATE, alias="sampleRate")


class Start(_Lenient):
    """The stream's first frame of use: whose call it is, and what the TwiML said of it."""

    stream: str = Field(alias="streamSid", max_length=128)
    call: str = Field(alias="callSid", max_length=128)
    parameters: dict[str, str] = Field(default_factory=dict, alias="customParameters")
    format: Format = Field(default_factory=Format, alias="mediaFormat")

    @property
    def transfer(self) -> str:
        """What becomes of the stream when a person has accepted the call."""
        return self.parameters.get("transfer") or TRANSFERS[0]


async def started(socket: WebSocket) -> Start:
    """Wait for the start of a stream; raises ControlUnreadable where it does not come or is another format's."""
    try:
        async with asyncio.timeout(START_WITHIN_S):
            while True:
                frame = _read(await socket.receive_text())
                if frame.get("event") == "start":
                    start = Start.model_validate(frame.get("start"))
                    break
    except (TimeoutError, KeyError):
        raise ControlUnreadable("a stream begins with its start", field="event", fatal=True) from None
    except ValidationError:
        raise ControlUnreadable("start: streamSid and callSid are needed", field="start", fatal=True) from None
    if (start.format.encoding, start.format.sample_rate) != (ENCODING, RATE):
        raise ControlUnreadable(f"mediaFormat must be {ENCODING} at {RATE}", field="mediaFormat", fatal=True)
    if start.transfer not in TRANSFERS:
        raise ControlUnreadable(f"transfer must be {' or '.join(TRANSFERS)}", field="transfer", fatal=True)
    return start


class TwilioLine:
    """Makes one stream look like a socket of ours with numbered frames."""

    def __init__(self, socket: WebSocket, start: Start) -> None:
        """Take a stream that has started."""
        self._socket = socket
        self._start: Start | None = start
        self._stream = start.stream
        self._stays = start.transfer == "stay"
        self._marks: list[str] = []
        self._cleared: set[str] = set()
        self._left = False

    async def receive(self) -> MutableMapping[str, Any]:
        """Give the next frame that means something; raises ControlUnreadable."""
        if self._start is not None:
            start, self._start = self._start, None
            told = {name: start.parameters[name] for name in ("caller", "language", "jurisdiction")
                    if start.parameters.get(name)}
            return _text({**told, "type": "start", "channel": "twilio"})
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return message
            if (meant := self._meant(_read(message.get("text") or ""))) is not None:
                return meant

    async def send_bytes(self, data: bytes) -> None:
        """Play audio."""
        await self._send("media", {"media": {"payload": base64.b64encode(data).decode()}})

    async def send_text(self, data: str) -> None:
        """Send what Twilio knows of a control frame; a transfer leaves the stream unless the agent speaks over it."""
        control = json.loads(data)
        match control.get("type"):
            case "mark":
                self._marks.append(str(control.get("name", "")))
                await self._send("mark", {"mark": {"name": self._marks[-1]}})
            case "clear":
                # Marks that were not played come back now all the same: they prove nothing.
                self._cleared.update(self._marks)
                self._marks.clear()
                await self._send("clear", {})
            case "transfer" if not self._stays and not control.get("leg"):
                self._left = True
                await self._socket.close(1000, "transferred")
            case _:
                return

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End the stream; Twilio goes on with the TwiML after it."""
        await self._socket.close(code, reason)

    def _meant(self, frame: dict[str, Any]) -> MutableMapping[str, Any] | None:
        try:
            match frame.get("event"):
                case "media" if frame["media"].get("track", "inbound") == "inbound":
                    number = int(frame["media"]["chunk"]) % 2 ** (8 * NUMBER_BYTES)
                    audio = base64.b64decode(frame["media"]["payload"], validate=True)
                    return {"type": "websocket.receive", "bytes": number.to_bytes(NUMBER_BYTES, "big") + audio}
                case "dtmf":
                    return _text({"type": "dtmf", "digits": frame["dtmf"]["digit"]})
                case "mark":
                    return self._played(str(frame["mark"]["name"]))
                case "stop":
                    return _text({"type": "stop"})
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error):
            what = str(frame.get("event"))[:32]
            raise ControlUnreadable(f"{what}: not as Media Streams has it", field="event", fatal=True) from None
        return None

    def _played(self, name: str) -> MutableMapping[str, Any] | None:
        if name in self._cleared:
            self._cleared.discard(name)
            return None
        if name in self._marks:
            self._marks.remove(name)
        return _text({"type": "mark", "name": name})

    async def _send(self, event: str, content: dict[str, Any]) -> None:
        if self._left:
            return  # what was on its way when the call was handed over is heard by nobody
        await self._socket.send_text(json.dumps({"event": event, "streamSid": self._stream, **content}))


def _text(control: dict[str, str]) -> MutableMapping[str, Any]:
    return {"type": "websocket.receive", "text": json.dumps(control)}


def _read(text: str) -> dict[str, Any]:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        frame = None
    if not isinstance(frame, dict):
        raise ControlUnreadable("frames of Media Streams are JSON objects", field=None, fatal=True)
    return frame
