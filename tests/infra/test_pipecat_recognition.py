"""Recognisers behind Pipecat, against a server that speaks their wire formats and misbehaves as vendors do."""

import asyncio
import importlib.util

import numpy as np
import pytest

from governance.errors import TransientError
from infra.speech.pipecat_services import open_recogniser
from infra.speech.pipecat_speech_to_text import PipecatRecogniser
from infra.speech.ports import Recogniser, SpeechToText
from schemas.speech import Transcript
from tests.support.pipecat_recognisers import Recognisers, recognisers

pytestmark = pytest.mark.contract

WORD = np.ones(1_600, dtype=np.int16)  # 200 ms at 8 kHz
SILENCE = np.zeros(1_600, dtype=np.int16)
PATHS = {"soniox": "/transcribe-websocket", "speechmatics": "/v2/agent"}
NO_SDK = "its SDK is in the extra `pipecat`"


def _here() -> list[str]:
    try:
        sdk = importlib.util.find_spec("speechmatics.agent_stt")
    except ModuleNotFoundError:
        sdk = None
    return [*PATHS] if sdk else ["soniox"]


NAMES = _here()


async def opened(name: str, server: Recognisers, *, timeout_ms: int = 30_000) -> PipecatRecogniser:
    """Open with all the time of a busy machine; the bound is for what follows."""
    recogniser = await speech(name, server).open(sample_rate=8_000)
    assert isinstance(recogniser, PipecatRecogniser)
    recogniser.timeout_ms = timeout_ms
    return recogniser


def speech(name: str, server: Recognisers) -> SpeechToText:
    return open_recogniser(
        name, api_key="secret", url=server.url + PATHS[name], model={"soniox": "stt-rt-v5"}.get(name, "linden-1"),
        region="eu", timeout_ms=10_000,
    )


async def spoken(
    recogniser: Recogniser, words: int, heard: list[Transcript] | None = None, *, settles: bool = False
) -> Transcript:
    """Say words, each after the one before was heard."""
    told = asyncio.Event()
    interims = heard if heard is not None else []

    def hear(transcript: Transcript) -> None:
        interims.append(transcript)
        told.set()

    listening = recogniser.begin(digits=False, heard=hear)
    for _ in range(words):
        told.clear()
        await listening.feed(WORD)
        async with asyncio.timeout(60):
            await told.wait()
    if settles:
        listening.settle()
    return await listening.finish()


@pytest.mark.parametrize("settles", [True, False])
@pytest.mark.parametrize("name", NAMES)
async def test_utterances_follow_one_another_in_one_session(name: str, settles: bool) -> None:
    interims: list[Transcript] = []
    async with recognisers() as server:
        recogniser = await opened(name, server)
        first = await spoken(recogniser, 4, interims, settles=settles)
        second = await spoken(recogniser, 6, settles=settles)
        await recogniser.close()
        assert server.connections == 1
    assert first.text == "I want to cancel"
    assert second.text == "I want to cancel my order"
    assert [one.text for one in interims][:2] == ["I", "I want"]


async def test_word_times_count_from_the_first_sample_of_the_utterance() -> None:
    async with recognisers() as server:
        recogniser = await opened("soniox", server)
        await spoken(recogniser, 3)
        words = (await spoken(recogniser, 4)).words
        await recogniser.close()
    assert [(one.text, one.start_ms, one.end_ms) for one in words] == [
        ("I", 0, 200), ("want", 200, 400), ("to", 400, 600), ("cancel", 600, 800),
    ]


@pytest.mark.parametrize("name", NAMES)
async def test_a_session_lost_in_mid_utterance_is_named_though_pipecat_heals_it_silently(name: str) -> None:
    async with recognisers() as server:
        recogniser = await opened(name, server, timeout_ms=1_500)
        server.breaks_after_bytes = 7_000
        listening = recogniser.begin(digits=False, heard=lambda _: None)
        for _ in range(4):
            await listening.feed(WORD)
        with pytest.raises(TransientError):
            await listening.finish()
        server.breaks_after_bytes = None
        await recogniser.close()


async def test_the_next_utterance_after_a_loss_is_heard_in_a_new_session() -> None:
    async with recognisers() as server:
        recogniser = await opened("soniox", server)
        server.breaks_after_bytes = 7_000
        listening = recogniser.begin(digits=False, heard=lambda _: None)
        for _ in range(4):
            await listening.feed(WORD)
        with pytest.raises(TransientError):
            await listening.finish()
        server.breaks_after_bytes = None
        assert (await spoken(recogniser, 2)).text == "I want"
        await recogniser.close()


async def test_a_session_that_the_vendor_closes_between_two_utterances_costs_no_word() -> None:
    async with recognisers() as server:
        recogniser = await opened("soniox", server)
        assert (await spoken(recogniser, 2)).text == "I want"
        for socket in server.open:
            await socket.close(1000)
        assert (await spoken(recogniser, 3)).text == "I want to"
        await recogniser.close()


@pytest.mark.parametrize("name", NAMES)
async def test_an_utterance_without_words_is_no_failure_of_a_recogniser_that_answers(
    name: str
) -> None:
    async with recognisers() as server:
        recogniser = await speech(name, server).open(sample_rate=8_000)
        await spoken(recogniser, 2)
        cough = recogniser.begin(digits=False, heard=lambda _: None)
        await cough.feed(SILENCE)
        assert (await cough.finish()).text == ""
        assert (await spoken(recogniser, 3)).text == "I want to"
        await recogniser.close()


@pytest.mark.parametrize("name", NAMES)
async def test_a_silent_recogniser_is_left_when_the_time_is_up(name: str) -> None:
    async with recognisers() as server:
        server.silent = True
        recogniser = await opened(name, server, timeout_ms=2_000)
        listening = recogniser.begin(digits=False, heard=lambda _: None)
        await listening.feed(WORD)
        with pytest.raises(TransientError, match="timeout"):
            await listening.finish()
        await recogniser.close()


@pytest.mark.parametrize("name", NAMES)
async def test_a_recogniser_that_is_not_there_is_named(name: str) -> None:
    one = open_recogniser(
        name, api_key="secret", url="ws://127.0.0.1:9", model="linden-1", region="eu", timeout_ms=1_000
    )
    with pytest.raises(TransientError) as failed:
        await one.open(sample_rate=8_000)
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize("settles", [True, False])
async def test_a_final_that_is_told_twice_is_heard_once_and_is_no_answer_to_the_next_utterance(settles: bool) -> None:
    async with recognisers() as server:
        server.repeats = 1
        recogniser = await opened("soniox", server)
        texts = [(await spoken(recogniser, words, settles=settles)).text for words in (2, 4, 3)]
        await recogniser.close()
    assert texts == ["I want", "I want to cancel", "I want to"]
