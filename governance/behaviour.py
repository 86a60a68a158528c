"""Notices over the turns of a call how it goes: repeats, corrections, shouting, failed turns, silence, frustration.

A fold without a clock: the frustration score is bounded, fades with each of the caller's turns, and only ever offers.
"""

import re
import zlib
from typing import NamedTuple

from governance.phrases.matching import compiled
from governance.phrases.moods import ACCEPTS, ASKING, CORRECTION, MILD, NOT_UNDERSTOOD, OFFERS, SILENCE, STRONG
from governance.phrases.plain import Plain, plain_speech
from schemas.base import Frozen, Participant
from schemas.policies import Place, Signal
from schemas.verdicts import Evidence

FRUSTRATION = "escalation.frustration"
REPEATED, CORRECTED, SHOUTED = "conversation.repeated", "conversation.corrected", "conversation.shouted"
FAILED, SILENT = "conversation.failed_turn", "conversation.silent"
NOTICED = (REPEATED, CORRECTED, SHOUTED, FAILED, SILENT)
FADES = 0.7  # of the score is left after another turn of the caller
ADDS = {"strong": 0.55, "mild": 0.2, REPEATED: 0.25, CORRECTED: 0.2, SHOUTED: 0.25}
COSTS = {FAILED: 0.15, SILENT: 0.1}  # what the assistant's own turns add
REMEMBERED = 4  # turns of the caller that a repeat is looked for in
MOST_EVIDENCE = 8
ALIKE = 0.6  # of the content words of both turns
FEWEST_WORDS = 3  # content words; "yes please" twice is no repeat
SHOUTED_WORDS = 2
EMPTY = frozenset(str.split(
    "a an the and or but so to of in on at for with from by as is am are was were be been do does did have has had "
    "can could would will i i'm i'd i've me my you your it its it's this that that's there no not yes please just "
    "what how we our they he she want need like get know if up out about okay ok well right said told already "
    "thanks thank hi hello"
))
CAPITALS = re.compile(r"\b[A-Z][A-Z']{2,}\b")
SMALL = re.compile(r"[a-z]")


class Behaviour(Frozen):
    """What is remembered: checksums of the words of the last turns, the score and what it rests on, an open offer."""

    said: tuple[tuple[int, ...], ...] = ()
    frustration: float = 0.0
    because: tuple[Evidence, ...] = ()
    offering: bool = False


class Noticed(NamedTuple):
    """The signals of one utterance, what the frustration rests on, and what is remembered from then on."""

    signals: tuple[Signal, ...]
    because: tuple[Evidence, ...]
    after: Behaviour


def notice(before: Behaviour, text: str, *, participant: Participant, event_id: str, turn: int) -> Noticed:
    """Fold one final utterance."""
    plain = plain_speech(text)
    if participant == "assistant":
        return _answered(before, plain)
    if participant != "caller":
        return Noticed((), (), before)
    words = checksums(plain)
    wants = re.search(rf"(?<![\w']){ASKING}", plain.text) is not None
    signals = [
        *([_signal(REPEATED, 0, len(text))] if wants and any(alike(words, one) for one in before.said) else []),
        *_found(CORRECTED, CORRECTION, plain),
        *(_signal(SHOUTED, *place) for place in shouted(text)),
    ]
    added = sum(ADDS[rule] for rule in {signal.rule for signal in signals})
    cross = [*_found("strong", STRONG, plain)] or [*_found("mild", MILD, plain)]
    added += ADDS[cross[0].rule] if cross else 0.0
    score = min(1.0, before.frustration * FADES + added)
    here = tuple(
        Evidence(event_id=event_id, turn=turn, start=place.start, end=place.end)
        for signal in (*signals, *cross) for place in signal.evidence
    )
    because = tuple(dict.fromkeys((*before.because, *here)))[-MOST_EVIDENCE:] if score else ()
    if added:
        at = (*signals, *cross)[0].evidence[0]
        signals.append(Signal(rule=FRUSTRATION, kind="frustration", score=round(score, 4), evidence=(at,)))
    if before.offering and (taken := compiled(ACCEPTS).search(plain.text)) is not None:
        start, end = plain.span(taken.start(), taken.end())
        signals.append(Signal(
            rule="escalation.explicit_request", kind="explicit_request", score=0.9,
            evidence=(Place(start=start, end=end),),
        ))
    after = Behaviour(said=(*before.said, words)[-REMEMBERED:], frustration=round(score, 4), because=because)
    return Noticed(tuple(signals), because, after)


def _answered(before: Behaviour, plain: Plain) -> Noticed:
    """Fold what the caller has heard of the assistant: it did not understand, it asks into silence, it offers."""
    offered = compiled(OFFERS).search(plain.text) is not None
    signals = () if offered else (*_found(FAILED, NOT_UNDERSTOOD, plain), *_found(SILENT, SILENCE, plain))
    added = sum(COSTS[rule] for rule in {signal.rule for signal in signals})
    score = round(min(1.0, before.frustration + added), 4)
    return Noticed(signals, (), before.model_copy(update={"frustration": score, "offering": offered}))


def _found(rule: str, pattern: str, plain: Plain) -> tuple[Signal, ...]:
    match = compiled(pattern).search(plain.text)
    return (_signal(rule, *plain.span(match.start(), match.end())),) if match else ()


def _signal(rule: str, start: int, end: int) -> Signal:
    kind = rule.rpartition(".")[2]
    return Signal(rule=rule, kind=kind, score=1.0, evidence=(Place(start=start, end=end),))


def checksums(plain: Plain) -> tuple[int, ...]:
    """The content words of a turn as numbers: enough to know a repeat by, nothing to read."""
    words = {word for word in plain.text.split() if word.isalpha() and word not in EMPTY}
    return tuple(sorted(zlib.crc32(word.encode()) for word in words))


def alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two turns say nearly the same."""
    if min(len(one), len(other)) < FEWEST_WORDS:
        return False
    shared = len(set(one) & set(other))
    return shared >= ALIKE * max(len(one), len(other))


def shouted(text: str) -> tuple[tuple[int, int], ...]:
    """The loud part of a text that also has small letters; a text all in capitals shouts nothing."""
    loud = list(CAPITALS.finditer(text))
    if len(loud) < SHOUTED_WORDS or SMALL.search(text) is None:
        return ()
    return ((loud[0].start(), loud[-1].end()),)
