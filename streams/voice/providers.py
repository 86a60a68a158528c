"""The speech and language providers that the settings name, opened with their values."""

from dataclasses import dataclass

from governance.errors import InvariantError
from infra.settings import Settings
from infra.speech import deepgram_client, pipecat_services
from infra.speech.deepgram_speech_to_text import DeepgramSpeechToText
from infra.speech.deepgram_text_to_speech import DeepgramTextToSpeech
from infra.speech.openai_client import open_client
from infra.speech.openai_language_model import OpenAILanguageModel
from infra.speech.openai_speech_to_text import OpenAISpeechToText
from infra.speech.openai_text_to_speech import OpenAITextToSpeech
from infra.speech.own_text_to_speech import OwnTextToSpeech
from infra.speech.ports import LanguageModel, SpeechToText, TextToSpeech
from infra.speech.voxtral_speech_to_text import VoxtralSpeechToText


@dataclass(frozen=True, slots=True)
class Providers:
    """What a process speaks with."""

    speech_to_text: SpeechToText
    text_to_speech: TextToSpeech
    language_model: LanguageModel

    async def close(self) -> None:
        """Give connections back."""
        await self.speech_to_text.close()
        await self.text_to_speech.close()
        await self.language_model.close()


def open_providers(settings: Settings) -> Providers:
    """Open what the settings name; raises InvariantError for a name that nobody has."""
    region, timeout_ms = settings.provider_region, settings.provider_timeout_ms
    client = open_client(
        base_url=settings.models_url, api_key=settings.models_key.get_secret_value(), timeout_ms=timeout_ms
    )
    model = OpenAILanguageModel(client, model=settings.chat_model, region=region, timeout_ms=timeout_ms)
    speech_to_text: SpeechToText
    text_to_speech: TextToSpeech
    match settings.speech_to_text:
        case "openai":
            speech_to_text = OpenAISpeechToText(
                client, model=settings.transcription_model, region=region, timeout_ms=timeout_ms
            )
        case "deepgram":
            speech_to_text = DeepgramSpeechToText(
                _deepgram(settings), model=settings.transcription_model, region=region, timeout_ms=timeout_ms
            )
        case "voxtral":
            speech_to_text = VoxtralSpeechToText(
                base_url=settings.models_url, api_key=settings.models_key.get_secret_value(),
                model=settings.transcription_model, region=region, timeout_ms=timeout_ms,
            )
        case other:
            speech_to_text = pipecat_services.open_recogniser(
                other, api_key=_vendor_key(settings), url=settings.vendor_url, model=settings.transcription_model,
                region=region, timeout_ms=timeout_ms,
            )
    match settings.text_to_speech:
        case "openai":
            text_to_speech = OpenAITextToSpeech(
                client, model=settings.speech_model, voice=settings.speech_voice, region=region, timeout_ms=timeout_ms
            )
        case "deepgram":
            text_to_speech = DeepgramTextToSpeech(
                _deepgram(settings), model=settings.speech_model, region=region, timeout_ms=timeout_ms
            )
        case "fish-speech" | "cosyvoice" as server:
            text_to_speech = OwnTextToSpeech(
                server, base_url=settings.models_url, api_key=settings.models_key.get_secret_value(),
                model=settings.speech_model, voice=settings.speech_voice, region=region, timeout_ms=timeout_ms,
            )
        case other:
            text_to_speech = pipecat_services.open_voice(
                other, api_key=_vendor_key(settings), url=settings.vendor_url, model=settings.speech_model,
                voice=settings.speech_voice, region=region, timeout_ms=timeout_ms,
            )
    return Providers(speech_to_text, text_to_speech, model)


def _deepgram(settings: Settings) -> deepgram_client.Client:
    if settings.deepgram_key is None:
        raise InvariantError("set CALLWARDEN_DEEPGRAM_KEY, or another CALLWARDEN_SPEECH_TO_TEXT and _TEXT_TO_SPEECH")
    return deepgram_client.open_client(
        api_key=settings.deepgram_key.get_secret_value(), url=settings.deepgram_url
    )


def _vendor_key(settings: Settings) -> str:
    if settings.vendor_key is None:
        raise InvariantError("set CALLWARDEN_VENDOR_KEY, the key of the vendor that is named")
    return settings.vendor_key.get_secret_value()
