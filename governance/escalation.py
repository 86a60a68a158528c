"""Hears an explicit request for a person: a command to honour in the same turn, told apart from talk about people."""

from governance.phrases.concepts import concepts
from governance.phrases.matching import any_of, compiled, matches
from governance.phrases.person_frames import FRAMES, GUARDS, SPELT
from governance.phrases.person_requests import ASKS, LEFT_OUT
from governance.phrases.person_scenes import REQUESTS, WORDS
from governance.phrases.plain import plain_speech
from governance.phrases.scenes import believed
from schemas.policies import Place, Signal

RULE = "escalation.explicit_request"
PHRASES = (*ASKS, *FRAMES)
GATE = any_of(PHRASES)


def asks_for_a_person(text: str) -> Signal | None:
    """The caller's request for a person with its evidence, or None."""
    plain = plain_speech(text, without=LEFT_OUT, meant=SPELT)
    told = list(believed(plain, concepts(plain, WORDS), REQUESTS, GUARDS))
    if compiled(GATE).search(plain.text) is not None:
        told += matches(plain, PHRASES, GUARDS)
    found = max(told, key=lambda match: (match.score, match.end - match.start), default=None)
    if found is None:
        return None
    start, end = plain.span(found.start, found.end)
    return Signal(
        rule=RULE, kind="explicit_request", score=found.score, evidence=(Place(start=start, end=end),)
    )
