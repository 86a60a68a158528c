"""Our recognizers for spoken personal data as one Presidio recognizer, for people who run Presidio by themselves."""

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from governance.recognizers.every import VERSION, recognize

TYPES = [
    "PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD", "US_SSN", "IBAN_CODE", "LOCATION", "ADDRESS",
    "DATE_OF_BIRTH",
    "ACCOUNT_NUMBER", "NUMERIC_ID", "PASSWORD", "CVV", "ROUTING_NUMBER", "POLICY_NUMBER", "CLAIM_NUMBER", "BOOKING_REF",
    "USERNAME", "US_DRIVER_LICENSE", "US_PASSPORT", "IP_ADDRESS",
]  # fmt: skip


class SpokenRecognizer(EntityRecognizer):
    """Add it with `registry.add_recognizer(SpokenRecognizer())`; it needs no model."""

    def __init__(self) -> None:
        """Declare every type the spoken recognizers know."""
        super().__init__(supported_entities=TYPES, supported_language="en", name="SpokenRecognizer", version=VERSION)

    def load(self) -> None:
        """Nothing to load: the recognizers are tables and patterns."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """What is found of the types asked for; what a model read is not needed."""
        del nlp_artifacts
        return [
            RecognizerResult(entity_type=span.type, start=span.start, end=span.end, score=span.score)
            for span in recognize(text)
            if not entities or span.type in entities
        ]
