"""French behind the `PiiDetector` port: the small French spaCy model in Presidio, our recognizers for speech."""

import logging
from importlib.metadata import version as installed

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import IbanRecognizer, IpRecognizer, SpacyRecognizer, UrlRecognizer

from governance.recognizers.french_every import FRENCH_VERSION, recognize_french
from governance.recognizers.french_talk import NO_NAME, NOBODY
from governance.redaction import without_overlaps
from infra.pii import LONGEST_TEXT, NAME_SCORE, span_of
from schemas.redaction import PiiSpan

# Names need the entity recognizer alone, which has vectors of its own.
UNUSED_PIPES = ("tok2vec", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer")


class FrenchSpacy(SpacyNlpEngine):
    """The French model with its entity recognizer alone."""

    def __init__(self, model: str) -> None:
        """Keep the model's name; `load` reads it."""
        super().__init__(
            models=[{"lang_code": "fr", "model_name": model}],
            ner_model_configuration=NerModelConfiguration(
                model_to_presidio_entity_mapping={"PER": "PERSON", "LOC": "LOCATION"},
                default_score=NAME_SCORE, labels_to_ignore=["MISC", "ORG"],
            ),
        )  # fmt: skip
        self._model = model

    def load(self) -> None:
        """Load without the pipes that decide nothing."""
        self.nlp = {"fr": spacy.load(self._model, exclude=list(UNUSED_PIPES))}  # type: ignore[assignment]  # None first


class FrenchDetector:
    """Finds personal data in French speech and writing."""

    def __init__(self, model: str) -> None:
        """Build the analyzer with a French spaCy model that is installed."""
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
        registry = RecognizerRegistry(
            recognizers=[
                SpacyRecognizer(
                    supported_language="fr", supported_entities=["PERSON", "LOCATION"], check_label_groups=None
                ),
                IbanRecognizer(supported_language="fr"), IpRecognizer(supported_language="fr"),
                UrlRecognizer(supported_language="fr"),
            ],
            supported_languages=["fr"],
        )  # fmt: skip
        engine = FrenchSpacy(model)
        engine.load()
        presidio, release = installed("presidio-analyzer"), installed(model)
        self._version = f"presidio-analyzer {presidio}, {model} {release}, {FRENCH_VERSION}"
        self._analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["fr"])

    @property
    def version(self) -> str:
        """What answers: library, model and the version of our French recognizers."""
        return self._version

    def warm_up(self) -> None:
        """Run every recognizer once, so that no caller waits for the first use."""
        self.detect("je m'appelle Ada, ada arobase exemple point fr, 4111", context="votre nom ?", language="fr")

    def detect(self, text: str, *, context: str | None, language: str) -> list[PiiSpan]:
        """Spans in order without overlaps; `context` is what was asked just before."""
        del language  # this detector is asked for French only
        found = recognize_french(text, context)
        for at in range(0, len(text), LONGEST_TEXT):
            here = self._written(text[at : at + LONGEST_TEXT])
            found += [one.model_copy(update={"start": one.start + at, "end": one.end + at}) for one in here]
        return without_overlaps(found)

    def _written(self, text: str) -> list[PiiSpan]:
        found = [span_of(result) for result in self._analyzer.analyze(text=text, language="fr")]
        return [span for span in found if span.type not in ("PERSON", "LOCATION") or plausible(text, span)]


def plausible(text: str, span: PiiSpan) -> bool:
    """Whether a span of the model can name a person or a place: no word of it is talk, a brand or a country."""
    words = text[span.start : span.end].lower().replace("-", " ").replace("'", " ").replace("’", " ").split()
    telling = [word for word in words if len(word) > 1 and word not in NO_NAME]
    return bool(telling) and not set(words) & NOBODY and len(telling) * 2 >= len(words)
