"""Findings become events: a request for a person, an emergency on an interim, a disclosure heard or missed."""

from datetime import UTC, datetime

import pytest

from governance.verdicts import VerdictsState, decide
from infra.policies import load
from schemas.base import Data, Event, arrival_id
from schemas.calls import CallAdmitted, DeadlinePassed, DeadlineSet
from schemas.disclosures import DisclosureHeard
from schemas.handoffs import HandoffWithdrawn
from schemas.redacted import AssistantRedacted, InterimRedacted, UtteranceRedacted
from schemas.verdicts import (
    DisclosureMissed,
    EmergencyDetected,
    HandoffRequested,
    VerdictReached,
)

pytestmark = pytest.mark.pure
POLICY = load(None)
ADMITTED = CallAdmitted(
    channel="test", caller_pseudonym=None, language="en", encoding=None, sample_rate=None, audio_partition=None,
    policy_version=POLICY.label,
)


def fold(*heard: Data) -> list[list[Data]]:
    state, said = VerdictsState(), []
    for n, data in enumerate(heard):
        event = Event(
            id=arrival_id("/test", str(n)), source="/test", call_id="c1", tenant="default",
            occurred_at=datetime(2026, 3, 1, tzinfo=UTC), data=data,
        )
        state, answer = decide(VerdictsState.model_validate(state.model_dump(mode="json")), event, POLICY)
        said.append(answer)
    return said


def words(text: str) -> UtteranceRedacted:
    return UtteranceRedacted(participant="caller", utterance="u", turn=1, text=text, detector="d")


def interim(text: str) -> InterimRedacted:
    return InterimRedacted(participant="caller", utterance="u", turn=1, text=text, detector="d")


def heard(text: str, *, interrupted: bool = False) -> AssistantRedacted:
    return AssistantRedacted(
        stage="heard", utterance="a", turn=1, text=text, detector="d", interrupted=interrupted
    )


def test_a_request_for_a_person_is_a_verdict_and_a_handoff_that_cite_the_utterance() -> None:
    verdict, request = fold(words("I would like to speak to a real person please"))[0]
    assert isinstance(verdict, VerdictReached)
    assert isinstance(request, HandoffRequested)
    assert request.queue == "general"
    assert request.because[0].event_id == arrival_id("/test", "0")
    assert request.policy_version.startswith("default@")


def test_ordinary_words_have_no_verdict() -> None:
    assert fold(words("where is my order please")) == [[]]


def test_an_emergency_is_detected_on_an_interim_once_and_goes_to_the_most_urgent_queue() -> None:
    said = fold(
        interim("my husband has collapsed and he is not breathing please"),
        words("my husband has collapsed and he is not breathing please help"),
    )
    kinds = [type(one) for answer in said for one in answer]
    assert kinds.count(EmergencyDetected) == 1
    emergency = next(one for one in said[0] if isinstance(one, EmergencyDetected))
    request = next(one for one in said[0] if isinstance(one, HandoffRequested))
    assert emergency.provisional
    assert emergency.kind == "medical"
    assert request.priority == 1


def test_an_emergency_is_asked_for_although_a_person_was_asked_for_before() -> None:
    said = fold(words("get me a human agent"), words("there is a fire in my kitchen right now"))
    assert any(isinstance(one, HandoffRequested) and one.priority == 1 for one in said[1])


def test_a_disclosure_counts_when_it_was_heard_whole() -> None:
    said = fold(ADMITTED, heard("Hello, you are speaking with an AI assistant."))
    assert isinstance(said[0][0], DeadlineSet)
    assert any(isinstance(one, DisclosureHeard) for one in said[1])
    passed = DeadlinePassed(deadline=said[0][0].deadline, why=said[0][0].why)
    assert fold(ADMITTED, heard("Hello, you are speaking with an AI assistant."), passed)[2] == []


def test_an_interrupted_disclosure_was_not_given() -> None:
    passed = DeadlinePassed(deadline="x", why="disclosure.ai")
    said = fold(ADMITTED, heard("Hello, you are speaking with an AI", interrupted=True), passed)
    assert said[1] == []
    assert [type(one) for one in said[2]] == [DisclosureMissed]


def test_a_caller_whose_handoff_was_withdrawn_by_hand_may_ask_again_and_one_who_hung_up_does_not() -> None:
    wish = words("I would like to speak to a real person please")
    said = fold(wish, HandoffWithdrawn(handoff="h", reason="hangup"), wish)
    assert said[2] == []
    said = fold(wish, HandoffWithdrawn(handoff="h", reason="by mistake", agent="sue"), wish)
    assert isinstance(said[2][-1], HandoffRequested)
