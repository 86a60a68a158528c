"""A spaCy model of any language in Presidio behind the `PiiDetector` port, with our recognizers of that language."""

import logging
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import IbanRecognizer, IpRecognizer, SpacyRecognizer, UrlRecognizer

from governance.recognizers.french_talk import NO_NAME, NOBODY
from governance.redaction import without_overlaps
from infra.pii import NAME_SCORE, span_of
from infra.pii_growing import Growing
from infra.pii_windows import read_in_windows
from schemas.redaction import PiiSpan

# Names need the entity recognizer alone; the small models give it vectors of its own.
UNUSED_PIPES = ("morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer", "tagger")
OWN_VECTORS = frozenset({"fr_core_news_sm"})
ENTITIES = {"PER": "PERSON", "PERSON": "PERSON", "LOC": "LOCATION", "GPE": "LOCATION"}
Recognize = Callable[[str, str | None], list[PiiSpan]]


class NamesOnly(SpacyNlpEngine):
    """A model with its entity recognizer alone."""

    def __init__(self, *, language: str, model: str) -> None:
        """Keep what to load; `load` reads it."""
        super().__init__(
            models=[{"lang_code": language, "model_name": model}],
            ner_model_configuration=NerModelConfiguration(
                model_to_presidio_entity_mapping=ENTITIES, default_score=NAME_SCORE, labels_to_ignore=["MISC", "ORG"]
            ),
        )  # fmt: skip
        self._language, self._model = language, model

    def load(self) -> None:
        """Load without the pipes that decide nothing."""
        unused = [*UNUSED_PIPES, *(["tok2vec"] if self._model in OWN_VECTORS else [])]
        self.nlp = {self._language: spacy.load(self._model, exclude=unused)}  # type: ignore[assignment]  # None first


class ModelDetector:
    """Finds personal data in speech and writing of one language."""

    def __init__(self, *, language: str, model: str, recognize: Recognize, version: str) -> None:
        """Build the analyzer with a spaCy model that is installed; `version` names the recognizers of `recognize`."""
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
        self._language, self._recognize = language, recognize
        registry = RecognizerRegistry(
            recognizers=[
                SpacyRecognizer(
                    supported_language=language, supported_entities=["PERSON", "LOCATION"], check_label_groups=None
                ),
                IbanRecognizer(supported_language=language), IpRecognizer(supported_language=language),
                UrlRecognizer(supported_language=language),
            ],
            supported_languages=[language],
        )  # fmt: skip
        self._version = f"presidio-analyzer {installed('presidio-analyzer')}, {model} {_release(model)}, {version}"
        engine = NamesOnly(language=language, model=model)
        self._analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=[language])
        self._growing = Growing(self._everywhere)

    @property
    def version(self) -> str:
        """What answers: library, model and the version of our recognizers."""
        return self._version

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        """Spans in order without overlaps; `context` is what was asked just before."""
        del language  # it has one
        read = self._growing.find if growing else self._everywhere
        said = read_in_windows(text, lambda part: self._recognize(part, context))
        return without_overlaps([*said, *read(text)])

    def _everywhere(self, text: str) -> list[PiiSpan]:
        return read_in_windows(text, self._written)

    def _written(self, text: str) -> list[PiiSpan]:
        found = [span_of(result) for result in self._analyzer.analyze(text=text, language=self._language)]
        return [
            span for span in found
            if span.type not in ("PERSON", "LOCATION") or self._language != "fr" or plausible(text, span)
        ]  # fmt: skip


def plausible(text: str, span: PiiSpan) -> bool:
    """Whether a span of a French model can name a person or a place: little of it is talk, a brand or a country."""
    words = text[span.start : span.end].lower().replace("-", " ").replace("'", " ").replace("’", " ").split()
    telling = [word for word in words if len(word) > 1 and word not in NO_NAME]
    return bool(telling) and not set(words) & NOBODY and len(telling) * 2 >= len(words)


def _release(model: str) -> str:
    try:
        return installed(model)
    except PackageNotFoundError:
        return "of a folder"
