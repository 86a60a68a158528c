"""What a queue does with an offer that nobody takes, loses or moves: where it goes, and when."""

import pytest
from pydantic import ValidationError

from schemas.base import Data
from schemas.calls import CallEnded, DeadlinePassed, DeadlineSet
from schemas.desk import HandoffOverflowed, HandoffReassigned, HandoffReleased
from schemas.handoffs import (
    HandoffAccepted,
    HandoffClaimed,
    HandoffDeclined,
    HandoffExpired,
    HandoffOffered,
    HandoffPackaged,
    HandoffWithdrawn,
)
from schemas.policies import Policy, Queue
from schemas.redacted import AssistantRedacted
from tests.governance.test_handoff import ADMITTED, POLICY, Played, asked, words

pytestmark = pytest.mark.pure


def queues(**of: Queue) -> Policy:
    rules = POLICY.handoff.model_copy(update={"queues": {**POLICY.handoff.queues, **of}})
    return POLICY.model_copy(update={"handoff": rules})


def kinds(said: list[Data]) -> list[type[Data]]:
    return [type(one) for one in said]


def test_an_offer_says_what_it_needs_and_what_the_queue_promises() -> None:
    call = Played(queues(general=Queue(priority=5, skills=("billing",), answer_within_ms=20_000)))
    call.hears(ADMITTED)
    offered = call.hears(asked())[1]
    assert isinstance(offered, HandoffOffered)
    assert (offered.language, offered.skills, offered.answer_within_ms) == ("en", ("billing",), 20_000)


def test_offers_that_come_to_nothing_go_to_the_overflow_queue_and_no_later_than_the_policy_says() -> None:
    backup = Queue(priority=3, skills=("senior",))
    call = Played(queues(general=Queue(priority=5, overflow="backup", overflow_after=2), backup=backup))
    waiting = call.hears(asked())[-1]
    assert isinstance(waiting, DeadlineSet)
    said = call.hears(DeadlinePassed(deadline=waiting.deadline, why=waiting.why, about="h1"))
    assert kinds(said) == [HandoffExpired, HandoffOffered, DeadlineSet]
    call.hears(HandoffClaimed(handoff="h1", agent="ana"))
    said = call.hears(HandoffDeclined(handoff="h1", agent="ana", reason="no idea"))
    assert said[0] == HandoffOverflowed(handoff="h1", queue="general", to_queue="backup", offers=2)
    offered = said[1]
    assert isinstance(offered, HandoffOffered)
    assert (offered.queue, offered.priority, offered.skills) == ("backup", 3, ("senior",))
    call.hears(HandoffClaimed(handoff="h1", agent="ana"))
    said = call.hears(HandoffReleased(handoff="h1", agent="ana", why="presence_lost"))
    assert kinds(said) == [HandoffOffered, DeadlineSet]  # a queue without overflow offers again


def test_an_agent_who_drops_out_of_the_call_leaves_it_to_the_queue_again() -> None:
    call = Played()
    call.hears(asked())
    call.hears(HandoffClaimed(handoff="h1", agent="ana"))
    call.hears(HandoffAccepted(handoff="h1", agent="ana"))
    assert call.hears(HandoffDeclined(handoff="h1", agent="ana", reason="late")) == []
    lost = HandoffReleased(handoff="h1", agent="ana", why="leg_lost")
    assert kinds(call.hears(lost)) == [HandoffOffered, DeadlineSet]
    assert call.hears(CallEnded(reason="hangup")) == [HandoffWithdrawn(handoff="h1", reason="hangup")]
    assert call.hears(lost) == []


def test_a_supervisor_gives_a_call_to_an_agent_who_has_the_time_of_the_policy_or_to_a_queue() -> None:
    call = Played(queues(other=Queue(priority=2)))
    call.hears(asked())
    moved = HandoffReassigned(handoff="h1", agent="sue", to_agent="ben", reason="he knows her")
    waiting = call.hears(moved)[-1]
    assert isinstance(waiting, DeadlineSet)
    assert waiting.why == "handoff.accept"
    said = call.hears(DeadlinePassed(deadline=waiting.deadline, why=waiting.why, about="h1"))
    assert kinds(said) == [HandoffExpired, HandoffOffered, DeadlineSet]
    call.hears(HandoffClaimed(handoff="h1", agent="ana"))
    call.hears(HandoffAccepted(handoff="h1", agent="ana"))
    moved = HandoffReassigned(handoff="h1", agent="sue", to_queue="other", reason="wrong desk")
    offered = call.hears(moved)[0]
    assert isinstance(offered, HandoffOffered)
    assert (offered.queue, offered.priority) == ("other", 2)


def test_a_policy_whose_overflow_leads_nowhere_or_in_a_circle_is_refused() -> None:
    for wrong in ({"a": Queue(priority=1, overflow="none")},
                  {"a": Queue(priority=1, overflow="b"), "b": Queue(priority=1, overflow="a")}):
        with pytest.raises(ValidationError, match=r"overflow|not among"):
            Policy.model_validate(queues(**wrong).model_dump())


def test_lines_lie_where_they_begin_in_the_recording() -> None:
    call = Played()
    call.hears(ADMITTED)  # second 1
    call.hears(words("My parcel never came", turn=1).model_copy(update={"start_ms": 700, "end_ms": 1900}))
    heard = AssistantRedacted(stage="heard", utterance="a", turn=1, text="I will send it.", detector="d", played_ms=800)
    call.hears(heard)  # second 3: two after the call began
    packaged = call.hears(asked())[0]
    assert isinstance(packaged, HandoffPackaged)
    assert [line.at_ms for line in packaged.packet.transcript] == [700, 1200]
    assert [(one.text, one.turns, one.at_ms) for one in packaged.packet.promised] == [("I will send it.", (1,), 1200)]
