"""A statement is required, said and heard, or it was not given; interrupted anywhere, late, or never."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.disclosure import begun, holds, told
from governance.disclosures import DisclosuresState, decide
from infra.policies import bundle
from infra.policy_yaml import Document
from schemas.base import Data, Event, arrival_id
from schemas.calls import CallAdmitted, DeadlinePassed, DeadlineSet, ParticipantJoined, SessionResumed
from schemas.disclosure_rules import Statement
from schemas.disclosures import (
    DisclosureHeard,
    DisclosureInterrupted,
    DisclosureRequired,
    DisclosureSaid,
    upcast,
)
from schemas.handoffs import HandoffAccepted
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from schemas.turns import HeardMethod
from schemas.verdicts import DisclosureGiven, DisclosureMissed, Evidence

pytestmark = pytest.mark.pure
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AI = "You are speaking with the AI assistant of Acme Bank."
RECORDED = "This call is recorded for your safety and ours."
POLICY = bundle([Document("acme.yaml", f"""layer: tenant
id: acme
version: 1
title: Acme's calls
disclosure:
  ai: {{heard_within_ms: 10000, texts: {{en: "{AI}", fr: "Vous parlez avec l'assistant virtuel d'Acme."}}}}
  statements:
    recording: {{heard_within_ms: 20000, reason: r, jurisdictions: [EU], again: [to_human, resumed],
                texts: {{en: "{RECORDED}"}}}}
