"""Presidio as it comes, with the same small model: the baseline that every figure of ours stands beside."""

import logging

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider

from governance.redaction import without_overlaps
from infra.languages import INSTALLED as MODELS
from schemas.redaction import PiiSpan


class StockPresidio:
    """Every recognizer and every pipe of the default set-up; it has no use for the question just asked."""

    version = f"presidio-analyzer as it comes, {', '.join(MODELS.values())}"

    def __init__(self) -> None:
        """Load the default analyzer."""
        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
        models = [{"lang_code": language, "model_name": model} for language, model in MODELS.items()]
        provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
        known = list(MODELS)
        registry = RecognizerRegistry(supported_languages=known)
        registry.load_predefined_recognizers(languages=known)
        self._analyzer = AnalyzerEngine(
            nlp_engine=provider.create_engine(), registry=registry, supported_languages=known
        )

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        """What it finds with any score."""
        del context, growing
        results = self._analyzer.analyze(text=text, language=language)
        return without_overlaps(
            PiiSpan(start=one.start, end=one.end, type=one.entity_type, score=one.score, recognizer="presidio")
            for one in results
        )
