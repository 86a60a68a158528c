"""The voice session decides at once, the stair decides again: over the same words both come to the same verdicts."""

from datetime import UTC, datetime

import pytest

from governance.verdicts import VerdictsState, decide, heard_in
from infra.policies import load
from schemas.base import Data, Event, arrival_id
from schemas.redacted import InterimRedacted, UtteranceRedacted
from schemas.verdicts import VerdictReached
from streams.voice.lines import Lines
from streams.voice.mind import Mind

pytestmark = pytest.mark.pure
POLICY = load(None)


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
