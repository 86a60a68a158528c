"""The models of one process: loaded once, warmed, then shared by all requests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from infra.local_models.errors import ApiError
from infra.local_models.kokoro import KokoroSpeaker
from infra.local_models.minilm import MiniLmEmbedder
from infra.local_models.piper import PiperSpeaker
from infra.local_models.script import Script, load_script, packaged_scripts
from infra.local_models.whisper import WhisperTranscriber
from infra.speech.log_mel import SAMPLE_RATE
from infra.speech.onnx_session import MissingModel

WARM_UP_TEXT = "One moment, please."
WARM_UP_SECONDS = 2


@dataclass(frozen=True)
class Engines:
    """What answers the three endpoints."""

    transcriber: WhisperTranscriber
    speaker: PiperSpeaker
    scripts: Mapping[str, Script]

    @cached_property
    def kokoro(self) -> KokoroSpeaker:
        """The further voice, loaded when somebody asks for it first; a refusal where it is not installed."""
        try:
            return KokoroSpeaker()
        except MissingModel as missing:
            raise ApiError(404, f"{missing}: install callwarden[kokoro]", code="model_not_installed") from None

    @cached_property
    def embedder(self) -> MiniLmEmbedder:
        """The embedder, loaded when somebody asks for it first; a refusal where it is not installed."""
        try:
            return MiniLmEmbedder()
        except MissingModel as missing:
            raise ApiError(404, f"{missing}: see docs/latency.md", code="model_not_installed") from None


def load_engines(scripts: Iterable[Path] = ()) -> Engines:
    """Loads everything and uses it once, so that the first caller does not wait; takes about 2 s."""
    by_persona = packaged_scripts()
    for path in scripts:
        script = load_script(path)
        by_persona[script.persona] = script
    engines = Engines(WhisperTranscriber(), PiperSpeaker(), by_persona)
    engines.transcriber.transcribe(np.zeros(WARM_UP_SECONDS * SAMPLE_RATE, dtype=np.float32))
    for _ in engines.speaker.speak(WARM_UP_TEXT):
        pass
    return engines


class EngineRoom:
    """Holds the engines; until they are there, whoever asks is told to wait."""

    def __init__(self, load: Callable[[], Engines]) -> None:
        self._load = load
        self._engines: Engines | None = None
        self._failed = False

    def open(self) -> None:
        """Loads the engines; blocks."""
        try:
            self._engines = self._load()
        except BaseException:
            self._failed = True
            raise

    def engines(self) -> Engines:
        """The engines, or a refusal with status 503."""
        if self._failed:
            raise ApiError(503, "the models could not be loaded; see the output of this process", code="models_failed")
        if self._engines is None:
            raise ApiError(503, "the models are still loading; try again in a few seconds", code="models_loading")
        return self._engines
