"""The handoff room as playbooks: what arrives, what leaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from governance.handoff import decide
from governance.handoff_state import HandoffsState
from infra.policies import load
from schemas.base import Data, Event, arrival_id
from schemas.calls import CallAdmitted, CallEnded, DeadlinePassed, DeadlineSet
from schemas.disclosures import (
    ConsentRefused,
    ConsentRequired,
    ConsentShown,
    DisclosureHeard,
    DisclosureRequired,
)
from schemas.handoffs import (
    HandoffAccepted,
    HandoffClaimed,
    HandoffDeclined,
    HandoffExpired,
    HandoffOffered,
    HandoffPackaged,
    HandoffWithdrawn,
)
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from schemas.verdicts import DisclosureGiven, Evidence, HandoffRequested

pytestmark = pytest.mark.pure
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
POLICY = load(None)
ADMITTED = CallAdmitted(
    channel="test", caller_pseudonym="caller-1", language="en", encoding=None, sample_rate=None,
    audio_partition=None, policy_version=POLICY.label,
)


class Played:
    """A call played into the room; remembers what left."""

    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.state = HandoffsState()
        self.count = 0

    def hears(self, data: Data, *, after_ms: int = 1000) -> list[Data]:
        self.count += 1
        event = Event(
            id=arrival_id("/test", str(self.count)), source="/test", call_id="c1", tenant="default",
            occurred_at=AT + timedelta(milliseconds=after_ms * self.count), data=data,
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03",
        )
        self.state, said = decide(self.state, event, self.policy)
        # What the state is must survive the table it lives in.
        self.state = HandoffsState.model_validate(self.state.model_dump(mode="json"))
        return said


def asked(*, handoff: str = "h1", priority: int = 5, event_id: str = "e-asked") -> HandoffRequested:
    return HandoffRequested(
        handoff=handoff, rule="escalation.explicit_request", reason="The caller asked for a person.",
        policy_version=POLICY.label, queue="general", priority=priority,
        because=(Evidence(event_id=event_id, turn=2, start=0, end=5),),
    )


def words(text: str, *, turn: int) -> UtteranceRedacted:
    return UtteranceRedacted(participant="caller", utterance=f"u{turn}", turn=turn, text=text, detector="d")


def test_a_request_is_packaged_before_it_is_offered_and_waits_no_longer_than_the_policy_says() -> None:
    call = Played()
    call.hears(ADMITTED)
    call.hears(words("My parcel <NUMERIC_ID_1> never came", turn=1))
    packaged, offered, deadline = call.hears(asked())
    assert isinstance(packaged, HandoffPackaged)
    assert isinstance(offered, HandoffOffered)
    assert isinstance(deadline, DeadlineSet)
    due_at = AT + timedelta(seconds=3, milliseconds=POLICY.handoff.claim_within_ms)
    assert deadline.due_at == offered.expires_at == due_at
    assert packaged.packet.transcript[0].text == "My parcel <NUMERIC_ID_1> never came"
    assert packaged.packet.trace_id == "0af7651916cd43dd8448eb211c80319c"
    assert packaged.packet.caller_pseudonym == "caller-1"


def test_every_sentence_of_the_summary_cites_turns_of_the_call() -> None:
    call = Played()
    call.hears(words("My parcel never came and I am worried", turn=1))
    call.hears(AssistantRedacted(
        stage="heard", utterance="a1", turn=1, text="Let me look that up.", detector="d", interrupted=True
    ))
    call.hears(words("Get me a person", turn=2))
    packaged = call.hears(asked())[0]
    assert isinstance(packaged, HandoffPackaged)
    assert all(set(one.turns) <= {1, 2} for one in packaged.packet.summary)
    assert any("interrupted" in one.text for one in packaged.packet.summary)


def test_an_unclaimed_offer_expires_and_is_offered_again() -> None:
    call = Played()
    deadline = call.hears(asked())[-1]
    assert isinstance(deadline, DeadlineSet)
    expired, offered, again = call.hears(DeadlinePassed(deadline=deadline.deadline, why=deadline.why, about="h1"))
    assert isinstance(expired, HandoffExpired)
    assert isinstance(offered, HandoffOffered)
    assert isinstance(again, DeadlineSet)
    assert again.deadline != deadline.deadline


def test_the_deadline_of_an_offer_that_was_claimed_means_nothing() -> None:
    call = Played()
    deadline = call.hears(asked())[-1]
    assert isinstance(deadline, DeadlineSet)
    call.hears(HandoffClaimed(handoff="h1", agent="ana"))
    assert call.hears(DeadlinePassed(deadline=deadline.deadline, why=deadline.why, about="h1")) == []


def test_a_claim_that_is_not_accepted_in_time_goes_back_to_the_queue() -> None:
    call = Played()
    call.hears(asked())
    waiting = call.hears(HandoffClaimed(handoff="h1", agent="ana"))[0]
    assert isinstance(waiting, DeadlineSet)
    said = call.hears(DeadlinePassed(deadline=waiting.deadline, why=waiting.why, about="h1"))
    assert [type(one) for one in said] == [HandoffExpired, HandoffOffered, DeadlineSet]


def test_a_declined_offer_is_offered_again_and_an_accepted_one_is_not() -> None:
    call = Played()
    call.hears(asked())
    call.hears(HandoffClaimed(handoff="h1", agent="ana"))
    offered, waiting = call.hears(HandoffDeclined(handoff="h1", agent="ana", reason="busy"))
    assert isinstance(offered, HandoffOffered)
    assert isinstance(waiting, DeadlineSet)
    call.hears(HandoffClaimed(handoff="h1", agent="ben"))
    call.hears(HandoffAccepted(handoff="h1", agent="ben"))
    assert call.hears(CallEnded(reason="transferred")) == []


def test_a_caller_who_hangs_up_while_waiting_withdraws_the_offer() -> None:
    call = Played()
    call.hears(asked())
    assert call.hears(CallEnded(reason="hangup")) == [HandoffWithdrawn(handoff="h1", reason="hangup")]


def test_a_second_request_as_urgent_changes_nothing_and_a_more_urgent_one_takes_its_place() -> None:
    call = Played()
    call.hears(asked())
    assert call.hears(asked(handoff="h2")) == []
    said = call.hears(asked(handoff="h3", priority=1))
    assert said[0] == HandoffWithdrawn(handoff="h1", reason="a more urgent handoff took its place")
    assert isinstance(said[1], HandoffPackaged)
    assert said[1].handoff == "h3"


def test_the_packet_shows_what_the_caller_was_told_and_agreed_to() -> None:
    call, because = Played(), (Evidence(event_id="e", turn=0, start=0, end=3),)
    told: dict[str, Any] = {"disclosure": "ai", "rule": "disclosure.ai", "policy_version": POLICY.label}
    agreed: dict[str, Any] = {"rule": "consent.recording", "policy_version": POLICY.label}
    call.hears(ADMITTED)
    call.hears(DisclosureRequired(**told, due_at=AT, language="en"))
    call.hears(DisclosureHeard(**told, late_ms=40, because=because))
    call.hears(ConsentRequired(**agreed, mode="ask", on_refusal="delete"))
    call.hears(ConsentRefused(**agreed, because=because))
    packaged = call.hears(asked())[0]
    assert isinstance(packaged, HandoffPackaged)
    packet = packaged.packet
    assert [(one.disclosure, one.state, one.late_ms) for one in packet.disclosures] == [("ai", "late", 40)]
    assert packet.disclosure_heard
    assert packet.consent == ConsentShown(consent="recording", mode="ask", state="refused")
    older = Played()
    older.hears(DisclosureGiven(**told, because=because))
    assert older.state.disclosure_heard
    assert [one.state for one in older.state.disclosures] == ["heard"]


def test_what_a_supervisor_withdrew_is_over_and_the_next_request_is_offered_anew() -> None:
    call = Played()
    deadline = call.hears(asked())[-1]
    assert isinstance(deadline, DeadlineSet)
    assert call.hears(HandoffWithdrawn(handoff="h1", reason="by mistake", agent="sue")) == []
    assert call.hears(DeadlinePassed(deadline=deadline.deadline, why=deadline.why, about="h1")) == []
    assert isinstance(call.hears(asked(handoff="h2"))[1], HandoffOffered)
    assert call.hears(CallEnded(reason="hangup")) == [HandoffWithdrawn(handoff="h2", reason="hangup")]
