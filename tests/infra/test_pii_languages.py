"""The language of a call chooses its detector: French on sentences of our own, an unknown language by its name."""

from pathlib import Path

import pytest

from governance.redaction import PiiDetector
from infra.cli_eval import rows_of
from infra.detector_scores import score_pii
from infra.languages import LanguageNotInstalled
from infra.pii_languages import Languages
from schemas.policies import RedactionRules

pytestmark = pytest.mark.pure

SENTENCES = Path(__file__).parents[1] / "data" / "french"


@pytest.fixture(scope="module")
def french() -> PiiDetector:
    """The detector with its model."""
    return Languages()


@pytest.mark.parametrize("part", ["dev", "held_out", "dev_plain", "held_out_plain"])
def test_few_sentences_leak_and_ordinary_ones_stay_as_they_are(part: str, french: PiiDetector) -> None:
    score = score_pii(rows_of(SENTENCES / f"{part}.jsonl"), french, RedactionRules())
    assert (score.leak_rate or 0) <= 0.05
    assert score.false_alarm_rate == 0


def test_a_name_of_no_list_is_found_by_the_model(french: PiiDetector) -> None:
    found = french.detect("la maison appartient à Gwendal Kerguelen", context=None, language="fr")
    assert [(one.type, one.start) for one in found] == [("PERSON", 23)]


def test_a_language_without_a_model_is_named_with_what_to_do(french: PiiDetector) -> None:
    with pytest.raises(LanguageNotInstalled, match="language de is not installed; install a spaCy model"):
        french.detect("mein Name ist Ada", context=None, language="de-DE")
    with pytest.raises(LanguageNotInstalled, match="pip install de-core-news-sm"):
        Languages({"de": "de_core_news_sm"}).warm_up()


def test_the_version_names_every_language_that_answered(french: PiiDetector) -> None:
    french.detect("my name is Ada", context=None, language="en-GB")
    french.detect("je m'appelle Ada", context=None, language="fr")
    assert french.version.startswith("en: presidio-analyzer")
    assert "fr_core_news_sm" in french.version


def test_a_language_of_the_configuration_is_read_with_its_model() -> None:
    dutch = Languages({"nl": "fr_core_news_sm"})  # any model that is here: what counts is that it is asked
    found = dutch.detect("bel 0612345678 of mail ada@voorbeeld.nl", context=None, language="nl")
    assert {"EMAIL_ADDRESS", "PHONE_NUMBER"} <= {one.type for one in found}
