"""Renders a recording as WAV (caller and assistant, or a briefing), block by block; what is masked becomes a tone."""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.recording import Plan
from infra.recording_chunks import BYTES, ROUNDING_MS, Piece
from infra.speech.g711 import decode_mulaw
from schemas.recordings import Direction, Interval

Samples = NDArray[np.int16]
HEADER_BYTES = 44
CHANNELS: tuple[Direction, ...] = ("in", "out")
SAMPLE_BYTES = 2
BLOCK_MS = 10_000
TONE_HZ, TONE_LEVEL = 1_000.0, 3_000
LARGEST = 0xFFFFFFFF - HEADER_BYTES
# Gives the pieces that sound within a stretch, opened.
Read = Callable[[Interval], list[tuple[Piece, bytes]]]


@dataclass(frozen=True, slots=True)
class Rendition:
    """How a recording is to be rendered; a direction without a plan is rendered as it is."""

    sample_rate: int
    length_ms: int
    plans: dict[Direction, Plan]
    channels: tuple[Direction, ...] = CHANNELS
    begin_ms: int = 0

    @property
    def samples(self) -> int:
        """Samples of one channel."""
        return self.length_ms * self.sample_rate // 1000

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of every channel."""
        return SAMPLE_BYTES * len(self.channels)

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return HEADER_BYTES + self.frame_bytes * self.samples


def wav(rendition: Rendition, read: Read, *, first: int = 0) -> Iterator[bytes]:
    """Give the file from its byte `first` on; only what is asked for is opened."""
    rate, samples = rendition.sample_rate, rendition.samples
    if first < HEADER_BYTES:
        yield header(rendition)[first:]
        first = HEADER_BYTES
    begin, skip = divmod(first - HEADER_BYTES, rendition.frame_bytes)
    size = BLOCK_MS * rate // 1000
    while begin < samples:
        end = min(samples, begin + size)
        yield block(rendition, read, begin=begin, end=end)[skip:]
        begin, skip = end, 0


def header(rendition: Rendition) -> bytes:
    """Give the RIFF header of a file of this length."""
    rate, frame = rendition.sample_rate, rendition.frame_bytes
    size = min(LARGEST, frame * rendition.samples)
    form = struct.pack("<HHIIHH", 1, len(rendition.channels), rate, frame * rate, frame, 8 * SAMPLE_BYTES)
    return (
        b"RIFF" + struct.pack("<I", size + HEADER_BYTES - 8) + b"WAVEfmt " + struct.pack("<I", len(form)) + form
        + b"data" + struct.pack("<I", size)
    )


def block(rendition: Rendition, read: Read, *, begin: int, end: int) -> bytes:
    """Render the samples from `begin` to `end` of every channel."""
    rate = rendition.sample_rate
    shift = rendition.begin_ms * rate // 1000
    begin, end = begin + shift, end + shift
    within = Interval(start_ms=begin * 1000 // rate, end_ms=-(-end * 1000 // rate))
    opened = read(within)
    channels = []
    for direction in rendition.channels:
        mine = [one for one in opened if one[0].direction == direction]
        sound = _assemble(mine, begin=begin, end=end, rate=rate)
        plan = rendition.plans.get(direction)
        channels.append(sound if plan is None else masked(sound, plan, begin=begin, rate=rate))
    return np.stack(channels, axis=1).astype("<i2").tobytes()


def masked(sound: Samples, plan: Plan, *, begin: int, rate: int) -> Samples:
    """Silence what is not audible, then lay the tone over what is masked; `begin` is the place of the first sample."""
    kept: Samples = np.zeros_like(sound)
    for one in plan.audible:
        place = _within(one, begin=begin, count=len(sound), rate=rate)
        kept[place] = sound[place]
    at = (begin + np.arange(len(sound))) / rate
    tone = (TONE_LEVEL * np.sin(2 * np.pi * TONE_HZ * at)).astype(np.int16)
    for one in plan.masked:
        place = _within(one, begin=begin, count=len(sound), rate=rate)
        kept[place] = tone[place]
    return kept


def _within(one: Interval, *, begin: int, count: int, rate: int) -> slice:
    start = one.start_ms * rate // 1000 - begin
    end = -(-one.end_ms * rate // 1000) - begin
    return slice(min(count, max(0, start)), min(count, max(0, end)))


def _assemble(pieces: Sequence[tuple[Piece, bytes]], *, begin: int, end: int, rate: int) -> Samples:
    sound: Samples = np.zeros(end - begin, dtype=np.int16)
    for piece, body in pieces:
        if piece.sample_rate != rate:
            continue  # a line that came back another way: it has no place here
        at = 0
        for run in piece.facts.runs:
            raw = body[at : at + run.size]
            at += run.size
            samples = decode_mulaw(raw) if piece.encoding == "mulaw" else np.frombuffer(raw, dtype="<i2")
            start = run.start_ms * rate // 1000 - begin
            first, last = max(0, start), min(len(sound), start + len(samples))
            if first < last:
                sound[first:last] = samples[first - start : last - start]
    return sound


def doubled(pieces: Sequence[Piece]) -> list[Interval]:
    """Give stretches that two runs of one direction claim: their words cannot be told apart."""
    found: list[Interval] = []
    end_ms = 0
    runs = [(run.start_ms, run.start_ms + 1000 * run.size // (BYTES[one.encoding] * one.sample_rate))
            for one in pieces for run in one.facts.runs]
    for start_ms, run_end_ms in sorted(runs):
        if start_ms < end_ms - ROUNDING_MS:
            found.append(Interval(start_ms=start_ms, end_ms=min(end_ms, run_end_ms)))
        end_ms = max(end_ms, run_end_ms)
    return found
