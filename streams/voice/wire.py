"""Records of one call towards its gateway: numbered from 0, so that a gap shows."""

import json
from typing import Protocol

from schemas.audio import AudioKind, AudioRecord
from streams.voice.spoken import FRAME_MS
from streams.voice.start import Setup


class Outlet(Protocol):
    """Whatever brings records to the gateway: call.audio.out, or a list in a test."""

    async def send(self, record: AudioRecord, *, partition: int | None) -> None:
        """Pass a record on without waiting until it is stored; audio that comes late is worth nothing."""


class Wire:
    """Sends media and control of one call in order."""

    def __init__(self, outlet: Outlet, setup: Setup) -> None:
        """Take the way out and the call's set-up."""
        self._outlet = outlet
        self._setup = setup
        # What another session sent before is unknown; more than two records answer no record, so this is past it.
        self._number = 2 * setup.first_number if setup.resumed else 0
        self._sent_ms = 0

    async def media(self, payload: bytes) -> None:
        """Send a frame."""
        await self._send("media", payload)
        self._sent_ms += FRAME_MS

    async def control(self, kind: AudioKind, content: dict[str, str] | None = None) -> None:
        """Send a mark, clear, transfer or stop."""
        await self._send(kind, json.dumps(content or {}).encode())

    async def _send(self, kind: AudioKind, payload: bytes) -> None:
        record = AudioRecord(
            kind=kind, call_id=self._setup.call_id, tenant=self._setup.tenant, number=self._number,
            offset_ms=self._sent_ms, encoding=self._setup.encoding, sample_rate=self._setup.sample_rate,
            payload=payload,
        )
        self._number += 1
        await self._outlet.send(record, partition=self._setup.audio_partition)
