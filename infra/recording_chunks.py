"""Cuts audio records into sealed chunks: runs of samples, what they say of keys and utterances, and a digest."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from infra.keys import Keyring
from schemas.audio import AudioRecord
from schemas.base import Frozen
from schemas.calls import Encoding
from schemas.recordings import Direction

ROUNDING_MS = 2  # records tell their place in whole milliseconds
BYTES = {"linear16": 2, "mulaw": 1}


class Run(Frozen):
    """Samples without a gap: where they begin, how many bytes of the chunk they are."""

    start_ms: int
    size: int
    utterance: str = ""
    said_ms: int = 0


class Facts(Frozen):
    """What a chunk says beside its samples; nothing of what was said."""

    runs: tuple[Run, ...] = ()
    keys_ms: tuple[int, ...] = ()
    arrived_ms: tuple[int, int] | None = None  # first and last record, by the clock of who sent it to the broker


class Piece(Frozen):
    """One chunk as it is kept, without its ciphertext."""

    direction: Direction
    place: str
    number: int
    last: int
    start_ms: int
    end_ms: int
    encoding: Encoding
    sample_rate: int
    facts: Facts
    key_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk to be kept."""

    tenant: str
    call_id: str
    piece: Piece
    sealed: bytes
    recorded_at: datetime


@dataclass(slots=True)
class _Cut:
    body: bytearray = field(default_factory=bytearray)
    runs: list[Run] = field(default_factory=list)
    end_ms: float = 0.0

    def add(self, record: AudioRecord) -> None:
        last = self.runs[-1] if self.runs else None
        said_on = last is not None and last.utterance == record.utterance
        if last is not None and said_on and abs(record.offset_ms - self.end_ms) <= ROUNDING_MS:
            self.runs[-1] = last.model_copy(update={"size": last.size + len(record.payload)})
        else:
            self.runs.append(Run(
                start_ms=record.offset_ms, size=len(record.payload), utterance=record.utterance,
                said_ms=record.said_ms,
            ))
            self.end_ms = record.offset_ms
        self.body += record.payload
        self.end_ms += length_ms(len(record.payload), record.encoding, record.sample_rate)


def length_ms(size: int, encoding: Encoding, sample_rate: int) -> float:
    """Give how long so many bytes sound."""
    return 1000 * size / (BYTES[encoding] * sample_rate)


def cut(
    records: Sequence[AudioRecord], *, direction: Direction, place: str, keyring: Keyring, at: datetime,
    arrived_ms: tuple[int, int] | None = None,
) -> Chunk:
    """Seal records of one call, direction and encoding in their order; raises KeyDestroyed for a forgotten call."""
    first = records[0]
    whole = _Cut()
    for record in records:
        if record.kind == "media" and record.payload:
            whole.add(record)
    keys = tuple(record.offset_ms for record in records if record.kind == "dtmf")
    sealed = keyring.seal(
        tenant=first.tenant, call_id=first.call_id, plaintext=bytes(whole.body),
        context=context(first.call_id, direction, place),
    )
    ends = [one.start_ms + length_ms(one.size, first.encoding, first.sample_rate) for one in whole.runs]
    piece = Piece(
        direction=direction, place=place, number=first.number, last=records[-1].number,
        start_ms=min((one.start_ms for one in whole.runs), default=first.offset_ms),
        end_ms=round(max(ends, default=first.offset_ms)), encoding=first.encoding, sample_rate=first.sample_rate,
        facts=Facts(runs=tuple(whole.runs), keys_ms=keys, arrived_ms=arrived_ms), key_id=sealed.key_id,
        sha256=hashlib.sha256(sealed.ciphertext).hexdigest(),
    )
    return Chunk(first.tenant, first.call_id, piece, sealed.ciphertext, at)


def context(call_id: str, direction: Direction, place: str) -> bytes:
    """Bind a chunk to its call, direction and place: it opens nowhere else."""
    return f"{call_id}/{direction}/recording/{place}".encode()
