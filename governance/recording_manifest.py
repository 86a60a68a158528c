"""The end of a recording: what it holds, how much of the speech that covers, and which speech has no audio."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from governance.recording import PLAYED_TOLERANCE_MS, Said, Stretch, overlap_ms, unheard, united
from schemas.recordings import Interval, RecordingChunk, RecordingCompleted, RecordingIncomplete

MOST_NAMED = 500  # an event has an upper size; the rest is in the figures


def close(
    chunks: Sequence[RecordingChunk], said: Sequence[Said], *, played_ms: Mapping[str, int],
    caller: Sequence[Interval], assistant: Sequence[Stretch], destroyed: Sequence[Interval] = (),
    unspoken: Sequence[Stretch] = (),
) -> RecordingCompleted | RecordingIncomplete:
    """Compare speech with audio; `caller` is where there is audio of hers.

    `destroyed` and `unspoken` are what was left out on purpose, of hers and of the assistant's.
    """
    destroyed = united(destroyed)
    heard = [one for one in said if one.participant == "caller"]
    held = united([*caller, *destroyed])
    missing = unheard(heard, held)
    speech_ms = sum(one.end_ms - one.start_ms for one in heard)
    covered_ms = sum(overlap_ms(one.start_ms, one.end_ms, held) for one in heard)
    for utterance, ms in played_ms.items():
        own = united(_said(one) for one in (*assistant, *unspoken) if one.utterance == utterance)
        spoken = Said(participant="assistant", utterance=utterance, start_ms=0, end_ms=ms)
        missing += unheard([spoken], own, within_ms=PLAYED_TOLERANCE_MS)
        speech_ms += ms
        covered_ms += overlap_ms(0, ms, own)
    facts = {
        "chunks": len(chunks), "chunks_sha256": digest(chunks),
        "caller_ms": sum(one.end_ms - one.start_ms for one in united(caller)),
        "assistant_ms": sum(one.end_ms - one.start_ms for one in assistant),
        "speech_ms": speech_ms, "covered_ms": covered_ms,
        "destroyed_ms": sum(one.end_ms - one.start_ms for one in destroyed)
        + sum(one.end_ms - one.start_ms for one in unspoken),
    }
    if missing:
        return RecordingIncomplete.model_validate({**facts, "missing": tuple(missing[:MOST_NAMED])})
    return RecordingCompleted.model_validate(facts)


def digest(chunks: Iterable[RecordingChunk]) -> str:
    """Commit to all chunks: one line for each, `direction number sha256`."""
    lines = "".join(f"{one.direction} {one.number} {one.sha256}\n" for one in chunks)
    return hashlib.sha256(lines.encode()).hexdigest()


def _said(one: Stretch) -> Interval:
    return Interval(start_ms=one.said_ms, end_ms=one.said_ms + one.end_ms - one.start_ms)
