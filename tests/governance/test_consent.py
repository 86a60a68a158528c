"""Whether a caller agrees to be recorded, in English and French, with negation, asked or not, at any time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.consent import ConsentState, hear_caller
from governance.errors import InputError
from governance.jurisdictions import announced, applies, recording_mode, within
from governance.phrases.consent_words import answer, recording_wish
from governance.shown import agreed, told
from governance.verdicts import VerdictsState, decide
from infra.policies import bundle
from infra.policy_yaml import Document
from schemas.base import Data, Event, arrival_id
from schemas.calls import CallAdmitted
from schemas.disclosure_rules import ListeningRules, RecordingConsent, Statement
from schemas.disclosures import ConsentShown, ConsentStatus, DisclosureShown, OfConsent
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from tests.support.consent_calls import CONSENT, QUESTION, RECORDED

pytestmark = pytest.mark.pure
POLICY = bundle([Document("acme.yaml", CONSENT)])
NO_AT_ANY_TIME = (
    "no, I don't want to be recorded", "please stop recording", "I do not consent to being recorded",
    "I'd rather not be recorded", "Don't record this call please.", "turn off the recording",
    "you may not record this call", "I withdraw my consent", "yes but please don't record it",
    "I'm not okay with being recorded", "could we do this without recording",
    "je ne veux pas être enregistré", "Je ne souhaite pas être enregistrée.", "arrêtez d'enregistrer",
    "n’enregistrez pas cet appel", "je retire mon consentement", "pas d'enregistrement s'il vous plaît",
    "je refuse d'être enregistré",
)
YES_AT_ANY_TIME = (
    "you can record this", "I don't mind being recorded", "don't stop recording", "I'm fine with being recorded",
    "vous pouvez enregistrer", "ça ne me dérange pas d'être enregistré", "n'arrêtez pas d'enregistrer",
)
NEITHER = (
    "please don't send my medical records", "the payment was not recorded", "are you recording this?",
    "why are you recording", "don't record that as a late payment", "my address isn't recorded correctly",
    "there is no record of it", "please record my new address", "I don't see that the claim was recorded",
    "mon dossier n'est pas enregistré", "je ne veux pas enregistrer mon bagage", "je n'ai pas enregistré mon colis",
)
ANSWERS = {
    ("en", "yes"): ("yes", "Yeah, sure.", "OK.", "that's fine", "no problem", "No, I don't mind.", "no, go ahead",
                    "sure, why not", "Um, okay.", "by all means"),
    ("en", "no"): ("no", "Nope.", "I'd rather not", "please don't", "not really", "yeah, no", "that's not okay",
                   "No. Where is my order?", "I don't think so"),
    ("en", None): ("why?", "what for?", "where is my order", "okay, where is my order, it was due on Monday",
                   "okay why do you need that"),
    ("fr", "yes"): ("oui", "d'accord", "pas de problème", "non, pas de problème", "allez-y", "je veux bien",
                    "pourquoi pas"),
    ("fr", "no"): ("non", "pas d'accord", "je ne suis pas d'accord", "je préfère pas", "surtout pas"),
    ("fr", None): ("pourquoi ?", "où est ma commande", "d'accord mais pourquoi"),
}


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        (one, wish)
        for texts, wish in ((NO_AT_ANY_TIME, "no"), (YES_AT_ANY_TIME, "yes"), (NEITHER, None)) for one in texts
    ],
)
def test_what_is_said_of_the_recording_itself_counts_at_any_time(text: str, wish: str | None) -> None:
    assert recording_wish(text) == wish


@pytest.mark.parametrize(
    ("language", "wish", "text"), [(*key, one) for key, texts in ANSWERS.items() for one in texts]
)
def test_an_answer_is_yes_no_or_neither(language: str, wish: str | None, text: str) -> None:
    assert answer(text, language) == wish


@given(st.text(max_size=200), st.sampled_from(["en", "fr", "de"]))
def test_any_text_has_an_answer(text: str, language: str) -> None:
    assert answer(text, language) in ("yes", "no", None)


# status before, whether the question was just heard, what she says -> status after
TABLE: tuple[tuple[ConsentStatus, bool, str, ConsentStatus], ...] = (
    ("due", False, "yes", "due"),
    ("due", False, "don't record me", "refused"),
    ("requested", True, "yes", "given"),
    ("requested", True, "no", "refused"),
    ("requested", True, "what for?", "requested"),
    ("requested", False, "yes", "requested"),
    ("refused", False, "no", "refused"),
    ("refused", False, "okay, you can record this call", "given"),
    ("given", False, "no", "given"),
    ("given", False, "please stop recording", "withdrawn"),
    ("assumed", False, "je ne veux pas être enregistré", "withdrawn"),
    ("withdrawn", False, "you may record again, you can record this", "given"),
    ("withdrawn", False, "stop recording", "withdrawn"),
)


@pytest.mark.parametrize(("before", "asked", "text", "after"), TABLE)
def test_the_table_of_states(before: ConsentStatus, asked: bool, text: str, after: ConsentStatus) -> None:
    state = ConsentState(mode="ask", status=before, asked=asked)
    assert hear_caller(state, text).status == after


def test_where_nothing_is_asked_nothing_is_decided() -> None:
    assert hear_caller(ConsentState(mode="none"), "please stop recording").status == "due"


def fold(place: str | None, *facts: Data, language: str = "en") -> list[str]:
    """Give the types of what the stair says of consent to each fact of a call."""
    admitted = CallAdmitted(
        channel="t", caller_pseudonym=None, language=language, encoding=None, sample_rate=None, audio_partition=None,
        policy_version=POLICY.label, jurisdiction=place,
    )
    state, said = VerdictsState(), list[str]()
    for number, data in enumerate((admitted, *facts)):
        event = Event(
            id=arrival_id("/t", str(number)), source="/t", call_id="c", tenant="default",
            occurred_at=datetime(2026, 3, 1, tzinfo=UTC), data=data,
        )
        state, answers = decide(VerdictsState.model_validate_json(state.model_dump_json()), event, POLICY)
        said += [one.type for one in answers if isinstance(one, OfConsent)]
    return said


def says(text: str, *, interrupted: bool = False) -> AssistantRedacted:
    return AssistantRedacted(stage="heard", utterance="a", turn=0, text=text, detector="d", interrupted=interrupted)


def caller(text: str) -> UtteranceRedacted:
    return UtteranceRedacted(participant="caller", utterance="u", turn=1, text=text, detector="d")


REQUIRED, REQUESTED = "consent_required", "consent_requested"
CALLS = {
    "asked, given, withdrawn": ("US-CA", (says(QUESTION), caller("yes"), caller("stop recording please")),
                                [REQUIRED, REQUESTED, "consent_given", "consent_withdrawn"]),
    "asked, refused": ("US-CA", (says(QUESTION), caller("no thank you")), [REQUIRED, REQUESTED, "consent_refused"]),
    "a cut-off question is no question": ("US-CA", (says(QUESTION[:-6], interrupted=True), caller("yes")), [REQUIRED]),
    "staying on the line": ("US-TX", (says(RECORDED), caller("hello")), [REQUIRED, "consent_assumed"]),
    "a cut-off notice is no notice": ("US-TX", (says(RECORDED[:-6], interrupted=True),), [REQUIRED]),
    "notice, then no": ("US-TX", (says(RECORDED), caller("I don't want to be recorded")),
                        [REQUIRED, "consent_assumed", "consent_withdrawn"]),
    "one party is enough": ("US-NY", (says(RECORDED), caller("stop recording")), []),
    "nobody knows where": (None, (says(QUESTION), caller("yes")), [REQUIRED, REQUESTED, "consent_given"]),
    "the union": ("DE", (says(QUESTION), caller("no")), [REQUIRED, REQUESTED, "consent_refused"]),
}


@pytest.mark.parametrize("name", CALLS)
def test_golden_calls(name: str) -> None:
    place, facts, expected = CALLS[name]
    assert fold(place, *facts) == expected


def test_a_french_caller_is_asked_and_answers_in_french() -> None:
    facts = (says("Acceptez-vous que cet appel soit enregistré ?"), caller("d'accord"))
    assert fold("FR", *facts, language="fr") == [REQUIRED, REQUESTED, "consent_given"]
    assert fold("FR", says(QUESTION), caller("d'accord"), language="fr") == [REQUIRED]


def test_the_narrowest_place_counts_and_what_is_not_known_is_the_strictest() -> None:
    where = {"EU": "ask", "FR": "notice", "US-CA": "ask"}
    rules = RecordingConsent.model_validate({"elsewhere": "none", "where": where})
    modes = {place: recording_mode(rules, place) for place in ("DE", "FR", "US-CA", "US-NY", "US", "EU", "CH", None)}
    assert modes == {
        "DE": "ask", "FR": "notice", "US-CA": "ask", "US-NY": "none", "US": "ask", "EU": "ask", "CH": "none",
        None: "ask",
    }
    assert within("US-CA", "US")
    assert not within("US", "US-CA")
    assert applies(Statement(heard_within_ms=1, reason="r", jurisdictions=("US-CA",)), "US")


def test_who_is_told_of_listening_in_is_looked_up_in_the_same_way() -> None:
    assert announced(ListeningRules(), None) == "never"
    rules = ListeningRules.model_validate({"announce": "agent", "where": {"US-CA": "everyone", "FR": "never"}})
    told = {place: announced(rules, place) for place in ("US-CA", "US", "US-NY", "FR", "DE", None)}
    assert told == {
        "US-CA": "everyone", "US": "everyone", "US-NY": "agent", "FR": "never", "DE": "agent", None: "everyone",
    }


def test_the_policy_in_the_documentation_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "consent.md").read_bytes()
    policy = bundle([Document("consent.md", page.split(b"```yaml\n")[1].split(b"```")[0])])
    places = ("DE", "US-CA", "US-NY", "US-TX", "US-WA", None)
    modes = [recording_mode(policy.consent.recording, place) for place in places]
    assert modes == ["ask", "ask", "none", "notice", "ask", "ask"]
    assert set(dict(policy.disclosure.every())) == {"ai", "recording"}
    page = (Path(__file__).parents[2] / "docs" / "transfers.md").read_bytes()
    policy = bundle([Document("transfers.md", b"layer: tenant" + page.split(b"layer: tenant")[1].split(b"```")[0])])
    told = [announced(policy.listening, place) for place in ("US-CA", "US-NY", None)]
    assert told == ["everyone", "agent", "everyone"]


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        (b"consent: {recording: {elsewhere: ask}}", "needs `recording.questions`"),
        (b"consent: {recording: {elsewhere: notice}}", "needs a statement `recording`"),
        (b"consent: {recording: {where: {NO: ask}}}", "consent.recording.where"),
        (b"disclosure: {statements: {fee: {heard_within_ms: 1, reason: r}}}", "give its `texts`"),
        (b"listening: {where: {US-CA: everyone}}", "needs a statement `listening`"),
    ],
)
def test_a_document_that_nobody_could_keep_to_is_refused_with_its_line(written: bytes, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        bundle([Document("a.yaml", b"layer: tenant\nid: a\nversion: 1\ntitle: t\n" + written)])


def test_a_packet_shows_the_last_of_each_statement_and_of_the_consent() -> None:
    shown: tuple[DisclosureShown, ...] = ()
    consent: ConsentShown | None = None
    state = VerdictsState()
    facts: tuple[Data, ...] = (
        CallAdmitted(channel="t", caller_pseudonym=None, language="en", encoding=None, sample_rate=None,
                     audio_partition=None, policy_version=POLICY.label, jurisdiction="US-CA"),
        says(f"I am an AI assistant. {QUESTION}"), caller("no"),
    )
    for number, data in enumerate(facts):
        event = Event(
            id=str(number), source="/t", call_id="c", tenant="default", occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
            data=data,
        )
        state, said = decide(state, event, POLICY)
        for one in said:
            shown, consent = told(shown, one), agreed(consent, one)
    assert {one.disclosure: one.state for one in shown} == {"ai": "heard"}  # the question tells of the recording
    assert consent == ConsentShown(consent="recording", mode="ask", state="refused")
