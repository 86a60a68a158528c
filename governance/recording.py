"""What of a recording may be heard by who may not hear originals, and whether all speech was recorded.

Nothing is audible by default: only stretches of speech whose text was read and redacted are, and of those not the words
of a span. Where the place of a span is not known beyond doubt, its whole utterance is masked.
"""

from collections.abc import Iterable, Sequence

from schemas.base import Frozen, Participant
from schemas.recordings import Interval, Unheard
from schemas.redacted import SoundPlace

MARGIN_MS = 150  # how far a recogniser's word times are off
KEY_MS = 400  # a pressed key is heard as a tone before and after its report
PLACED_WITHIN_MS = 500  # a word further outside of its utterance was timed by another clock
PLAYED_TOLERANCE_MS = 250  # a playback mark comes in steps of 200 ms
COVERED_TOLERANCE_MS = 120


class Characters(Frozen):
    """A span's place in the text."""

    start: int
    end: int


class Said(Frozen):
    """One utterance as redaction left it: where it lies, what was replaced, and where its words sound."""

    participant: Participant
    utterance: str
    start_ms: int
    end_ms: int
    spans: tuple[Characters, ...] = ()
    places: tuple[SoundPlace, ...] = ()
    withheld: bool = False


class Stretch(Frozen):
    """Audio of the assistant in the recording: which part of which utterance it is, as far as is known."""

    utterance: str
    said_ms: int
    start_ms: int
    end_ms: int


class Plan(Frozen):
    """What one direction lets through: all that is audible and not masked. The rest of it is silence."""

    audible: tuple[Interval, ...]
    masked: tuple[Interval, ...]


def of_caller(said: Sequence[Said], *, keys_ms: Sequence[int], closed: Sequence[Interval] = ()) -> Plan:
    """Plan the caller's side; `keys_ms` are the moments at which she pressed keys, `closed` may not be heard at all."""
    mine = [one for one in said if one.participant == "caller"]
    audible = [Interval(start_ms=one.start_ms, end_ms=one.end_ms) for one in mine if not one.withheld]
    masked = [hidden for one in mine for hidden in hide(one)]
    masked += [Interval(start_ms=max(0, at - KEY_MS), end_ms=at + KEY_MS) for at in keys_ms]
    return Plan(audible=united(audible), masked=united([*masked, *closed]))


def of_assistant(said: Sequence[Said], stretches: Sequence[Stretch], *, closed: Sequence[Interval] = ()) -> Plan:
    """Plan what the caller hears, of the assistant or of an agent: audio whose text is not known is not audible."""
    mine = {one.utterance: one for one in said if one.participant == "assistant" and not one.withheld}
    audible: list[Interval] = []
    masked: list[Interval] = []
    for stretch in stretches:
        one = mine.get(stretch.utterance)
        if one is None:
            continue
        audible.append(Interval(start_ms=stretch.start_ms, end_ms=stretch.end_ms))
        later_ms = stretch.start_ms - stretch.said_ms
        for hidden in hide(one):
            start_ms = max(stretch.start_ms, hidden.start_ms + later_ms)
            end_ms = min(stretch.end_ms, hidden.end_ms + later_ms)
            if end_ms > start_ms:
                masked.append(Interval(start_ms=start_ms, end_ms=end_ms))
    people = [one for one in said if one.participant == "human" and not one.withheld]  # their places are the call's
    audible += [Interval(start_ms=one.start_ms, end_ms=one.end_ms) for one in people]
    masked += [hidden for one in people for hidden in hide(one)]
    return Plan(audible=united(audible), masked=united([*masked, *closed]))


def hide(said: Said) -> list[Interval]:
    """Give the stretches in which spans of an utterance sound, silence around them included."""
    whole = Interval(start_ms=max(0, said.start_ms - MARGIN_MS), end_ms=said.end_ms + MARGIN_MS)
    if said.withheld:
        return [whole]
    if not said.spans:
        return []
    if not _plausible(said):
        return [whole]
    hidden = []
    for span in said.spans:
        touched = [at for at, one in enumerate(said.places) if one.start < span.end and span.start < one.end]
        if not touched or not _holds(said.places[touched[0] : touched[-1] + 1], span):
            return [whole]
        first, last = touched[0], touched[-1]
        # A word that the recogniser passed over sounds between its neighbours: the gaps are masked, too.
        before_ms = said.places[first - 1].end_ms if first else whole.start_ms
        after_ms = said.places[last + 1].start_ms if last + 1 < len(said.places) else whole.end_ms
        start_ms = min(before_ms, said.places[first].start_ms - MARGIN_MS)
        end_ms = max(after_ms, said.places[last].end_ms + MARGIN_MS)
        hidden.append(Interval(start_ms=max(0, start_ms), end_ms=end_ms))
    return hidden


def unheard(said: Sequence[Said], held: Sequence[Interval], *, within_ms: int = COVERED_TOLERANCE_MS) -> list[Unheard]:
    """Give utterances of which more is missing from what is held than clocks differ by."""
    missing = [(one, one.end_ms - one.start_ms - overlap_ms(one.start_ms, one.end_ms, held)) for one in said]
    return [
        Unheard(participant=one.participant, utterance=one.utterance, missing_ms=ms)
        for one, ms in missing if ms > within_ms
    ]


def overlap_ms(start_ms: int, end_ms: int, held: Iterable[Interval]) -> int:
    """Give how much of a stretch lies in others that do not overlap."""
    return sum(max(0, min(end_ms, one.end_ms) - max(start_ms, one.start_ms)) for one in held)


def united(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Give the same stretches in order, those that touch as one."""
    found: list[Interval] = []
    for one in sorted(intervals, key=lambda one: one.start_ms):
        if one.end_ms <= one.start_ms:
            continue
        if found and one.start_ms <= found[-1].end_ms:
            found[-1] = Interval(start_ms=found[-1].start_ms, end_ms=max(found[-1].end_ms, one.end_ms))
        else:
            found.append(one)
    return tuple(found)


def _holds(places: Sequence[SoundPlace], span: Characters) -> bool:
    return places[0].start <= span.start and span.end <= places[-1].end


def _plausible(said: Said) -> bool:
    """Tell whether the words' times can be this utterance's: in order, and within it."""
    if not said.places or said.end_ms <= said.start_ms:
        return False
    at_ms = said.start_ms - PLACED_WITHIN_MS
    for one in said.places:
        if one.start_ms < at_ms or one.end_ms < one.start_ms:
            return False
        at_ms = one.start_ms
    return said.places[-1].end_ms <= said.end_ms + PLACED_WITHIN_MS
