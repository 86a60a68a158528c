"""The OpenAI-compatible adapters against the real local models, and against servers that misbehave."""

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest
import soxr
from openai import AsyncOpenAI

from governance.errors import TransientError
from infra.speech.openai_client import open_client
from infra.speech.openai_language_model import OpenAILanguageModel
from infra.speech.openai_speech_to_text import OpenAISpeechToText
from infra.speech.openai_text_to_speech import OpenAITextToSpeech
from infra.speech.wav import read_wav
from schemas.speech import ChatChunk, ChatMessage, Transcript
from tests.support.misbehaving_server import misbehaving

pytestmark = pytest.mark.contract

SUPPORT = Path(__file__).parents[1] / "data" / "audio" / "speak-to-customer-support.wav"
SILENCE = np.zeros(8_000, dtype=np.int16)


def client(url: str, *, timeout_ms: int = 60_000) -> AsyncOpenAI:
    return open_client(base_url=url, api_key="local", timeout_ms=timeout_ms)


def recogniser(url: str, *, timeout_ms: int = 60_000) -> OpenAISpeechToText:
    opened = client(url, timeout_ms=timeout_ms)
    return OpenAISpeechToText(opened, model="whisper-tiny.en", region="local", timeout_ms=timeout_ms)


def voice(url: str, *, timeout_ms: int = 60_000) -> OpenAITextToSpeech:
    opened = client(url, timeout_ms=timeout_ms)
    return OpenAITextToSpeech(opened, model="piper-joe", voice="joe", region="local", timeout_ms=timeout_ms)


def model(url: str, *, timeout_ms: int = 60_000) -> OpenAILanguageModel:
    opened = client(url, timeout_ms=timeout_ms)
    return OpenAILanguageModel(opened, model="scripted:orders", region="local", timeout_ms=timeout_ms)


async def chat(one: OpenAILanguageModel, *texts: str) -> list[ChatChunk]:
    return [chunk async for chunk in one.answer([ChatMessage(role="user", text=text) for text in texts])]


async def test_a_recording_is_heard_with_interims_on_the_way(local_models: str) -> None:
    speech = recogniser(local_models)
    call = await speech.open(sample_rate=8_000)
    interims: list[Transcript] = []
    listening = call.begin(digits=False, heard=interims.append)
    samples = read_wav(SUPPORT.read_bytes()).samples[14_000:36_000]
    await listening.feed(samples[: len(samples) // 2])
    async with asyncio.timeout(60):
        while not interims:  # of its first half, while she speaks on, however long that takes
            await asyncio.sleep(0.05)
    await listening.feed(samples[len(samples) // 2 :])
    listening.settle()
    final = await listening.finish()
    await speech.close()
    assert "customer support" in final.text.lower()
    assert final.confidence is not None
    assert [one.text for one in final.words] == final.text.split()
    assert all(one.start_ms < one.end_ms <= 22_000 / 8 for one in final.words)
    assert all(not one.words for one in interims[:-1])  # the last one is the final, told on suspicion
    assert len(interims) >= 2
    assert len(interims[0].text) <= len(interims[-1].text)


async def test_silence_is_no_text(local_models: str) -> None:
    speech = recogniser(local_models)
    listening = (await speech.open(sample_rate=8_000)).begin(digits=False, heard=lambda _: None)
    await listening.feed(SILENCE)
    assert (await listening.finish()).text == ""
    await speech.close()


async def test_digits_that_are_spoken_are_heard_in_digit_mode(local_models: str) -> None:
    synthesiser, speech = voice(local_models), recogniser(local_models)
    pieces = [piece async for piece in synthesiser.speak("It is four two four two, one eight seven three.")]
    telephone = soxr.resample(np.concatenate(pieces), synthesiser.sample_rate, 8_000)
    listening = (await speech.open(sample_rate=8_000)).begin(digits=True, heard=lambda _: None)
    await listening.feed(telephone)
    heard = (await listening.finish()).text
    assert "".join(one for one in heard if one.isdigit()) == "42421873"
    await synthesiser.close()
    await speech.close()


async def test_an_answer_comes_token_by_token_with_its_usage(local_models: str) -> None:
    one = model(local_models)
    chunks = await chat(one, "Where is my order?")
    await one.close()
    assert "order number" in "".join(chunk.text for chunk in chunks)
    assert len(chunks) > 5
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.output_tokens > 5


async def test_a_phrase_becomes_audio_at_the_rate_it_says(local_models: str) -> None:
    one = voice(local_models)
    samples = np.concatenate([piece async for piece in one.speak("Thank you for calling.")])
    await one.close()
    assert 0.5 < len(samples) / one.sample_rate < 3
    assert np.abs(samples).max() > 1_000


@pytest.mark.parametrize("how", ["refusing", "hangup"])
async def test_a_failing_server_is_asked_twice_and_then_named(how: str) -> None:
    async with misbehaving(how) as server:
        one = model(server.url)
        with pytest.raises(TransientError):
            await chat(one, "my card is 4242")
        assert server.requests == 2
        await one.close()


async def test_a_silent_server_is_left_when_the_time_is_up() -> None:
    async with misbehaving("silent") as server:
        began = time.monotonic()
        listening = (await recogniser(server.url, timeout_ms=300).open(sample_rate=8_000)).begin(
            digits=False, heard=lambda _: None
        )
        await listening.feed(SILENCE)
        with pytest.raises(TransientError, match=r"timeout|Timeout"):
            await listening.finish()
        with pytest.raises(TransientError, match=r"timeout|Timeout"):
            await chat(model(server.url, timeout_ms=300), "hello")
        assert time.monotonic() - began < 30


async def test_a_voice_that_stops_in_the_middle_of_a_phrase_fails_after_what_it_gave() -> None:
    async with misbehaving("half") as server:
        pieces = voice(server.url, timeout_ms=3_000).speak("hello")  # what comes at once comes in time
        assert len(await anext(pieces)) == 240
        with pytest.raises(TransientError):
            await anext(pieces)
        assert server.requests == 1


async def test_a_server_that_is_not_there_is_named_without_content() -> None:
    with pytest.raises(TransientError) as failed:
        await chat(model("http://127.0.0.1:9/v1"), "my card is 4242 4242")
    assert "4242" not in str(failed.value)
