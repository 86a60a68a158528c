"""What was promised, tried and left open is quoted from its turn; a courtesy is no promise."""

from datetime import UTC, datetime

import pytest

from governance.outlook import Outlook, outlook
from schemas.base import Participant
from schemas.disclosures import ConsentShown
from schemas.handoffs import TranscriptLine
from schemas.verdicts import Evidence, HandoffRequested

pytestmark = pytest.mark.pure

REQUEST = HandoffRequested(
    handoff="h", rule="escalation.explicit_request", reason="She asked for a person.", policy_version="p@1",
    queue="general", priority=5, because=(Evidence(event_id="e4", turn=4, start=0, end=4),),
)
Talk = tuple[tuple[int, Participant, str], ...]
TALK: Talk = (
    (1, "caller", "Where is my parcel? I have already called twice."),
    (1, "assistant", "I have checked the order, it left on Tuesday. I will send you the tracking number."),
    (2, "caller", "Can you refund the delivery?"),
    (2, "assistant", "I did not understand that."),
    (3, "assistant", "I will connect you with a colleague."),
    (4, "caller", "I want to speak to a person."),
)


def seen(talk: Talk, *, language: str = "en", consent: ConsentShown | None = None, emergency: str | None = None,
         interrupted: bool = False) -> Outlook:  # fmt: skip
    lines = [
        TranscriptLine(event_id=f"e{n}", participant=who, turn=turn, text=text, at_ms=1000 * n,
                       interrupted=interrupted and who == "assistant", occurred_at=datetime(2026, 3, 1, tzinfo=UTC))
        for n, (turn, who, text) in enumerate(talk)
    ]  # fmt: skip
    return outlook(lines, REQUEST, consent=consent, emergency=emergency, language=language)


def test_each_quotation_cites_its_turn_and_its_moment() -> None:
    found = seen(TALK)
    assert [(one.text, one.turns, one.at_ms) for one in found.promised] == [
        ("I will send you the tracking number.", (1,), 1000)
    ]
    assert [one.text for one in found.tried] == [
        "I have already called twice.", "I have checked the order, it left on Tuesday."
    ]
    assert [(one.text, one.turns) for one in found.still_open] == [("Can you refund the delivery?", (2,))]
    assert found.next_step is not None
    assert found.next_step.text == "Begin with what she asked and nobody settled: “Can you refund the delivery?”"
    assert found.next_step.turns == (2,)


def test_a_sentence_that_was_cut_off_promises_nothing() -> None:
    assert seen(((1, "assistant", "Your order is here. I will send you the"),), interrupted=True).promised == ()
    said = "I won't send it. I will not be able to. If you like, I will send it."
    assert seen(((1, "assistant", said),)).promised == ()


def test_the_next_step_knows_of_danger_and_of_a_refused_recording() -> None:
    danger = seen(TALK, emergency="medical").next_step
    assert danger is not None
    assert "safe" in danger.text
    refused = seen(TALK, consent=ConsentShown(consent="recording", mode="ask", state="refused")).next_step
    assert refused is not None
    assert refused.text.endswith("She does not want to be recorded.")
    nothing = seen(()).next_step
    assert nothing is not None
    assert nothing.turns == (4,)


def test_french_is_quoted_as_well_and_a_language_that_is_not_known_is_not_guessed_at() -> None:
    talk: Talk = (
        (1, "caller", "Où est mon colis ? J'ai déjà appelé hier."),
        (1, "assistant", "Je vais vous envoyer le numéro de suivi."),
    )
    found = seen(talk, language="fr-FR")
    assert [one.text for one in found.promised] == ["Je vais vous envoyer le numéro de suivi."]
    assert [one.text for one in found.tried] == ["J'ai déjà appelé hier."]
    assert [one.text for one in found.still_open] == ["Où est mon colis ?"]
    assert seen(talk, language="de").promised == ()
