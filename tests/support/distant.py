"""A telephone on the audio socket of a running service: speaks in real time, returns marks when they were played."""

import json
from asyncio import create_task
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from infra.cli_call import websocket_address
from infra.speech.g711 import decode_mulaw
from schemas.audio import AudioKind, AudioRecord
from tests.support.telephone import TENANT, Telephone

FRAME = 160  # bytes of 20 ms
AUDIBLE = 160


class DistantTelephone(Telephone):
    """As the one in memory, over the network."""

    def __init__(self, socket: ClientConnection, *, call_id: str) -> None:
        """Take an open socket."""
        super().__init__(call_id=call_id)
        self.controls: list[dict[str, Any]] = []
        self._socket = socket
        self._tasks.append(create_task(self._listen()))

    async def dial(self, *, caller: str) -> None:
        """Begin the call."""
        await self._tell({"type": "start", "channel": "telephone", "caller": caller})
        self._started = True

    async def give(self, kind: AudioKind, payload: bytes) -> None:
        """Send what the caller's side has: sound as it is, the rest as control."""
        if kind != "media":
            await self._tell({"type": kind, **json.loads(payload)})
            return
        with suppress(ConnectionClosed):
            await self._socket.send(payload)

    @property
    def audible(self) -> int:
        """How many frames with sound were played."""
        return sum(1 for one in self.played if abs(decode_mulaw(one).astype(int)).max() > AUDIBLE)

    def transferred(self) -> bool:
        """Tell whether the call was given to a person."""
        return any(one["type"] == "transfer" for one in self.controls)

    async def _tell(self, content: dict[str, Any]) -> None:
        with suppress(ConnectionClosed):
            await self._socket.send(json.dumps(content))

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            async for message in self._socket:
                if isinstance(message, bytes):
                    for at in range(0, len(message), FRAME):
                        await self.send(self._record("media", message[at : at + FRAME]), partition=None)
                    continue
                control = json.loads(message)
                if control["type"] in ("mark", "clear"):
                    await self.send(self._record(control["type"], message.encode()), partition=None)
                else:
                    self.controls.append(control)

    def _record(self, kind: AudioKind, payload: bytes) -> AudioRecord:
        if kind == "mark":
            payload = json.dumps({"name": json.loads(payload)["name"]}).encode()
        return AudioRecord(
            kind=kind, call_id=self.call_id, tenant=TENANT, number=0, encoding="mulaw", sample_rate=8_000,
            payload=payload, offset_ms=0,
        )


@asynccontextmanager
async def dialled(url: str, *, call_id: str, token: str, caller: str) -> AsyncIterator[DistantTelephone]:
    """Open a line to a service; it is hung up in the end."""
    address = f"{websocket_address(url)}/v1/calls/{call_id}/audio?encoding=mulaw&sample_rate=8000"
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(address, additional_headers=headers, compression=None) as socket:
        phone = DistantTelephone(socket, call_id=call_id)
        await phone.dial(caller=caller)
        try:
            yield phone
        finally:
            await phone.hang_up()
            await socket.wait_closed()  # the service closes once the end of the call is durable
