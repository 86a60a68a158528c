"""The services that are reached through Pipecat, by name; what is not installed is said when it is opened."""

from collections.abc import Callable
from typing import Any

from governance.errors import InvariantError
from infra.speech.ports import SpeechToText, TextToSpeech
from schemas.turns import Provider

INSTALL = "install callwarden[pipecat] and pipecat-ai (make env), or name another provider"


def open_voice(
    name: str, *, api_key: str, url: str | None, model: str, voice: str, region: str, timeout_ms: int
) -> TextToSpeech:
    """Open cartesia, elevenlabs or inworld; raises InvariantError for another, or where Pipecat is not installed."""
    make = {"cartesia": _cartesia, "elevenlabs": _elevenlabs, "inworld": _inworld}.get(name)
    if make is None:
        raise InvariantError(f"nobody knows a voice {name}; through Pipecat: cartesia, elevenlabs, inworld")
    try:
        _silence()
        from infra.speech.pipecat_text_to_speech import PipecatTextToSpeech

        service = make(api_key, url, model, voice)
    except ImportError as missing:
        raise InvariantError(f"{name} needs {missing.name or missing}: {INSTALL}") from None
    provider = Provider(name=name, model=model, region=region)
    return PipecatTextToSpeech(service, provider=provider, timeout_ms=timeout_ms)


def open_recogniser(
    name: str, *, api_key: str, url: str | None, model: str, region: str, timeout_ms: int
) -> SpeechToText:
    """Open soniox or speechmatics; raises InvariantError for another, or where Pipecat is not installed."""
    make = {"soniox": _soniox, "speechmatics": _speechmatics}.get(name)
    if make is None:
        raise InvariantError(f"nobody knows a recogniser {name}; through Pipecat: soniox, speechmatics")
    try:
        _silence()
        from infra.speech.pipecat_speech_to_text import PipecatSpeechToText

        service = make(api_key, url, model)
    except ImportError as missing:
        raise InvariantError(f"{name} needs {missing.name or missing}: {INSTALL}") from None
    provider = Provider(name=name, model=model, region=region)
    return PipecatSpeechToText(service, provider=provider, timeout_ms=timeout_ms)


def _silence() -> None:
    """Stop Pipecat's log before its first line: it says what callers say."""
    from loguru import logger

    logger.disable("pipecat")


# Each maker imports at once, so that a worker says at its start what is missing, and builds a service for each session.


def _cartesia(key: str, url: str | None, model: str, voice: str) -> Callable[[int, float], Any]:
    from pipecat.services.cartesia.tts import CartesiaTTSService as Service

    return _voice_of(Service, key, url, Service.Settings(model=model, voice=voice))


def _elevenlabs(key: str, url: str | None, model: str, voice: str) -> Callable[[int, float], Any]:
    from pipecat.services.elevenlabs.tts import ElevenLabsTTSService as Service

    return _voice_of(Service, key, url, Service.Settings(model=model, voice=voice))


def _inworld(key: str, url: str | None, model: str, voice: str) -> Callable[[int, float], Any]:
    from pipecat.services.inworld.tts import InworldTTSService as Service

    return _voice_of(Service, key, url, Service.Settings(model=model, voice=voice))


def _voice_of(service: Any, key: str, url: str | None, settings: Any) -> Callable[[int, float], Any]:
    place = {"url": url} if url else {}
    return lambda rate, patience_s: service(
        api_key=key, sample_rate=rate, settings=settings, stop_frame_timeout_s=patience_s, **place
    )


def _soniox(key: str, url: str | None, model: str) -> Callable[[int], Any]:
    from pipecat.services.soniox.stt import SonioxSTTService as Service

    place: dict[str, Any] = {"url": url} if url else {}
    settings = Service.Settings(model=model)
    # The turn is ours: finalize when asked, no endpoint of the vendor's.
    return lambda rate: Service(
        api_key=key, sample_rate=rate, settings=settings, vad_force_turn_endpoint=True, **place
    )


def _speechmatics(key: str, url: str | None, model: str) -> Callable[[int], Any]:
    from pipecat.services.speechmatics.stt import SpeechmaticsSTTService as Service

    settings = Service.Settings(model=model, turn_detection_mode=Service.TurnDetectionMode.EXTERNAL)
    return lambda rate: Service(api_key=key, base_url=url, sample_rate=rate, settings=settings)
