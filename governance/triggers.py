"""Hears what a policy may act on though nobody asked for a person: law, complaint, cancellation, a hard situation."""

from governance.phrases.matching import any_of, compiled, matches
from governance.phrases.plain import plain_speech
from governance.phrases.trigger_words import GUARDS, PHRASES
from schemas.policies import Place, Signal

GATES = tuple((name, any_of(phrases), phrases) for name, phrases in PHRASES)
TRIGGERS = tuple(f"escalation.{name}" for name, _ in PHRASES)
LEFT_OUT = frozenset({"please", "just", "actually", "also", "now", "then", "oh", "god"})


def triggers(text: str) -> tuple[Signal, ...]:
    """At most one signal of each trigger, each with the words it answers to."""
    plain = plain_speech(text, without=LEFT_OUT)
    heard: list[Signal] = []
    for name, gate, phrases in GATES:
        if compiled(gate).search(plain.text) is None:
            continue
        found = max(matches(plain, phrases, GUARDS), key=lambda match: match.score, default=None)
        if found is not None:
            start, end = plain.span(found.start, found.end)
            place = Place(start=start, end=end)
            heard.append(Signal(rule=f"escalation.{name}", kind=name, score=found.score, evidence=(place,)))
    return tuple(heard)
