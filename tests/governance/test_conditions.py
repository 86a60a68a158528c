"""Conditions of a policy's own rules: what each asks, how they combine, and what they remember."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from governance.conditions import pattern
from governance.phrases.plain import plain_speech
from governance.policy import Finding, Heard, PolicyState, judge
from infra.policies import load
from schemas.base import Participant
from schemas.conditions import Condition
from schemas.policies import ComposedRule, Policy

pytestmark = pytest.mark.pure
BASE = load()
START = datetime(2026, 3, 1, tzinfo=UTC)
Said = tuple[Participant, str]
RULE = "tests.rule"


def policy(when: dict[str, Any], *, queue: str | None = "general") -> Policy:
    """The default policy with one rule of its own."""
    rule = ComposedRule(reason="because", when=Condition.model_validate(when), queue=queue)
    return BASE.model_copy(update={"lists": {"lawyers": ("lawyer", "take you to court", "su*")}, "rules": {RULE: rule}})


def fold(when: dict[str, Any], *said: Said, apart_s: float = 10, confidence: float | None = None) -> list[int]:
    """The utterances at which the rule fires; what is remembered goes through JSON between any two."""
    state, fired = PolicyState(), []
    for n, (who, text) in enumerate(said):
        heard = Heard(
            event_id=f"e{n}", participant=who, text=text, final=True, turn=n, confidence=confidence,
            at=START + timedelta(seconds=n * apart_s),
        )
        found, state = judge(PolicyState.model_validate_json(state.model_dump_json()), heard, policy(when))
        fired += [n for one in found if one.rule == RULE]
    return fired


def caller(*texts: str) -> list[Said]:
    return [("caller", text) for text in texts]


def only(when: dict[str, Any], text: str, *, queue: str | None = "general") -> Finding:
    heard = Heard(event_id="e1", participant="caller", text=text, final=True, turn=1)
    return next(one for one in judge(PolicyState(), heard, policy(when, queue=queue))[0] if one.rule == RULE)


LAWYER = {"says": {"list": "lawyers"}}
ANGRY = {"says": {"words": ["ridiculous", "fed up"]}}


def test_a_finding_cites_the_words_the_rule_and_the_version() -> None:
    text = "Well, I'll take you to court!"
    found = only(LAWYER, text)
    place = found.evidence[0]
    assert text[place.start : place.end] == "take you to court"
    assert (found.kind, found.queue, found.reason, found.because) == ("handoff", "general", "because", ("e1",))
    assert found.policy_version.startswith("default@1")


def test_a_rule_without_a_queue_is_recorded_only() -> None:
    found = only(LAWYER, "my lawyer says no", queue=None)
    assert (found.kind, found.queue, found.priority) == ("record", None, None)


def test_a_word_with_a_star_has_every_ending_and_others_have_none() -> None:
    assert fold(LAWYER, *caller("they are suing me"))
    assert not fold(LAWYER, *caller("the lawyers left"))


def test_words_are_told_by_who_says_them() -> None:
    assert not fold(LAWYER, ("assistant", "ask a lawyer"))
    assert fold({"says": {"by": "anyone", "list": "lawyers"}}, ("assistant", "ask a lawyer"))


def test_all_any_and_not_combine_at_one_utterance() -> None:
    both = {"all": [LAWYER, {"not": ANGRY}]}
    assert fold(both, *caller("my lawyer will call"))
    assert not fold(both, *caller("this is ridiculous, I get a lawyer"))
    assert fold({"any": [LAWYER, ANGRY]}, *caller("hello", "I am fed up")) == [1]


def test_what_holds_by_absence_cites_the_whole_utterance() -> None:
    assert only({"not": LAWYER}, "hello").evidence[0].end == len("hello")


def test_within_remembers_so_many_turns_or_so_long() -> None:
    turns = {"all": [{"within": {"of": LAWYER, "turns": 3}}, ANGRY]}
    assert fold(turns, *caller("my lawyer", "yes", "ridiculous")) == [2]
    assert not fold(turns, *caller("my lawyer", "yes", "no", "ridiculous"))
    clock = {"all": [{"within": {"of": LAWYER, "ms": 15_000}}, ANGRY]}
    assert fold(clock, *caller("my lawyer", "ridiculous"))
    assert not fold(clock, *caller("my lawyer", "ridiculous"), apart_s=16)


def test_count_waits_for_the_last_one_and_forgets_what_is_too_old() -> None:
    three = {"count": {"of": ANGRY, "at_least": 3}}
    assert fold(three, *caller("fed up", "yes", "ridiculous", "fed up", "fed up")) == [3]
    near = {"count": {"of": ANGRY, "at_least": 2, "turns": 2}}
    assert not fold(near, *caller("fed up", "yes", "fed up"))
    assert fold(near, *caller("fed up", "yes", "fed up", "fed up")) == [3]


def test_a_sequence_wants_its_parts_in_order_at_different_utterances() -> None:
    then = {"sequence": {"of": [{"mentions": {"entity": "CREDIT_CARD"}}, LAWYER, ANGRY]}}
    assert fold(then, *caller("it is <CREDIT_CARD_1>", "no", "my lawyer", "fed up")) == [3]
    assert not fold(then, *caller("my lawyer", "it is <CREDIT_CARD_1>", "fed up"))
    assert not fold(then, *caller("it is <CREDIT_CARD_1>", "fed up, my lawyer"))


def test_a_sequence_in_a_window_may_begin_again() -> None:
    then = {"sequence": {"of": [LAWYER, ANGRY], "turns": 2}}
    assert not fold(then, *caller("my lawyer", "yes", "fed up"))
    assert fold(then, *caller("my lawyer", "yes", "my lawyer", "fed up")) == [3]


def test_detectors_and_the_recognisers_doubt_can_be_asked() -> None:
    person = {"detects": {"signal": "escalation.explicit_request", "at_least": 0.6}}
    assert fold({"all": [person, ANGRY]}, *caller("ridiculous, give me a real person"))
    unsure = {"count": {"of": {"confidence_below": 0.4}, "at_least": 2}}
    assert fold(unsure, *caller("mumble", "mumble"), confidence=0.3) == [1]
    assert not fold(unsure, *caller("mumble", "mumble"), confidence=0.5)
    assert not fold(unsure, *caller("mumble", "mumble"))


def test_a_rule_fires_once() -> None:
    assert fold(LAWYER, *caller("my lawyer", "my lawyer")) == [0]


def test_what_is_remembered_holds_no_words() -> None:
    when = {"within": {"of": LAWYER, "turns": 3}}
    heard = Heard(event_id="e1", participant="caller", text="my lawyer", final=True, turn=1)
    assert "lawyer" not in judge(PolicyState(), heard, policy({"all": [when, ANGRY]}))[1].model_dump_json()


def test_a_phrase_that_is_no_speech_is_never_heard() -> None:
    assert pattern(("um",)).search(plain_speech("um, hello").text) is None


@pytest.mark.parametrize(
    "when", [{}, {"says": {"words": ["a"]}, "confidence_below": 0.1}, {"says": {}}, {"within": {"of": LAWYER}}]
)
def test_a_condition_asks_exactly_one_thing(when: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"exactly one|either|turns"):
        Condition.model_validate(when)
