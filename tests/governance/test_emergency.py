"""Plain emergency speech is heard in four kinds; past, denied, third-hand and figurative speech is not."""

import pytest

from governance.emergency import emergencies, emergency
from tests.governance import emergency_speech as said
from tests.governance.harmless_speech import HARMLESS

pytestmark = pytest.mark.pure

PLAIN = [
    (kind, text)
    for kind, texts in (
        ("medical", said.MEDICAL),
        ("fire_gas_co", said.FIRE_GAS_CO),
        ("violence", said.VIOLENCE),
        ("self_harm", said.SELF_HARM),
    )
    for text in texts
]


@pytest.mark.parametrize(("kind", "text"), PLAIN)
def test_a_plain_emergency_is_heard_as_its_kind(kind: str, text: str) -> None:
    assert kind in {signal.kind for signal in emergencies(text)}


@pytest.mark.parametrize("text", HARMLESS)
def test_speech_that_only_sounds_like_one_is_let_pass(text: str) -> None:
    assert emergencies(text) == ()


def test_what_is_denied_in_one_sentence_does_not_hide_the_next() -> None:
    assert emergency("There is no fire. But my husband is not breathing.") is not None


def test_the_evidence_lies_in_the_text() -> None:
    text = "Hello? Uh, my, my husband is not, um, breathing!"
    signal = emergency(text)
    assert signal is not None
    assert text[signal.evidence[0].start : signal.evidence[0].end] == "not, um, breathing"


@pytest.mark.parametrize(("kind", "text"), PLAIN[::7])
def test_recognisers_drop_apostrophes_and_capitals(kind: str, text: str) -> None:
    assert kind in {signal.kind for signal in emergencies(text.lower().replace("'", ""))}
