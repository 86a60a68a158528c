"""Every voice behind an HTTP server keeps the port's promises, whichever dialect its usual server speaks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from governance.errors import TransientError
from infra.speech.openai_client import open_client
from infra.speech.openai_text_to_speech import OpenAITextToSpeech
from infra.speech.own_text_to_speech import OwnTextToSpeech
from infra.speech.ports import TextToSpeech
from tests.support.speech_servers import TONE_HZ, speech_server

pytestmark = pytest.mark.contract

Open = Callable[[str, int], TextToSpeech]
PATIENT_MS = 60_000  # for what comes, however busy the machine is


def compatible(model: str, voice: str) -> Open:
    return lambda url, timeout_ms: OpenAITextToSpeech(
        open_client(base_url=f"{url}/v1", api_key="secret", timeout_ms=timeout_ms), model=model, voice=voice,
        region="eu", timeout_ms=timeout_ms,
    )


def own(server: Any, voice: str) -> Open:
    return lambda url, timeout_ms: OwnTextToSpeech(
        server, base_url=url, api_key=None, model=server, voice=voice, region="eu", timeout_ms=timeout_ms
    )


# System -> its adapter, and how its usual server answers (reference: each server's own source).
DIALECTS: dict[str, tuple[Open, dict[str, Any]]] = {
    "OpenAI, raw": (compatible("gpt-4o-mini-tts", "marin"), {}),
    "OpenAI, events": (compatible("gpt-4o-mini-tts", "marin"), {"shape": "sse", "content_type": "text/event-stream"}),
    "Kokoro on Kokoro-FastAPI": (compatible("kokoro", "af_heart"), {}),
    "Kokoro on speaches, 16 kHz": (
        compatible("speaches-ai/Kokoro-82M-v1.0-ONNX", "af_heart"),
        {"rate": 16_000, "content_type": "audio/pcm; rate=16000"},
    ),
    "Qwen3-TTS on vLLM-omni": (compatible("Qwen/Qwen3-TTS-12Hz-1.7B-CustomVoice", "vivian"), {}),
    "Qwen3-TTS on vLLM-omni, events": (
        compatible("Qwen/Qwen3-TTS-12Hz-1.7B-CustomVoice", "vivian"),
        {"shape": "sse", "content_type": "text/event-stream; charset=utf-8"},
    ),
    "CosyVoice on vLLM-omni": (
        compatible("FunAudioLLM/CosyVoice3", "f1"), {"shape": "wav", "content_type": "audio/wav"},
    ),
    "CosyVoice2 on its own server": (
        own("cosyvoice", "f1"), {"shape": "f32", "content_type": "application/octet-stream"},
    ),
    "fish-speech on SGLang-omni": (
        compatible("fishaudio/s2-pro", "v"), {"shape": "wav", "rate": 44_100, "content_type": "audio/wav"},
    ),
    "fish-speech on its own server": (
        own("fish-speech", "v"), {"shape": "wav", "rate": 44_100, "content_type": "audio/wav"},
    ),
    "VibeVoice on a compatible server": (
        compatible("vibevoice", "v"), {"shape": "wav", "content_type": "audio/x-wav"},
    ),
}


@pytest.mark.parametrize("system", DIALECTS)
async def test_a_phrase_sounds_at_its_pitch_and_length(system: str) -> None:
    open_voice, how = DIALECTS[system]
    async with speech_server(**how) as server:
        voice = open_voice(server.url, PATIENT_MS)
        samples = np.concatenate([piece async for piece in voice.speak("Thank you for calling.")])
        await voice.close()
        (asked,) = server.asked
    assert "Thank you for calling." in asked.values()
    assert abs(len(samples) / voice.sample_rate - 1) < 0.01
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    assert abs(np.fft.rfftfreq(len(samples), 1 / voice.sample_rate)[spectrum.argmax()] - TONE_HZ) < 2


@pytest.mark.parametrize("system", ["OpenAI, raw", "fish-speech on its own server"])
async def test_a_silent_voice_is_left_when_the_time_is_up(system: str) -> None:
    async with speech_server(silent=True) as server:
        voice = DIALECTS[system][0](server.url, 300)
        with pytest.raises(TransientError, match=r"(?i)timeout"):
            await anext(voice.speak("my card is 4242"))
        await voice.close()


@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
@pytest.mark.parametrize("system", ["OpenAI, raw", "CosyVoice2 on its own server"])
async def test_a_page_is_no_sound(system: str, content_type: str) -> None:
    async with speech_server(content_type=content_type) as server:
        voice = DIALECTS[system][0](server.url, PATIENT_MS)
        with pytest.raises(TransientError, match="no sound"):
            await anext(voice.speak("my card is 4242"))
        await voice.close()


@pytest.mark.parametrize("wrong", ["<html>502</html>", "[1]", '{"type": "speech.audio.delta"}', '{"type": "error"}'])
async def test_what_is_no_sound_in_mid_phrase_is_a_named_failure_after_what_was_sound(wrong: str) -> None:
    async with speech_server(wrong=wrong, shape="sse", content_type="text/event-stream") as server:
        voice = DIALECTS["OpenAI, events"][0](server.url, 30_000)
        pieces = voice.speak("my card is 4242")
        assert len(await anext(pieces))
        with pytest.raises(TransientError) as failed:
            await anext(pieces)
        await voice.close()
    assert "timeout" not in str(failed.value)


@pytest.mark.parametrize("system", DIALECTS)
async def test_a_voice_that_is_not_there_is_named_without_content(system: str) -> None:
    voice = DIALECTS[system][0]("http://127.0.0.1:9", 1_000)
    with pytest.raises(TransientError) as failed:
        await anext(voice.speak("my card is 4242"))
    await voice.close()
    assert "4242" not in str(failed.value)
    assert "secret" not in str(failed.value)
