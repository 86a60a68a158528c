"""The voice session decides at once, the stair decides again: over the same words both come to the same verdicts."""

from datetime import UTC, datetime

import pytest

from governance.verdicts import VerdictsState, decide, heard_in
from infra.policies import bundle, load
from infra.policy_yaml import Document
from schemas.base import Data, Event, arrival_id
from schemas.calls import CallAdmitted
from schemas.redacted import AssistantRedacted, InterimRedacted, UtteranceRedacted
from schemas.turns import AssistantHeard
from schemas.verdicts import VerdictReached
from streams.voice.consenting import Consenting
from streams.voice.lines import Lines
from streams.voice.mind import Mind
from streams.voice.start import Setup
from tests.support.consent_calls import CONSENT, QUESTION, RECORDED

pytestmark = pytest.mark.pure
POLICY = load(None)
AT = datetime(2026, 3, 1, tzinfo=UTC)


def interim(text: str) -> InterimRedacted:
    return InterimRedacted(participant="caller", utterance="u", turn=1, text=text, detector="d")


def final(text: str) -> UtteranceRedacted:
    return UtteranceRedacted(participant="caller", utterance="u", turn=1, text=text, detector="d")


CALLS: list[list[Data]] = [
    [interim("I want"), interim("I want to speak to a person"), final("I want to speak to a person")],
    [final("where is my order"), final("can I talk to a human please"), final("a human, I said")],
    [interim("there is a fire in"), interim("there is a fire in my kitchen right now"), final("please help me")],
    [interim("my husband has collapsed"), final("my husband has collapsed, he is not breathing, get me a person")],
    [final("don't transfer me to anybody"), final("is this a real person")],
]


@pytest.mark.parametrize("call", CALLS, ids=["asks", "asks twice", "fire", "both", "neither"])
def test_session_and_stair_find_the_same_rules_in_the_same_utterances(call: list[Data]) -> None:
    events = [
        Event(
            id=arrival_id("/t", str(n)), source="/t", call_id="c", tenant="default",
            occurred_at=datetime(2026, 3, 1, tzinfo=UTC), data=data,
        )
        for n, data in enumerate(call)
    ]
    state, stair = VerdictsState(), []
    for event in events:
        state, said = decide(state, event, POLICY)
        stair.append([one.rule for one in said if isinstance(one, VerdictReached)])
    mind = Mind(None, None, lines=Lines(), policy=POLICY, redact=None)  # type: ignore[arg-type]  # judging asks none
    session = []
    for event in events:
        heard = heard_in(event)
        assert heard is not None
        session.append([
            one.rule for one in mind.judge(heard.text, event_id=event.id, turn=heard.turn, final=heard.final)
        ])
    assert session == stair


ASKING = bundle([Document("acme.yaml", CONSENT)])
# What is played (whole or not) and what the caller says; in each call the last line decides.
TALKS: dict[str, tuple[str | None, list[tuple[str, str, bool]]]] = {
    "asked and agrees": ("US-CA", [("assistant", f"{RECORDED} {QUESTION}", True), ("caller", "yes of course", True)]),
    "asked and refuses": ("DE", [("assistant", QUESTION, True), ("caller", "No, I'd rather not.", True)]),
    "cuts the question off": ("US-CA", [("assistant", QUESTION[:-6], False), ("caller", "yes", True)]),
    "asks back, then agrees": (
        None, [("assistant", QUESTION, True), ("caller", "what for?", True), ("assistant", QUESTION, True),
               ("caller", "okay", True)],
    ),
    "is told, stays, and withdraws": (
        "US-TX", [("assistant", RECORDED, True), ("caller", "where is my order", True),
                  ("caller", "please stop recording", True)],
    ),
    "changes her mind": (
        "US-CA", [("assistant", QUESTION, True), ("caller", "no", True), ("assistant", "All right.", True),
                  ("caller", "okay, you can record this call", True)],
    ),
    "is not asked": ("US-NY", [("assistant", RECORDED, True), ("caller", "stop recording", True)]),
}


@pytest.mark.parametrize("name", TALKS)
def test_session_and_stair_agree_on_what_was_heard_and_what_the_caller_wants(name: str) -> None:
    place, talk = TALKS[name]
    setup = Setup(
        call_id="c", tenant="default", encoding="linear16", sample_rate=16_000, audio_partition=0, jurisdiction=place
    )
    session = Consenting(ASKING, setup, lines=Lines(), now=lambda: AT)
    facts: list[Data] = [CallAdmitted(
        channel="t", caller_pseudonym=None, language="en", encoding=None, sample_rate=None, audio_partition=None,
        policy_version=ASKING.label, jurisdiction=place,
    )]
    state = VerdictsState()
    for number, (who, text, whole) in enumerate(talk):
        if who == "assistant":
            said = AssistantHeard(
                utterance=f"a{number}", turn=0, text=text, played_ms=100, method="playback_mark",
                interrupted=not whole, mismatch=not whole,
            )
            session.heard(said, at=AT)
            facts.append(AssistantRedacted(
                stage="heard", utterance=said.utterance, turn=0, text=text, detector="d", interrupted=not whole,
                played_ms=100, method="playback_mark",
            ))
        else:
            session.answered(text)
            facts.append(final(text))
    for number, data in enumerate(facts):
        state, _ = decide(state, Event(
            id=str(number), source="/t", call_id="c", tenant="default", occurred_at=AT, data=data,
        ), ASKING)
    assert session.status == state.consent.status
    assert [one.heard for one in session.statements] == [one.heard for one in state.disclosures.owed]


def test_the_question_is_put_until_it_is_answered_and_a_few_times_at_most() -> None:
    setup = Setup(call_id="c", tenant="default", encoding="linear16", sample_rate=16_000, audio_partition=0)
    session = Consenting(ASKING, setup, lines=Lines(), now=lambda: AT)
    assert session.opening() == QUESTION
    notice = Consenting(ASKING, setup.model_copy(update={"jurisdiction": "US-TX"}), lines=Lines(), now=lambda: AT)
    assert notice.opening() == RECORDED
    assert [session.question() for _ in range(3)] == [QUESTION, QUESTION, ""]
    again = setup.model_copy(update={"resumed": True})
    resumed = Consenting(ASKING, again, lines=Lines(), now=lambda: AT)
    assert resumed.opening() == ""
    assert resumed.answered("please stop recording") == Lines().not_recorded["en"]
    assert Consenting(load(None), setup, lines=Lines(), now=lambda: AT).opening() == ""
