"""That a supervisor listens in is a statement with an occasion of its own: due at each listener, never else."""

import pytest

from infra.policies import bundle
from infra.policy_yaml import Document
from schemas.calls import ParticipantJoined, SessionResumed
from schemas.disclosures import DisclosureHeard, DisclosureInterrupted, DisclosureRequired
from schemas.legs import ListeningBegan
from schemas.verdicts import DisclosureMissed
from tests.governance.test_disclosures import Call, kinds

pytestmark = pytest.mark.pure
TOLD = "A colleague is listening in."
LISTENING = bundle([Document("acme.yaml", f"""layer: tenant
id: acme
version: 1
title: t
disclosure:
  ai: {{heard_within_ms: 10000, reason: r, again: [to_human, from_human, resumed]}}
  statements:
    listening: {{heard_within_ms: 20000, reason: r, again: [to_human, resumed], texts: {{en: "{TOLD}"}}}}
listening: {{announce: everyone}}
""".encode())])


def test_listening_in_is_told_at_its_own_occasion_and_no_other_each_listener_anew() -> None:
    call = Call(policy=LISTENING)
    assert kinds(call.said, DisclosureRequired) == ["ai"]
    assert kinds(call.tell(SessionResumed()), DisclosureRequired) == ["ai"]
    assert call.tell(ListeningBegan(agent="sue", announce="agent")) == []
    began = call.tell(ListeningBegan(agent="sue", announce="everyone"))
    (required,) = [one for one in began if isinstance(one, DisclosureRequired)]
    assert (required.disclosure, required.round, required.occasion) == ("listening", 0, "listening")
    assert kinds(call.spoken(TOLD, "A colleague"), DisclosureInterrupted) == ["listening"]
    assert kinds(call.spoken(TOLD, name="a2"), DisclosureHeard) == ["listening"]
    another = call.tell(ListeningBegan(agent="tom", announce="everyone"))
    assert [one.round for one in another if isinstance(one, DisclosureRequired)] == [1]
    (missed,) = call.passed("listening", 1)
    assert isinstance(missed, DisclosureMissed)
    assert kinds(call.spoken(TOLD, name="a3", at_s=40), DisclosureHeard) == ["listening"]


def test_telling_it_beside_a_person_does_not_hand_the_call_back() -> None:
    call = Call(policy=LISTENING)
    call.tell(ParticipantJoined(participant="human"))
    call.tell(ListeningBegan(agent="sue", announce="everyone"))
    said = len(kinds(call.said, DisclosureRequired))
    call.spoken(TOLD, "")
    assert kinds(call.spoken(TOLD, name="a2"), DisclosureHeard) == ["listening"]
    assert len(kinds(call.said, DisclosureRequired)) == said
    assert call.state.human
    call.spoken("Hello again.", name="a3")
    assert kinds(call.said, DisclosureRequired)[said:] == ["ai"]
