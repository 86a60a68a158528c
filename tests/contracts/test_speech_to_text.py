"""Every recogniser behind a compatible server keeps the port's promises, whatever its server leaves out."""

from typing import Any

import numpy as np
import pytest

from governance.errors import TransientError
from infra.speech.openai_client import open_client
from infra.speech.openai_speech_to_text import OpenAISpeechToText
from infra.speech.voxtral_speech_to_text import VoxtralSpeechToText
from schemas.speech import Transcript
from tests.support.speech_servers import speech_server

pytestmark = pytest.mark.contract

PATIENT_MS = 60_000  # for what comes, however busy the machine is
SPEECH = np.ones(6_400, dtype=np.int16)  # 800 ms at 8 kHz
SEGMENT = {"id": 0, "start": 0.0, "end": 0.8, "text": " I want to cancel", "avg_logprob": -0.1}
WORDS = [{"word": " I", "start": 0.0, "end": 0.2}, {"word": " want", "start": 0.2, "end": 0.4}]
# System -> model name, what its server answers, what is known of it then.
DIALECTS: dict[str, tuple[str, dict[str, Any], tuple[int, bool]]] = {
    "Whisper on speaches": (
        "Systran/faster-whisper-small.en",
        {"text": " I want to cancel", "segments": [SEGMENT], "words": WORDS, "language": "en", "duration": 0.8},
        (2, True),
    ),
    "Whisper on vLLM": (
        "openai/whisper-large-v3",
        {"text": "I want to cancel", "segments": [{**SEGMENT, "avg_logprob": None}], "language": "en", "duration": 1},
        (0, False),
    ),
    "Distil-Whisper on speaches": (
        "distil-whisper/distil-large-v3.5-ct2", {"text": "I want to cancel", "segments": None, "words": None},
        (0, False),
    ),
    "Parakeet on a compatible server": ("nvidia/parakeet-tdt-0.6b-v3", {"text": "I want to cancel"}, (0, False)),
}


@pytest.mark.parametrize("system", DIALECTS)
async def test_an_utterance_is_heard_with_what_its_server_knows(system: str) -> None:
    model, answer, (words, sure) = DIALECTS[system]
    async with speech_server(transcription=answer) as server:
        client = open_client(base_url=f"{server.url}/v1", api_key="secret", timeout_ms=PATIENT_MS)
        speech = OpenAISpeechToText(client, model=model, region="eu", timeout_ms=PATIENT_MS)
        listening = (await speech.open(sample_rate=8_000)).begin(digits=False, heard=lambda _: None)
        await listening.feed(SPEECH)
        heard = await listening.finish()
        await speech.close()
    assert heard.text == "I want to cancel"
    assert (len(heard.words), heard.confidence is not None) == (words, sure)
    assert server.asked[0]["model"] == model
    assert server.asked[0]["response_format"] == ("verbose_json" if "whisper" in model else "json")


def voxtral(url: str, *, timeout_ms: int = PATIENT_MS) -> VoxtralSpeechToText:
    return VoxtralSpeechToText(
        base_url=f"{url}/v1", api_key="secret", model="mistralai/Voxtral-Mini-4B-Realtime-2602", region="eu",
        timeout_ms=timeout_ms,
    )


async def test_voxtral_hears_while_one_speaks() -> None:
    interims: list[Transcript] = []
    async with speech_server() as server:
        recogniser = await voxtral(server.url).open(sample_rate=8_000)
        for _ in range(2):
            listening = recogniser.begin(digits=False, heard=interims.append)
            for at in range(0, len(SPEECH), 800):
                await listening.feed(SPEECH[at : at + 800])
            assert (await listening.finish()).text == "I want to cancel"
        await recogniser.close()
    assert [one.text for one in interims][:3] == ["I", "I want", "I want to"]
    assert server.asked[0] == {"type": "session.update", "model": "mistralai/Voxtral-Mini-4B-Realtime-2602"}


async def test_a_silent_recogniser_is_left_when_the_time_is_up() -> None:
    async with speech_server(silent=True) as server:
        listening = (await voxtral(server.url, timeout_ms=300).open(sample_rate=8_000)).begin(
            digits=False, heard=lambda _: None
        )
        await listening.feed(SPEECH)
        with pytest.raises(TransientError, match="timeout"):
            await listening.finish()


@pytest.mark.parametrize("wrong", ["<html>502</html>", "[1]", "7", '{"type": "error", "error": "no"}'])
async def test_what_is_no_transcript_in_mid_utterance_is_a_named_failure(wrong: str) -> None:
    async with speech_server(wrong=wrong) as server:
        listening = (await voxtral(server.url, timeout_ms=30_000).open(sample_rate=8_000)).begin(
            digits=False, heard=lambda _: None
        )
        await listening.feed(SPEECH)
        with pytest.raises(TransientError) as failed:
            await listening.finish()
    assert str(failed.value) != "timeout"


async def test_a_recogniser_that_is_not_there_is_named() -> None:
    listening = (await voxtral("http://127.0.0.1:9", timeout_ms=1_000).open(sample_rate=8_000)).begin(
        digits=False, heard=lambda _: None
    )
    with pytest.raises(TransientError) as failed:
        await listening.finish()
    assert "secret" not in str(failed.value)


async def test_an_utterance_that_is_dropped_is_forgotten() -> None:
    async with speech_server() as server:
        listening = (await voxtral(server.url).open(sample_rate=8_000)).begin(digits=False, heard=lambda _: None)
        await listening.feed(SPEECH)
        await listening.drop()
