"""Hears plain emergency speech of four kinds, in the present tense and meant, on what was said so far."""

from governance.phrases import wide_emergencies as wide
from governance.phrases.concepts import concepts
from governance.phrases.emergency_words import SPELT, WORDS
from governance.phrases.fire import FIRE_GAS_CO
from governance.phrases.matching import Match, Phrase, any_of, compiled, guarded, matches
from governance.phrases.medical import MEDICAL
from governance.phrases.plain import Plain, plain_speech
from governance.phrases.scene_guards import ALWAYS, GUARDS
from governance.phrases.scenes import Index, believed, indexed
from governance.phrases.scenes_fire import FIRE_GAS_CO as FIRE_SCENES
from governance.phrases.scenes_medical import MEDICAL as MEDICAL_SCENES
from governance.phrases.scenes_self_harm import SELF_HARM as SELF_HARM_SCENES
from governance.phrases.scenes_violence import VIOLENCE as VIOLENCE_SCENES
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
SCENES: dict[EmergencyKind, Index] = {
    "self_harm": indexed(SELF_HARM_SCENES), "violence": indexed(VIOLENCE_SCENES),
    "fire_gas_co": indexed(FIRE_SCENES), "medical": indexed(MEDICAL_SCENES),
}
GATES = tuple((kind, any_of(phrases), phrases) for kind, phrases in TABLES)
LEFT_OUT = frozenset({"please", "oh", "god", "ok", "okay", "like"})
OWN: dict[EmergencyKind, tuple[str, ...]] = {
    "self_harm": ("long ago", "with it", "figurative"), "violence": ("then", "figurative"),
    "fire_gas_co": ("then", "fire thing", "fire figure", "embers"),
    "medical": ("then", "figurative", "appointment", "device"),
}
SURE_AT_ONCE = 0.9  # an interim may still turn ("not breathing" is sure, "someone is at my window" is not)


def emergencies(text: str) -> tuple[Signal, ...]:
    """At most one signal of each kind, the surest first."""
    plain = plain_speech(text, without=LEFT_OUT, meant=SPELT)
    spoken = concepts(plain, WORDS)
    heard: list[Signal] = []
    for kind, gate, phrases in GATES:
        told = list(believed(plain, spoken, SCENES[kind], GUARDS))
        if compiled(gate).search(plain.text) is not None:
            told += [one for one in matches(plain, phrases, GUARDS) if not taken_back(plain, one, kind)]
        found = max(told, key=lambda match: match.score, default=None)
        if found is not None:
            start, end = plain.span(found.start, found.end)
            place = Place(start=start, end=end)
            heard.append(Signal(rule=f"emergency.{kind}", kind=kind, score=found.score, evidence=(place,)))
    return tuple(sorted(heard, key=lambda signal: -signal.score))


def taken_back(plain: Plain, match: Match, kind: EmergencyKind) -> bool:
    """Whether the surroundings show that nobody is in danger; who once tried to die counts for longer."""
    guards = (*ALWAYS, *OWN[kind])
    return any(guarded(plain.text, match.start, match.end, GUARDS[name]) for name in guards)


def emergency(text: str) -> Signal | None:
    """The surest emergency in what was said, or None."""
    return next(iter(emergencies(text)), None)
