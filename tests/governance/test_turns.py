"""The turns of a call, told event by event."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.turns import TurnsState, decide
from schemas.base import MOST, Data, Event
from schemas.calls import CallEnded
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from schemas.turns import (
    MARKS,
    AssistantGenerated,
    LatencyMeasured,
    Reached,
    SpeechStarted,
    SpeechStopped,
    TurnEnded,
    TurnMarked,
    UtteranceFinalized,
)

pytestmark = pytest.mark.pure

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(data: Data, n: int = 0) -> Event:
    return Event(id=f"event-{n}", source="/test", call_id="call-1", tenant="default", occurred_at=NOON, data=data)


def fold(*told: Data) -> list[Data]:
    state, said = TurnsState(), []
    for n, data in enumerate(told):
        state, more = decide(TurnsState.model_validate(state.model_dump(mode="json")), event(data, n))
        said += more
    return said


def words(turn: int, utterance: str = "u1") -> UtteranceFinalized:
    return UtteranceFinalized(participant="caller", utterance=utterance, turn=turn, text="where is my order")


def mark(turn: int, name: str, ms: int = 0) -> TurnMarked:
    at = NOON + timedelta(milliseconds=ms)
    return TurnMarked.model_validate({"turn": turn, "mark": name, "at": at})


def a_turn(number: int) -> list[Data]:
    return [
        SpeechStarted(participant="caller", at_ms=0, turn=number),
        SpeechStopped(participant="caller", at_ms=900, turn=number),
        mark(number, "caller_stopped", 0), mark(number, "endpoint_decided", 200),
        words(number, f"u{number}"), mark(number, "transcript_final", 210), mark(number, "first_token", 220),
        AssistantGenerated(utterance="a", turn=number, text="It left yesterday."),
        mark(number, "first_audio", 310), mark(number, "first_played", 350),
    ]


def test_a_turn_ends_with_its_words_and_is_measured_when_it_is_answered() -> None:
    ended, measured = fold(*a_turn(1))
    assert ended == TurnEnded(turn=1, utterances=("u1",))
    assert isinstance(measured, LatencyMeasured)
    assert measured.ttfa_ms == 350 == sum(part.ms for part in measured.parts)


def test_two_utterances_may_make_one_turn() -> None:
    assert fold(words(1, "u1"), words(1, "u2"), mark(1, "endpoint_decided")) == [
        TurnEnded(turn=1, utterances=("u1", "u2"))
    ]


def test_below_redaction_the_same_turns_are_found() -> None:
    redacted = UtteranceRedacted(participant="caller", utterance="u1", turn=1, text="hello", detector="d")
    answer = AssistantRedacted(stage="generated", utterance="a", turn=1, text="hello", detector="d")
    assert fold(redacted, answer) == fold(words(1), AssistantGenerated(utterance="a", turn=1, text="hello"))


def test_a_channel_that_neither_counts_nor_marks_gets_its_turns_by_the_answers() -> None:
    generated = AssistantGenerated(utterance="a", turn=0, text="hello")
    said = fold(words(0, "u1"), generated, words(0, "u2"), words(0, "u3"), CallEnded(reason="hangup"))
    assert said == [TurnEnded(turn=1, utterances=("u1",)), TurnEnded(turn=2, utterances=("u2", "u3"))]


def test_the_next_turn_ends_the_one_before() -> None:
    assert fold(words(1, "u1"), SpeechStarted(participant="caller", at_ms=0, turn=2)) == [
        TurnEnded(turn=1, utterances=("u1",))
    ]


def test_a_breath_is_no_turn() -> None:
    breath: list[Data] = [
        SpeechStarted(participant="caller", at_ms=0, turn=1), SpeechStopped(participant="caller", at_ms=9, turn=1),
    ]
    assert fold(*breath, CallEnded(reason="hangup")) == []
    assert fold(*breath, *a_turn(1))[0] == TurnEnded(turn=1, utterances=("u1",))


def test_a_turn_that_the_recogniser_lost_still_ends_and_is_measured() -> None:
    ended, measured = fold(*(one for one in a_turn(1) if not isinstance(one, UtteranceFinalized)))
    assert ended == TurnEnded(turn=1, utterances=())
    assert isinstance(measured, LatencyMeasured)


def test_the_assistant_speaking_over_the_caller_ends_no_turn() -> None:
    assert fold(SpeechStarted(participant="caller", at_ms=0, turn=1),
                AssistantGenerated(utterance="greeting", turn=0, text="Hello.")) == []


def test_an_answer_still_playing_is_measured_after_the_next_turn_began() -> None:
    said = fold(*a_turn(1)[:-1], SpeechStarted(participant="caller", at_ms=0, turn=2), mark(1, "first_played", 350))
    assert [type(one) for one in said] == [TurnEnded, LatencyMeasured]


def test_an_event_said_twice_changes_nothing() -> None:
    once = [one for number in (1, 2, 3) for one in a_turn(number)]
    assert fold(*(one for one in once for _ in range(2))) == fold(*once)


ANY = st.one_of(
    st.builds(SpeechStarted, participant=st.just("caller"), at_ms=st.just(0), turn=st.integers(0, 5)),
    st.builds(words, st.integers(0, 5), st.sampled_from(["u1", "u2", "u3"])),
    st.builds(mark, st.integers(1, 5), st.sampled_from(MARKS), st.integers(0, 3_000)),
    st.builds(AssistantGenerated, utterance=st.just("a"), turn=st.integers(0, 5), text=st.just("x")),
    st.builds(CallEnded, reason=st.just("hangup")),
)


@given(st.lists(ANY, max_size=40))
def test_turns_end_once_in_order_and_are_measured_at_most_once(told: list[Data]) -> None:
    said = fold(*told)
    ended = [one.turn for one in said if isinstance(one, TurnEnded)]
    assert ended == sorted(set(ended))
    measured = [one.turn for one in said if isinstance(one, LatencyMeasured)]
    assert len(measured) == len(set(measured))
    assert set(measured) <= set(ended)
    assert said == fold(*told)


def test_marks_told_together_fold_as_those_told_one_by_one() -> None:
    names = ["caller_stopped", "endpoint_decided", "transcript_final"]
    one_by_one = [mark(1, name, ms) for ms, name in enumerate(names)]
    together = one_by_one[-1].model_copy(update={
        "earlier": tuple(Reached(mark=one.mark, at=one.at) for one in one_by_one[:-1])
    })
    spoken = a_turn(1)[:1]
    said_alone = fold(*spoken, *one_by_one, mark(1, "first_played", 40))
    assert fold(*spoken, together, mark(1, "first_played", 40)) == said_alone
    assert said_alone


def test_after_the_last_number_that_a_turn_may_have_the_count_stands_still() -> None:
    last = mark(MOST, "caller_stopped")
    assert [one for one in fold(*a_turn(MOST), words(0, "later"), last, CallEnded(reason="hangup"))
            if isinstance(one, TurnEnded) and one.turn != MOST] == []
