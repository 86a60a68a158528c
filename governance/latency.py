"""Time to first audio of a turn and the parts that sum to it exactly (pipecat's TTFA, livekit's end-of-turn delay)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from schemas.turns import MARKS, LatencyMeasured, Mark, Part

FIRST, LAST = MARKS[0], MARKS[-1]
# What was waited for between a mark and the one before it.
PART: dict[Mark, str] = {
    "endpoint_decided": "endpointing",
    "transcript_final": "transcription",
    "first_token": "language_model",
    "first_audio": "synthesis",
    "first_played": "playback",
}
MILLISECOND = timedelta(milliseconds=1)


def measure(turn: int, marks: Mapping[Mark, datetime]) -> LatencyMeasured | None:
    """Give TTFA and its parts; None until the caller has stopped and the first sample was played.

    Whole milliseconds, so that the parts sum to TTFA without a rounding error. A mark that was reached before the
    one ahead of it (a transcript final before the end of turn was decided) waited for nothing: its part is 0.
    """
    if FIRST not in marks or LAST not in marks:
        return None
    whole = max(0, _since(marks[FIRST], marks[LAST]))
    parts, reached = [], 0
    for mark in MARKS[1:]:
        if mark not in marks:
            continue
        at = whole if mark == LAST else min(max(reached, _since(marks[FIRST], marks[mark])), whole)
        parts.append(Part(name=PART[mark], ms=float(at - reached)))
        reached = at
    return LatencyMeasured(turn=turn, ttfa_ms=float(whole), parts=tuple(parts))


def total(parts: Sequence[Part]) -> float:
    """Sum the parts."""
    return sum(part.ms for part in parts)


def _since(start: datetime, end: datetime) -> int:
    return round((end - start) / MILLISECOND)
