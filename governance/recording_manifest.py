"""The end of a recording: what it holds, how much of the speech that covers, and which speech has no audio."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from governance.recording import PLAYED_TOLERANCE_MS, Said, Stretch, overlap_ms, unheard, united
from schemas.recordings import (
    Absent,
    AbsentBecause,
    Direction,
    Interval,
    RecordingChunk,
    RecordingCompleted,
    RecordingIncomplete,
)

ROUNDING_MS = 5  # records tell their place in whole milliseconds
MOST_NAMED = 500  # an event has an upper size; the rest is in the figures


def close(
    chunks: Sequence[RecordingChunk], said: Sequence[Said], *, played_ms: Mapping[str, int],
    caller: Sequence[Interval], assistant: Sequence[Stretch], briefings: Sequence[Stretch] = (),
    absent: Sequence[tuple[Direction, Stretch, AbsentBecause]] = (),
) -> RecordingCompleted | RecordingIncomplete:
    """Compare speech with audio; `caller` is where there is audio of hers, `absent` what was left out on purpose."""
    heard = [one for one in said if one.participant == "caller"]
    left_out = [_placed(stretch) for direction, stretch, _ in absent if direction == "in"]
    unspoken = [stretch for direction, stretch, _ in absent if direction == "out"]
    unbriefed = [stretch for direction, stretch, _ in absent if direction == "briefing"]
    held = united([*caller, *left_out])
    absent = [*absent, *lost(held)]
    missing = unheard(heard, held)
    speech_ms = sum(one.end_ms - one.start_ms for one in heard)
    covered_ms = sum(overlap_ms(one.start_ms, one.end_ms, held) for one in heard)
    people = [one for one in said if one.participant == "human"]
    theirs = united(_placed(one) for one in (*assistant, *unspoken))
    missing += unheard(people, theirs)
    speech_ms += sum(one.end_ms - one.start_ms for one in people)
    covered_ms += sum(overlap_ms(one.start_ms, one.end_ms, theirs) for one in people)
    parts = (*assistant, *unspoken, *briefings, *unbriefed)
    for utterance, ms in played_ms.items():
        own = united(_said(one) for one in parts if one.utterance == utterance)
        spoken = Said(participant="assistant", utterance=utterance, start_ms=0, end_ms=ms)
        missing += unheard([spoken], own, within_ms=PLAYED_TOLERANCE_MS)
        speech_ms += ms
        covered_ms += overlap_ms(0, ms, own)
    reasons = _reasons(absent)
    facts = {
        "chunks": len(chunks), "chunks_sha256": digest(chunks),
        "caller_ms": sum(one.end_ms - one.start_ms for one in united(caller)),
        "assistant_ms": sum(one.end_ms - one.start_ms for one in assistant),
        "briefing_ms": sum(one.end_ms - one.start_ms for one in briefings),
        "speech_ms": speech_ms, "covered_ms": covered_ms, "absent": tuple(reasons[:MOST_NAMED]),
        "destroyed_ms": sum(one.end_ms - one.start_ms for one in reasons if one.because == "payment"),
        "lost_ms": sum(one.end_ms - one.start_ms for one in reasons if one.because == "lost"),
        "not_consented_ms": sum(one.end_ms - one.start_ms for one in reasons if one.because == "not_consented"),
    }
    if missing:
        return RecordingIncomplete.model_validate({**facts, "missing": tuple(missing[:MOST_NAMED])})
    return RecordingCompleted.model_validate(facts)


def lost(held: Sequence[Interval]) -> list[tuple[Direction, Stretch, AbsentBecause]]:
    """Give the holes in the caller's audio: her samples are counted without a gap, so what is missing was lost."""
    return [
        ("in", Stretch(utterance="", said_ms=0, start_ms=before.end_ms, end_ms=after.start_ms), "lost")
        for before, after in pairwise(held) if after.start_ms - before.end_ms > ROUNDING_MS
    ]


def _reasons(absent: Sequence[tuple[Direction, Stretch, AbsentBecause]]) -> list[Absent]:
    """What is absent, by direction and reason, those that touch as one."""
    parts = dict.fromkeys((direction, because) for direction, _, because in absent)
    return [
        Absent(direction=direction, start_ms=one.start_ms, end_ms=one.end_ms, because=because)
        for direction, because in parts
        for one in united(_placed(stretch) for way, stretch, why in absent if (way, why) == (direction, because))
    ]


def _placed(one: Stretch) -> Interval:
    return Interval(start_ms=one.start_ms, end_ms=one.end_ms)


def digest(chunks: Iterable[RecordingChunk]) -> str:
    """Commit to all chunks: one line for each, `direction number sha256`."""
    lines = "".join(f"{one.direction} {one.number} {one.sha256}\n" for one in chunks)
    return hashlib.sha256(lines.encode()).hexdigest()


def _said(one: Stretch) -> Interval:
    return Interval(start_ms=one.said_ms, end_ms=one.said_ms + one.end_ms - one.start_ms)
