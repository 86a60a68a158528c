"""THE table of the kinds of provider: for each port, the function that opens one entry of a chain.

A new kind is one function here and one line in the tables of the ports it serves (docs/providers.md).
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from openai import AsyncOpenAI

from governance.errors import InputError
from infra.provider_chains import Keyed
from infra.speech import chat_dialects, deepgram_client, openai_client, pipecat_services
from infra.speech.deepgram_speech_to_text import DeepgramSpeechToText
from infra.speech.deepgram_text_to_speech import DeepgramTextToSpeech
from infra.speech.gemini_speech_to_speech import GeminiSpeechToSpeech
from infra.speech.links import Link, Port
from infra.speech.moshi_speech_to_speech import MoshiSpeechToSpeech, SphnCodec
from infra.speech.openai_language_model import OpenAILanguageModel
from infra.speech.openai_speech_to_speech import OpenAISpeechToSpeech
from infra.speech.openai_speech_to_text import OpenAISpeechToText
from infra.speech.openai_text_to_speech import OpenAITextToSpeech
from infra.speech.own_text_to_speech import OwnTextToSpeech
from infra.speech.ports import LanguageModel, SpeechToSpeech, SpeechToText, TextToSpeech
from infra.speech.voxtral_speech_to_text import VoxtralSpeechToText

NO_KEY = "local"  # the library wants one also where the server asks for none

P = TypeVar("P", bound=Port)


def _openai(one: Keyed) -> AsyncOpenAI:
    url = one.entry.url or chat_dialects.KINDS.get(one.entry.kind, chat_dialects.OPENAI).url
    return openai_client.open_client(base_url=url, api_key=_key(one), timeout_ms=one.entry.first_ms)


def _openai_hears(one: Keyed) -> SpeechToText:
    entry = one.entry
    return OpenAISpeechToText(
        _openai(one), model=entry.model, region=entry.region, timeout_ms=entry.first_ms, name=entry.name
    )


def _openai_writes(one: Keyed) -> LanguageModel:
    entry = one.entry
    return OpenAILanguageModel(
        _openai(one), model=entry.model, region=entry.region, timeout_ms=entry.first_ms, name=entry.name,
        dialect=chat_dialects.dialect_of(entry.kind, entry.url), thinking=entry.thinking,
        answer_tokens=entry.answer_tokens,
    )


def _openai_speaks(one: Keyed) -> TextToSpeech:
    entry = one.entry
    if entry.voice is None:
        raise InputError(f"text_to_speech {entry.name}: voice: missing; the endpoint speaks with a named voice")
    return OpenAITextToSpeech(
        _openai(one), model=entry.model, voice=entry.voice, region=entry.region, timeout_ms=entry.first_ms,
        name=entry.name,
    )


def _deepgram(one: Keyed) -> deepgram_client.Client:
    if one.key is None:
        raise InputError(f"{one.entry.name}: key: missing; in the settings it is CALLWARDEN_DEEPGRAM_KEY")
    return deepgram_client.open_client(api_key=one.key.get_secret_value(), url=one.entry.url)


def _deepgram_hears(one: Keyed) -> SpeechToText:
    entry = one.entry
    return DeepgramSpeechToText(
        _deepgram(one), model=entry.model, region=entry.region, timeout_ms=entry.first_ms, name=entry.name
    )


def _deepgram_speaks(one: Keyed) -> TextToSpeech:
    entry = one.entry
    return DeepgramTextToSpeech(
        _deepgram(one), model=entry.model, region=entry.region, timeout_ms=entry.first_ms, name=entry.name
    )


def _voxtral(one: Keyed) -> SpeechToText:
    entry = one.entry
    return VoxtralSpeechToText(
        base_url=_address(one), api_key=_key(one), model=entry.model, region=entry.region, timeout_ms=entry.first_ms
    )


def _own(one: Keyed, server: Literal["fish-speech", "cosyvoice"]) -> TextToSpeech:
    entry = one.entry
    return OwnTextToSpeech(
        server, base_url=_address(one), api_key=_key(one), model=entry.model, voice=entry.voice or "",
        region=entry.region, timeout_ms=entry.first_ms,
    )


def _pipecat_hears(one: Keyed) -> SpeechToText:
    entry = one.entry
    return pipecat_services.open_recogniser(
        entry.kind, api_key=_vendor_key(one), url=entry.url, model=entry.model, region=entry.region,
        timeout_ms=entry.first_ms,
    )


def _pipecat_speaks(one: Keyed) -> TextToSpeech:
    entry = one.entry
    return pipecat_services.open_voice(
        entry.kind, api_key=_vendor_key(one), url=entry.url, model=entry.model, voice=entry.voice or "",
        region=entry.region, timeout_ms=entry.first_ms,
    )


def _openai_converses(one: Keyed) -> SpeechToSpeech:
    entry = one.entry
    return OpenAISpeechToSpeech(
        _openai(one), model=entry.model, voice=_voice(one), transcription_model=None, region=entry.region,
        timeout_ms=entry.first_ms, name=entry.name,
    )


def _gemini(one: Keyed) -> SpeechToSpeech:
    entry = one.entry
    return GeminiSpeechToSpeech(
        api_key=_key(one), model=entry.model, voice=_voice(one), region=entry.region, timeout_ms=entry.first_ms,
        url=entry.url, name=entry.name,
    )


def _moshi(one: Keyed) -> SpeechToSpeech:
    entry = one.entry
    SphnCodec()  # where it is not installed the process says so at its start, and not in a call
    return MoshiSpeechToSpeech(
        url=_address(one), model=entry.model, region=entry.region, timeout_ms=entry.first_ms, name=entry.name
    )


def _voice(one: Keyed) -> str:
    if one.entry.voice is None:
        raise InputError(f"speech_to_speech {one.entry.name}: voice: missing; the model speaks with a named voice")
    return one.entry.voice


def _key(one: Keyed) -> str:
    return one.key.get_secret_value() if one.key is not None else NO_KEY


def _vendor_key(one: Keyed) -> str:
    if one.key is None:
        raise InputError(f"{one.entry.name}: key: missing; in the settings it is CALLWARDEN_VENDOR_KEY")
    return one.key.get_secret_value()


def _address(one: Keyed) -> str:
    if one.entry.url is None:
        raise InputError(f"{one.entry.name}: url: missing; this is a server of your own")
    return one.entry.url


HEARS: Mapping[str, Callable[[Keyed], SpeechToText]] = {
    "openai": _openai_hears, "local": _openai_hears, "deepgram": _deepgram_hears, "voxtral": _voxtral,
    "soniox": _pipecat_hears, "speechmatics": _pipecat_hears,
}
WRITES: Mapping[str, Callable[[Keyed], LanguageModel]] = {
    "openai": _openai_writes, "local": _openai_writes, "gemini": _openai_writes, "claude": _openai_writes,
}
SPEAKS: Mapping[str, Callable[[Keyed], TextToSpeech]] = {
    "openai": _openai_speaks, "local": _openai_speaks, "deepgram": _deepgram_speaks,
    "fish-speech": lambda one: _own(one, "fish-speech"), "cosyvoice": lambda one: _own(one, "cosyvoice"),
    "cartesia": _pipecat_speaks, "elevenlabs": _pipecat_speaks, "inworld": _pipecat_speaks,
}

CONVERSES: Mapping[str, Callable[[Keyed], SpeechToSpeech]] = {
    "openai": _openai_converses, "gemini": _gemini, "moshi": _moshi,
}


def open_chain(
    chain: tuple[Keyed, ...], kinds: Mapping[str, Callable[[Keyed], P]], *, port: str
) -> tuple[Link[P], ...]:
    """Open every entry of a chain; raises InputError for a kind that the port does not have."""
    links = []
    for one in chain:
        if one.entry.kind not in kinds:
            raise InputError(f"{port} {one.entry.name}: kind: {one.entry.kind} is none of {', '.join(kinds)}")
        links.append(Link(kinds[one.entry.kind](one), one.entry.whole_ms))
    return tuple(links)
