"""The detector of a call's language behind the `PiiDetector` port; a language without a model is named, never read."""

from collections.abc import Mapping
from threading import Lock

from governance.recognizers.every import VERSION, recognize
from governance.recognizers.french_every import FRENCH_VERSION, recognize_french
from governance.redaction import PiiDetector
from infra.languages import INSTALLED, model_of
from infra.pii import MODEL, PresidioDetector
from infra.pii_model import ModelDetector
from schemas.redaction import PiiSpan

WARM = "je m'appelle Ada, ada arobase exemple point fr, 4111"


class Languages:
    """Asks the detector of the language; each is built when it is needed first, or by `warm_up`."""

    def __init__(self, models: Mapping[str, str] = INSTALLED) -> None:
        """`models`: language -> spaCy model, a package's name or a folder; English and French come with the service."""
        self._models = {**INSTALLED, **models}
        self._detectors: dict[str, PiiDetector] = {}
        self._building = Lock()

    @property
    def version(self) -> str:
        """What answers, of every language that was asked for."""
        return "; ".join(f"{language}: {one.version}" for language, one in sorted(self._detectors.items())) or "none"

    def warm_up(self) -> None:
        """Build every language and run its recognizers once; raises LanguageNotInstalled."""
        for language in self._models:
            self.detect(WARM, context=None, language=language)

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        """Spans in order that do not overlap; raises LanguageNotInstalled."""
        return self._of(language[:2]).detect(text, context=context, language=language[:2], growing=growing)

    def _of(self, language: str) -> PiiDetector:
        known = self._detectors.get(language)
        if known is not None:
            return known
        with self._building:
            if language not in self._detectors:
                self._detectors = {**self._detectors, language: self._built(language)}
            return self._detectors[language]

    def _built(self, language: str) -> PiiDetector:
        model = model_of(language, self._models)
        if language == "en" and model == MODEL:
            return PresidioDetector()
        if language == "fr":
            return ModelDetector(
                language=language, model=model, recognize=recognize_french, version=FRENCH_VERSION
            )
        # Figures, signs and addresses are written alike everywhere; what is said in words is not read.
        return ModelDetector(language=language, model=model, recognize=recognize, version=VERSION)
