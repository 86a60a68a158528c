"""The small French model and the recognizers together, on the project's own sentences: what leaks, what is touched."""

from pathlib import Path

import pytest

from governance.redaction import PiiDetector
from infra.cli_eval import rows_of
from infra.detector_scores import score_pii
from infra.pii_french import FrenchDetector
from schemas.policies import RedactionRules

pytestmark = pytest.mark.pure

SENTENCES = Path(__file__).parents[1] / "data" / "french"


@pytest.fixture(scope="module")
def french() -> PiiDetector:
    """The detector with its model."""
    return FrenchDetector("fr_core_news_sm")


@pytest.mark.parametrize("part", ["dev", "held_out", "dev_plain", "held_out_plain"])
def test_few_sentences_leak_and_ordinary_ones_stay_as_they_are(part: str, french: PiiDetector) -> None:
    score = score_pii(rows_of(SENTENCES / f"{part}.jsonl"), french, RedactionRules())
    assert (score.leak_rate or 0) <= 0.05
    assert score.false_alarm_rate == 0


def test_a_name_of_no_list_is_found_by_the_model(french: PiiDetector) -> None:
    found = french.detect("la maison appartient à Gwendal Kerguelen", context=None, language="fr")
    assert [(one.type, one.start) for one in found] == [("PERSON", 23)]
