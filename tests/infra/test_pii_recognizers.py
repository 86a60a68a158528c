"""Presidio users can take the recognizers alone."""

import pytest
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

from infra.pii import SlimSpacy
from infra.pii_recognizers import NameRecognizer, SpokenRecognizer

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def analyzer() -> AnalyzerEngine:
    registry = RecognizerRegistry(recognizers=[SpokenRecognizer(), NameRecognizer()])
    return AnalyzerEngine(registry=registry, nlp_engine=SlimSpacy(), supported_languages=["en"])


def test_an_analyzer_of_ones_own_finds_what_is_spoken(analyzer: AnalyzerEngine) -> None:
    text = "laura winters speaking my card is four one one one one one one one one one one one one one one one"
    found = {(one.entity_type, text[one.start : one.end]) for one in analyzer.analyze(text, language="en")}
    assert ("CREDIT_CARD", text[text.index("four") :]) in found
    assert ("PERSON", "laura winters") in found


def test_only_what_is_asked_for_is_given(analyzer: AnalyzerEngine) -> None:
    found = analyzer.analyze("laura winters, four one one one two two two", language="en", entities=["PERSON"])
    assert {one.entity_type for one in found} == {"PERSON"}
