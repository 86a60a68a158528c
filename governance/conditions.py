"""Asks a policy's conditions of one utterance, remembering of earlier ones only when and where something held."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import pairwise

from governance.phrases.plain import Plain, plain_speech
from schemas.base import Frozen, Participant
from schemas.conditions import Condition, Count, Detects, Mentions, Says, Window
from schemas.policies import Signal
from schemas.verdicts import Evidence

ENTITY = re.compile(r"<([A-Z][A-Z_]*?)_\d+>")
NEVER = r"(?!)"
MOST_CITED = 20  # places in one verdict; a count of hundreds is told by its first and last ones


class Hit(Frozen):
    """A condition held once: when, in which turn, and where; `since` is when its first part held."""

    at: datetime | None
    turn: int
    evidence: tuple[Evidence, ...]
    since_at: datetime | None = None
    since_turn: int = 0


Memory = Mapping[str, tuple[Hit, ...]]


class Moment(Frozen):
    """One utterance as conditions are asked of it."""

    event_id: str
    participant: Participant
    text: str
    turn: int
    at: datetime | None = None
    confidence: float | None = None
    signals: tuple[Signal, ...] = ()


class Asking:
    """One utterance's questions; `memory` is what is remembered once they are asked."""

    def __init__(self, moment: Moment, memory: Memory, lists: Mapping[str, Sequence[str]]) -> None:
        """Take what was remembered before and the lists of the document."""
        self.memory: dict[str, tuple[Hit, ...]] = dict(memory)
        self._now = moment
        self._lists = lists
        self._plain: Plain | None = None

    def ask(self, condition: Condition, place: str) -> tuple[Evidence, ...] | None:
        """Where the condition holds now, or None; what holds by absence has no place. `place` names it in the memory.

        Every part is asked, so that what counts over turns is counted whatever its neighbours say.
        """
        if condition.every is not None:
            found = self._parts(condition.every, place)
            return None if None in found else joined(found)
        if condition.some is not None:
            found = self._parts(condition.some, place)
            return None if set(found) == {None} else joined(found)
        if condition.negated is not None:
            return () if self.ask(condition.negated, f"{place}/not") is None else None
        if condition.within is not None:
            return self._within(condition.within, condition.within.of, place)
        if condition.count is not None:
            return self._count(condition.count, place)
        if condition.sequence is not None:
            return self._sequence(condition.sequence, condition.sequence.of, place)
        return self._plainly(condition)

    def _parts(self, parts: Sequence[Condition], place: str) -> list[tuple[Evidence, ...] | None]:
        return [self.ask(part, f"{place}/{n}") for n, part in enumerate(parts)]

    def _plainly(self, condition: Condition) -> tuple[Evidence, ...] | None:
        if condition.says is not None:
            return self._says(condition.says)
        if condition.detects is not None:
            return self._detects(condition.detects)
        if condition.mentions is not None:
            return self._mentions(condition.mentions)
        unsure = condition.confidence_below or 0.0
        known = self._now.confidence
        heard = self._now.participant == "caller" and known is not None and known < unsure
        return (self._place(0, len(self._now.text)),) if heard else None

    def _says(self, asked: Says) -> tuple[Evidence, ...] | None:
        if asked.by not in (self._now.participant, "anyone"):
            return None
        if self._plain is None:
            self._plain = plain_speech(self._now.text)
        words = asked.words or self._lists[asked.list or ""]
        found = pattern(tuple(words)).search(self._plain.text)
        return (self._place(*self._plain.span(found.start(), found.end())),) if found else None

    def _detects(self, asked: Detects) -> tuple[Evidence, ...] | None:
        for signal in self._now.signals:
            if signal.rule == asked.signal and signal.score >= asked.at_least:
                return tuple(self._place(place.start, place.end) for place in signal.evidence)
        return None

    def _mentions(self, asked: Mentions) -> tuple[Evidence, ...] | None:
        if asked.by not in (self._now.participant, "anyone"):
            return None
        found = [one for one in ENTITY.finditer(self._now.text) if one.group(1) == asked.entity]
        return tuple(self._place(one.start(), one.end()) for one in found) or None

    def _within(self, window: Window, of: Condition, place: str) -> tuple[Evidence, ...] | None:
        now = self.ask(of, f"{place}/of")
        if now is not None:
            self.memory[place] = (self._hit(now),)
            return now
        kept = tuple(hit for hit in self.memory.get(place, ()) if self._inside(window, hit.at, hit.turn))
        self._keep(place, kept)
        return kept[0].evidence if kept else None

    def _count(self, asked: Count, place: str) -> tuple[Evidence, ...] | None:
        now = self.ask(asked.of, f"{place}/of")
        kept = [hit for hit in self.memory.get(place, ()) if self._inside(asked, hit.at, hit.turn)]
        kept = [*kept, *([] if now is None else [self._hit(now)])][-asked.at_least :]
        self._keep(place, tuple(kept))
        return joined([hit.evidence for hit in kept]) if now is not None and len(kept) >= asked.at_least else None

    def _sequence(self, window: Window, of: Sequence[Condition], place: str) -> tuple[Evidence, ...] | None:
        """Remember for each beginning of the sequence the one that began last: the others leave the window earlier."""
        now = self._parts(of, place)
        names = [f"{place}/first{n}" for n in range(1, len(of))]
        before = [next(iter(self.memory.get(name, ())), None) for name in names]
        before = [hit if hit and self._inside(window, hit.since_at, hit.since_turn) else None for hit in before]
        last = before[-1]
        whole = joined([last.evidence, now[-1]]) if last is not None and now[-1] is not None else None
        begun: list[Hit | None] = [self._hit(now[0]) if now[0] is not None else before[0]]
        for (shorter, longer), held in zip(pairwise(before), now[1:-1], strict=True):
            grown = longer
            if shorter is not None and held is not None:
                grown = self._hit(joined([shorter.evidence, held])).model_copy(
                    update={"since_at": shorter.since_at, "since_turn": shorter.since_turn}
                )
            begun.append(grown)
        for name, hit in zip(names, begun, strict=True):
            self._keep(name, (hit,) if hit is not None else ())
        return whole

    def _inside(self, window: Window, at: datetime | None, turn: int) -> bool:
        """Whether something then is in a window that ends now; where no instant is known only turns tell."""
        if window.turns is not None and self._now.turn - turn >= window.turns:
            return False
        if window.ms is None or at is None or self._now.at is None:
            return True
        return (self._now.at - at).total_seconds() * 1000 <= window.ms

    def _hit(self, evidence: tuple[Evidence, ...]) -> Hit:
        now = self._now
        return Hit(at=now.at, turn=now.turn, evidence=evidence, since_at=now.at, since_turn=now.turn)

    def _keep(self, place: str, hits: tuple[Hit, ...]) -> None:
        if hits:
            self.memory[place] = hits
        else:
            self.memory.pop(place, None)

    def _place(self, start: int, end: int) -> Evidence:
        return Evidence(event_id=self._now.event_id, turn=self._now.turn, start=start, end=end)


def joined(found: Sequence[tuple[Evidence, ...] | None]) -> tuple[Evidence, ...]:
    """Every place once, in the order they were found; of many the first and the last ones."""
    places = tuple(dict.fromkeys(place for one in found for place in one or ()))
    half = MOST_CITED // 2
    return places if len(places) <= MOST_CITED else (*places[:half], *places[-half:])


@cache
def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """What hears one of the phrases in plain speech."""
    heard = [one for one in map(spoken, words) if one]  # "um" is no plain speech: alone it is never heard
    return re.compile(rf"(?<![\w'])(?:{'|'.join(heard) or NEVER})(?![\w'])")


def spoken(phrase: str) -> str:
    """A phrase as a pattern of plain speech: `sue you`, `complain*`."""
    parts = [
        re.escape(plain_speech(word.rstrip("*")).text) + (r"[\w']*" if word.endswith("*") else "")
        for word in phrase.split()
    ]
    return " ".join(part for part in parts if part)
