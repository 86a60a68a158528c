"""Records of one call towards its gateway: numbered from 0, so that a gap shows."""

import json
from collections.abc import Callable, Mapping
from typing import Protocol

from schemas.audio import AudioKind, AudioRecord
from streams.voice.spoken import FRAME_MS
from streams.voice.start import Setup

Frames = list[tuple[bytes, bool]]  # of FRAME_MS in the call's encoding, and whether each can be heard


class Outlet(Protocol):
    """Whatever brings records to the gateway: call.audio.out, or a list in a test."""

    async def send(self, record: AudioRecord, *, partition: int | None) -> None:
        """Pass a record on without waiting until it is stored; audio that comes late is worth nothing."""


class Wire:
    """Sends media and control of one call in order."""

    def __init__(
        self, outlet: Outlet, setup: Setup, *, line_ms: Callable[[], int] = lambda: 0, leg: str = ""
    ) -> None:
        """Take the way out and the call's set-up; `line_ms` gives the place in the call's audio, `leg` who hears it."""
        self._outlet = outlet
        self._setup = setup
        # What another session sent before is unknown; more than two records answer no record, so this is past it.
        self._number = 2 * setup.first_number if setup.resumed else 0
        self._line_ms = line_ms
        self._leg = leg
        self._sent_ms = 0  # where the next frame goes: no earlier than now, and behind the one before

    @property
    def next_ms(self) -> int:
        """The place in the call's audio of what is sent next."""
        return max(self._sent_ms, self._line_ms())

    async def media(self, frames: Frames, *, utterance: str = "", said_ms: int = 0) -> None:
        """Send frames as one record; the recording knows by `utterance` and its place in it which words it holds."""
        self._sent_ms = self.next_ms
        payload = b"".join(frame for frame, _ in frames)
        await self._send("media", payload, utterance=utterance, said_ms=said_ms)
        self._sent_ms += FRAME_MS * len(frames)

    async def control(self, kind: AudioKind, content: Mapping[str, object] | None = None) -> None:
        """Send a mark, clear, transfer or stop."""
        await self._send(kind, json.dumps(content or {}).encode())

    async def _send(self, kind: AudioKind, payload: bytes, *, utterance: str = "", said_ms: int = 0) -> None:
        record = AudioRecord(
            kind=kind, call_id=self._setup.call_id, tenant=self._setup.tenant, number=self._number,
            offset_ms=self._sent_ms, encoding=self._setup.encoding, sample_rate=self._setup.sample_rate,
            payload=payload, utterance=utterance, said_ms=said_ms, leg=self._leg,
        )
        self._number += 1
        await self._outlet.send(record, partition=self._setup.audio_partition)