""".encode())])


class Call:
    """A call folded event by event, its state through JSON each time."""

    def __init__(
        self, *, jurisdiction: str | None = "FR", language: str = "en", policy: Policy = POLICY
    ) -> None:
        self.policy = policy
        self.state, self.number, self.said = DisclosuresState(), 0, list[Data]()
        self.tell(CallAdmitted(
            channel="t", caller_pseudonym=None, language=language, encoding=None, sample_rate=None,
            audio_partition=None, policy_version=POLICY.label, jurisdiction=jurisdiction,
        ))

    def tell(self, data: Data, *, at_s: float = 0) -> list[Data]:
        event = Event(
            id=arrival_id("/t", str(self.number)), source="/t", call_id="c", tenant="default",
            occurred_at=NOON + timedelta(seconds=at_s), data=data,
        )
        self.number += 1
        state = DisclosuresState.model_validate_json(self.state.model_dump_json())
        self.state, answer = decide(state, event, self.policy)
        self.said += answer
        return answer

    def spoken(self, text: str, heard: str | None = None, *, at_s: float = 3, name: str = "a1",
               method: HeardMethod = "playback_mark", interrupted: bool | None = None) -> list[Data]:
        """Let the assistant say a text of which `heard` was played."""
        self.tell(AssistantRedacted(stage="generated", utterance=name, turn=0, text=text, detector="d"))
        self.tell(AssistantRedacted(stage="synthesised", utterance=name, turn=0, text=text, detector="d"))
        heard = text if heard is None else heard
        return self.tell(AssistantRedacted(
            stage="heard", utterance=name, turn=0, text=heard, detector="d", method=method,
            interrupted=heard != text if interrupted is None else interrupted,
        ), at_s=at_s)

    def passed(self, kind: str, number: int = 0) -> list[Data]:
        about = str(number) if number else None
        return self.tell(DeadlinePassed(deadline="x", why=f"disclosure.{kind}", about=about), at_s=30)


def kinds(said: list[Data], shape: type[Data]) -> list[str]:
    return [getattr(one, "disclosure") for one in said if isinstance(one, shape)]  # noqa: B009 - of any of the shapes


@pytest.mark.parametrize(
    ("place", "due"),
    [("FR", ["ai", "recording"]), ("EU", ["ai", "recording"]), (None, ["ai", "recording"]), ("US-CA", ["ai"])],
)
def test_what_is_due_depends_on_the_place_and_an_unknown_one_is_the_strictest(
    place: str | None, due: list[str]
) -> None:
    said = Call(jurisdiction=place).said
    assert kinds(said, DisclosureRequired) == due
    assert [one.why for one in said if isinstance(one, DeadlineSet)] == [f"disclosure.{kind}" for kind in due]


@pytest.mark.parametrize("method", ["playback_mark", "vendor_report", "audio_clock"])
def test_a_statement_that_was_played_whole_is_heard_and_how_that_is_known_is_kept(method: HeardMethod) -> None:
    call = Call()
    heard = call.spoken(f"{AI} {RECORDED} How can I help?", method=method)
    assert kinds(call.said, DisclosureSaid) == ["ai", "recording"]
    assert kinds(heard, DisclosureHeard) == ["ai", "recording"]
    assert {one.how for one in heard if isinstance(one, DisclosureHeard)} == {method}
    assert {one.late_ms for one in heard if isinstance(one, DisclosureHeard)} == {0}
    assert call.passed("ai") == call.passed("recording") == []


@settings(max_examples=200, deadline=None)
@given(
    cut=st.integers(min_value=0, max_value=25), lead=st.sampled_from(["", "Hello and welcome.", "Hi. You are welcome."])
)
def test_interrupted_at_any_word_exactly_what_ended_before_was_heard(cut: int, lead: str) -> None:
    words = f"{lead} {AI} {RECORDED} Bye now.".split()
    call, text = Call(), " ".join(words)
    heard = call.spoken(text, " ".join(words[:cut]), interrupted=True)
    first = len(lead.split())
    ends = {"ai": first + len(AI.split()), "recording": first + len(AI.split()) + len(RECORDED.split())}
    assert kinds(heard, DisclosureHeard) == [kind for kind, end in ends.items() if end <= cut]
    broken = {one.disclosure: one.at_word for one in heard if isinstance(one, DisclosureInterrupted)}
    assert broken == {
        kind: max(0, cut - (end - len((AI if kind == "ai" else RECORDED).split())))
        for kind, end in ends.items() if end > cut
    }
    for kind, at_word in broken.items():
        (missed,) = call.passed(kind)
        assert isinstance(missed, DisclosureMissed)
        assert (missed.reason, missed.at_word) == ("interrupted", at_word)


@pytest.mark.parametrize("cut", range(1, 9))
def test_in_words_of_the_assistant_s_own_an_interrupted_sentence_does_not_count(cut: int) -> None:
    free = Statement(heard_within_ms=1, reason="r")
    words = ["You", "are", "speaking", "with", "an", "AI", "assistant,", "hello"]
    assert (told("ai", free, "en", " ".join(words[:cut]), cut=True) is not None) == (cut >= 7)


def test_what_was_said_again_and_heard_after_it_was_due_is_late() -> None:
    call = Call()
    call.spoken(AI, "You are speaking")
    assert kinds(call.passed("ai"), DisclosureMissed) == ["ai"]
    (heard,) = call.spoken(AI, at_s=12.5, name="a2")
    assert isinstance(heard, DisclosureHeard)
    assert heard.late_ms == 2500


def test_in_a_long_answer_a_statement_was_heard_when_its_own_words_were_played() -> None:
    call = Call(jurisdiction="US-CA")
    text = f"{AI} " + "And so on. " * 20
    call.tell(AssistantRedacted(stage="synthesised", utterance="a1", turn=0, text=text, detector="d"))
    (heard,) = call.tell(AssistantRedacted(
        stage="heard", utterance="a1", turn=0, text=text, detector="d", played_ms=12_000,
    ), at_s=13)
    assert isinstance(heard, DisclosureHeard)
    assert heard.late_ms == 0


def test_what_nobody_said_and_what_nobody_reported_as_played_are_missed_for_different_reasons() -> None:
    call = Call()
    call.tell(AssistantRedacted(stage="generated", utterance="a1", turn=0, text=AI, detector="d"))
    missed = [*call.passed("ai"), *call.passed("recording")]
    assert [one.reason for one in missed if isinstance(one, DisclosureMissed)] == ["not_reported", "never_said"]
    assert call.passed("ai") == []


def test_the_words_must_be_in_the_language_of_the_call_where_the_policy_has_them() -> None:
    call = Call(language="fr-FR", jurisdiction="US-CA")
    assert call.spoken(AI) == []
    heard = call.spoken("Bonjour ! Vous parlez avec l’assistant virtuel d’Acme.", name="a2")
    assert kinds(heard, DisclosureHeard) == ["ai"]


def test_a_name_that_redaction_hid_does_not_hide_the_statement() -> None:
    call = Call(jurisdiction="US-CA")
    heard = call.spoken("You are speaking with the AI assistant of <ORGANIZATION_1>.")
    assert kinds(heard, DisclosureHeard) == ["ai"]
    assert holds("This call is recorded.", "<PAYMENT>") is None
    assert begun(Statement(heard_within_ms=1, reason="r", texts={"en": RECORDED}), "en", "<PAYMENT>") == 0


def test_a_person_says_it_again_after_the_transfer_and_the_machine_need_not_say_that_she_is_one() -> None:
    call = Call()
    call.spoken(f"{AI} {RECORDED}")
    due = call.tell(HandoffAccepted(handoff="h", agent="ana"), at_s=60)
    assert [(one.disclosure, one.round, one.occasion) for one in due if isinstance(one, DisclosureRequired)] == [
        ("recording", 1, "to_human")
    ]
    assert call.tell(ParticipantJoined(participant="human"), at_s=61) == []
    (heard,) = call.tell(UtteranceRedacted(
        participant="human", utterance="h1", turn=3, text=f"Hi, Ana here. {RECORDED}", detector="d",
    ), at_s=65)
    assert isinstance(heard, DisclosureHeard)
    assert (heard.round, heard.how) == (1, "human_speech")
    assert call.passed("recording", 1) == []


def test_a_session_that_broke_owes_it_again_and_an_unheard_round_is_missed_by_its_own_number() -> None:
    call = Call()
    call.spoken(f"{AI} {RECORDED}")
    call.tell(SessionResumed(), at_s=100)
    (missed,) = call.passed("recording", 1)
    assert isinstance(missed, DisclosureMissed)
    assert missed.round == 1


def test_an_event_of_before_is_read_as_todays() -> None:
    old = DisclosureGiven(
        disclosure="ai", rule="disclosure.ai", policy_version="p",
        because=(Evidence(event_id="e", turn=0, start=0, end=3),),
    )
    now = upcast(old)
    assert isinstance(now, DisclosureHeard)
    assert (now.disclosure, now.round, now.how, now.late_ms, now.because) == ("ai", 0, None, 0, old.because)
    assert upcast(now) is now
    assert DisclosureMissed.model_validate({"disclosure": "ai", "rule": "r", "policy_version": "p"}).reason is None
