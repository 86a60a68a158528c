"""Hears plain emergency speech of four kinds, in the present tense and meant, on what was said so far."""

from governance.phrases import wide_emergencies as wide
from governance.phrases.emergency_guards import GUARDS
from governance.phrases.fire import FIRE_GAS_CO
from governance.phrases.matching import Phrase, any_of, compiled, matches
from governance.phrases.medical import MEDICAL
from governance.phrases.plain import plain_speech
from governance.phrases.self_harm import SELF_HARM
from governance.phrases.violence import VIOLENCE
from schemas.policies import Place, Signal
from schemas.verdicts import EmergencyKind

# In this order a tie is broken: who may die by her own hand is asked first.
TABLES: tuple[tuple[EmergencyKind, tuple[Phrase, ...]], ...] = (
    ("self_harm", (*SELF_HARM, *wide.SELF_HARM)),
    ("violence", (*VIOLENCE, *wide.VIOLENCE)),
    ("fire_gas_co", (*FIRE_GAS_CO, *wide.FIRE_GAS_CO)),
    ("medical", (*MEDICAL, *wide.MEDICAL)),
)
GATES = tuple((kind, any_of(phrases), phrases) for kind, phrases in TABLES)
LEFT_OUT = frozenset({"please", "oh", "god", "ok", "okay", "like"})
SURE_AT_ONCE = 0.9  # an interim may still turn ("not breathing" is sure, "someone is at my window" is not)


def emergencies(text: str) -> tuple[Signal, ...]:
    """At most one signal of each kind, the surest first."""
    plain = plain_speech(text, without=LEFT_OUT)
    heard: list[Signal] = []
    for kind, gate, phrases in GATES:
        if compiled(gate).search(plain.text) is None:
            continue
        found = max(matches(plain, phrases, GUARDS), key=lambda match: match.score, default=None)
        if found is not None:
            start, end = plain.span(found.start, found.end)
            place = Place(start=start, end=end)
            heard.append(Signal(rule=f"emergency.{kind}", kind=kind, score=found.score, evidence=(place,)))
    return tuple(sorted(heard, key=lambda signal: -signal.score))


def emergency(text: str) -> Signal | None:
    """The surest emergency in what was said, or None."""
    return next(iter(emergencies(text)), None)
