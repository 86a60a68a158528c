"""The same text gives the same findings everywhere; switches, thresholds and memory decide what is new."""

import pytest

from governance.disclosure import discloses_ai
from governance.listening import listen
from governance.policy import Heard, PolicyState, evaluate, evolve, rearm
from infra.policies import load
from schemas.base import Participant
from schemas.policies import Policy

pytestmark = pytest.mark.pure

POLICY = load()


def heard(text: str, *, final: bool = True, participant: Participant = "caller", turn: int = 1) -> Heard:
    """An utterance of the caller."""
    return Heard(event_id=f"e{turn}", participant=participant, text=text, final=final, turn=turn)


def switched_off(rule: str) -> Policy:
    """The default policy without one escalation or emergency rule."""
    group, name = rule.split(".")
    section = getattr(POLICY, group)
    changed = getattr(section, name).model_copy(update={"enabled": False})
    return POLICY.model_copy(update={group: section.model_copy(update={name: changed})})


def test_a_finding_names_rule_policy_event_and_place() -> None:
    [found] = evaluate(PolicyState(), heard("can I talk to a person"), POLICY)
    assert (found.rule, found.kind, found.queue) == ("escalation.explicit_request", "handoff", "general")
    assert found.because == ("e1",)
    assert found.policy_version == POLICY.label
    assert found.evidence[0].end > found.evidence[0].start


def test_an_emergency_comes_before_a_request_for_a_person() -> None:
    found = evaluate(PolicyState(), heard("get me a human, my house is on fire"), POLICY)
    assert [one.kind for one in found] == ["emergency", "handoff"]


def test_a_rule_fires_once_until_it_is_rearmed() -> None:
    first = heard("I want to talk to a person")
    state = evolve(PolicyState(), first, POLICY)
    again = heard("I said I want to talk to a person", turn=2)
    assert evaluate(state, again, POLICY) == []
    assert evaluate(rearm(state, "escalation.explicit_request"), again, POLICY)


def test_a_rule_that_is_switched_off_is_silent() -> None:
    assert evaluate(PolicyState(), heard("I can't breathe"), switched_off("emergency.medical")) == []
    assert evaluate(PolicyState(), heard("agent please"), switched_off("escalation.explicit_request")) == []


def test_a_sure_emergency_fires_on_an_interim() -> None:
    [found] = evaluate(PolicyState(), heard("my husband is not breathing", final=False), POLICY)
    assert found.provisional


def test_a_less_sure_one_waits_until_it_is_spoken_past_or_heard_again() -> None:
    first = heard("my boyfriend hits me", final=False)
    assert evaluate(PolicyState(), first, POLICY) == []
    state = evolve(PolicyState(), first, POLICY)
    assert evaluate(state, first, POLICY)


def test_requests_wait_for_the_final_transcript() -> None:
    assert evaluate(PolicyState(), heard("I want to talk to a person", final=False), POLICY) == []


def test_the_assistant_cannot_ask_for_a_person() -> None:
    assert evaluate(PolicyState(), heard("Shall I connect you to an agent?", participant="assistant"), POLICY) == []


@pytest.mark.parametrize(
    "text",
    [
        "Hello, this is the virtual assistant of Acme.",
        "Hi, I'm an AI assistant.",
        "You are speaking with an automated agent.",
    ],
)
def test_the_ai_disclosure_is_recognised(text: str) -> None:
    [found] = evaluate(PolicyState(), heard(text, participant="assistant", turn=0), POLICY)
    assert found.rule == "disclosure.ai"


@pytest.mark.parametrize(
    "text", ["Hello, how can I help you?", "Our AI department is closed.", "I am not an AI expert."]
)
def test_other_sentences_disclose_nothing(text: str) -> None:
    assert discloses_ai(text) is None


def test_the_state_is_plain_json_and_holds_no_words() -> None:
    state = evolve(PolicyState(), heard("I can't breathe and my card is <CREDIT_CARD_1>"), POLICY)
    assert PolicyState.model_validate_json(state.model_dump_json()) == state
    assert "breathe" not in state.model_dump_json()


def test_a_dialogue_fires_at_its_turn() -> None:
    answer = listen([("assistant", "Hi"), ("caller", "my bill is wrong"), ("caller", "let me talk to someone")], POLICY)
    assert answer["escalation"]["turn"] == 2
    assert answer["emergency"] is None
