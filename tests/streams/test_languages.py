"""The stair reads in the call's language, withholds one it cannot read, and counts people as the live session does."""

import pytest

from governance.redacting import RedactionState, redact_words
from infra.pii_languages import Languages
from infra.policies import load
from schemas.redacted import EntitySealed, InterimRedacted, UtteranceRedacted
from schemas.turns import InterimTranscribed, UtteranceFinalized
from streams.detection import Detection, DetectionFailed

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def languages() -> Languages:
    """The detectors of the service."""
    return Languages()


def take(state: RedactionState, said: UtteranceFinalized | InterimTranscribed, languages: Languages) -> tuple[
    RedactionState, str
]:
    """One line through the decision."""
    spans = languages.detect(said.text, context=None, language="en")
    state, answer = redact_words(
        state, said, spans, detector="d", policy=load(None), digest=lambda value: f"<{value}>",
        seal=lambda name, entity, value: EntitySealed(pseudonym=name, entity=entity, key_id="-", sealed=""),
    )
    return state, next(one.text for one in answer if isinstance(one, UtteranceRedacted | InterimRedacted))


def test_interims_leave_no_number_behind_so_that_finals_alone_count(languages: Languages) -> None:
    heard = RedactionState()
    for text in ("my name is Anna", "my name is Hannah and", "my name is Hannah and my brother is Peter"):
        heard, shown = take(heard, InterimTranscribed(participant="caller", utterance="u", text=text), languages)
        assert "PERSON_" not in shown
    said = UtteranceFinalized(participant="caller", utterance="u", text="my name is Hannah and my brother is Peter")
    heard, with_interims = take(heard, said, languages)
    _, finals_only = take(RedactionState(), said, languages)
    assert with_interims == finals_only == "my name is <PERSON_1> and my brother is <PERSON_2>"


async def test_a_language_that_is_not_installed_is_a_failed_detection_by_its_name(languages: Languages) -> None:
    with pytest.raises(DetectionFailed) as failed:
        await Detection(languages, within_s=20).detect("mein Name ist Ada", context=None, language="de")
    assert failed.value.kind == "LanguageNotInstalled: de"
