"""The Deepgram adapters through Deepgram's own SDK, against a server that speaks its wire format."""

import asyncio

import numpy as np
import pytest

from governance.errors import TransientError
from infra.speech import deepgram_client, deepgram_speech_to_text
from infra.speech.deepgram_speech_to_text import DeepgramRecogniser, DeepgramSpeechToText
from infra.speech.deepgram_text_to_speech import DeepgramTextToSpeech
from schemas.speech import Transcript
from tests.support.deepgram_server import DeepgramServer, deepgram_server

pytestmark = pytest.mark.contract

FRAME = np.ones(1_600, dtype=np.int16)  # 200 ms


async def opened(server: DeepgramServer, *, model: str = "nova-3", timeout_ms: int = 30_000) -> DeepgramRecogniser:
    client = deepgram_client.open_client(api_key="secret", url=server.url)
    speech = DeepgramSpeechToText(client, model=model, region="eu", timeout_ms=timeout_ms)
    return await speech.open(sample_rate=8_000)


async def spoken(recogniser: DeepgramRecogniser, words: int, heard: list[Transcript], *, settles: bool) -> Transcript:
    listening = recogniser.begin(digits=False, heard=heard.append)
    for _ in range(words):
        await listening.feed(FRAME)
        await asyncio.sleep(0.01)
    if settles:
        listening.settle()
    return await listening.finish()


@pytest.mark.parametrize("model", ["nova-3", "flux-general-en"])
@pytest.mark.parametrize("settles", [True, False])
async def test_utterances_follow_one_another_on_one_socket(model: str, settles: bool) -> None:
    async with deepgram_server() as server:
        recogniser = await opened(server, model=model)
        interims: list[Transcript] = []
        first = await spoken(recogniser, 4, interims, settles=settles)
        second = await spoken(recogniser, 6, [], settles=settles)
        await recogniser.close()
    assert first.text == "I want to cancel"
    assert second.text == "I want to cancel my order"
    assert [one.text for one in interims][:2] == ["I", "I want"]
    assert interims[-1].ended == model.startswith("flux")  # nova-3 ends no turn: its endpointing is off
    assert [word.text for word in first.words] == first.text.split()
    (query,) = server.queries
    assert query["model"] == [model]
    assert query["encoding"] == ["linear16"]
    assert query["sample_rate"] == ["8000"]
    assert server.authorization == ["Token secret"]


async def test_flux_tells_when_a_turn_may_be_over_and_takes_it_back() -> None:
    async with deepgram_server() as server:
        server.script = asyncio.Queue()
        for event, text in (
            ("StartOfTurn", "Where"), ("EagerEndOfTurn", "Where is my order?"), ("TurnResumed", "Where is my order?"),
            ("Update", "Where is my order? I mean"), ("EagerEndOfTurn", "Where is my order? I mean Tuesday's."),
            ("EndOfTurn", "Where is my order? I mean Tuesday's."),
        ):
            server.script.put_nowait((event, text))
        recogniser, heard = await opened(server, model="flux-general-en"), list[Transcript]()
        final = await spoken(recogniser, 1, heard, settles=False)
        await recogniser.close()
    assert final.text == "Where is my order? I mean Tuesday's."
    assert [(one.eager, one.resumed, one.ended) for one in heard] == [
        (False, False, False), (True, False, False), (False, True, False), (False, False, False),
        (True, False, False), (False, False, True),
    ]
    assert server.queries[0]["eager_eot_threshold"] == ["0.5"]  # without it the vendor tells neither


async def test_speech_that_goes_on_after_a_pause_is_one_utterance() -> None:
    async with deepgram_server() as server:
        recogniser = await opened(server)
        listening = recogniser.begin(digits=False, heard=lambda _: None)
        for _ in range(2):
            await listening.feed(FRAME)
        listening.settle()
        await asyncio.sleep(0.05)
        for _ in range(3):
            await listening.feed(FRAME)
        listening.settle()
        assert (await listening.finish()).text == "I want I want to"
        await recogniser.close()


async def test_a_socket_that_breaks_fails_the_utterance_and_is_opened_again_for_the_next() -> None:
    async with deepgram_server() as server:
        server.breaks_after_bytes = 4_000
        recogniser = await opened(server)
        with pytest.raises(TransientError):
            await spoken(recogniser, 4, [], settles=True)
        server.breaks_after_bytes = None
        assert (await spoken(recogniser, 2, [], settles=True)).text == "I want"
        assert len(server.queries) == 2
        await recogniser.close()


@pytest.mark.parametrize("wrong", ["<html>502</html>", "7", '{"type": "Tuesday"}'])
@pytest.mark.parametrize("model", ["nova-3", "flux-general-en"])
async def test_what_nobody_can_read_in_mid_utterance_is_passed_over_and_the_words_are_whole(
    model: str, wrong: str
) -> None:
    async with deepgram_server() as server:
        server.wrong = wrong
        recogniser = await opened(server, model=model, timeout_ms=30_000)
        assert (await spoken(recogniser, 4, [], settles=False)).text == "I want to cancel"
        await recogniser.close()


@pytest.mark.parametrize("model", ["nova-3", "flux-general-en"])
async def test_an_error_in_mid_utterance_is_a_named_failure(model: str) -> None:
    async with deepgram_server() as server:
        server.wrong = '{"type": "Error", "description": "no", "code": "x", "sequence_id": 1}'
        recogniser = await opened(server, model=model, timeout_ms=30_000)
        with pytest.raises(TransientError) as failed:
            await spoken(recogniser, 4, [], settles=False)
        assert str(failed.value) != "timeout"
        await recogniser.close()


async def test_nova_is_kept_by_a_message_while_nobody_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deepgram_speech_to_text, "KEEP_ALIVE_S", 0.02)
    async with deepgram_server() as server:
        recogniser = await opened(server)
        async with asyncio.timeout(60):
            while [one["type"] for one in server.text_frames].count("KeepAlive") < 3:
                await asyncio.sleep(0.01)
        assert (await spoken(recogniser, 2, [], settles=True)).text == "I want"
        await recogniser.close()
    assert len(server.queries) == 1


async def test_the_silence_that_keeps_flux_moves_no_word_to_another_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deepgram_speech_to_text, "KEEP_ALIVE_S", 0.02)
    async with deepgram_server() as server:
        recogniser = await opened(server, model="flux-general-en")
        async with asyncio.timeout(60):
            while server.sound_bytes < 10 * 320:
                await asyncio.sleep(0.01)
        monkeypatch.setattr(deepgram_speech_to_text, "KEEP_ALIVE_S", 60.0)
        await asyncio.sleep(0.05)  # the last pause that was begun with the short time
        words = (await spoken(recogniser, 3, [], settles=False)).words
        await recogniser.close()
    assert [(one.text, one.start_ms, one.end_ms) for one in words] == [
        ("I", 0, 200), ("want", 200, 400), ("to", 400, 600),
    ]


@pytest.mark.parametrize("model", ["nova-3", "flux-general-en"])
async def test_a_socket_that_the_vendor_closes_between_two_utterances_costs_no_word(model: str) -> None:
    async with deepgram_server() as server:
        recogniser = await opened(server, model=model)
        assert (await spoken(recogniser, 2, [], settles=False)).text == "I want"
        for one in server.open:
            await one.close(1011, "NET-0001")
        assert (await spoken(recogniser, 3, [], settles=False)).text == "I want to"
        await recogniser.close()
        assert len(server.queries) == 2


async def test_a_silent_recogniser_is_left_when_the_time_is_up() -> None:
    async with deepgram_server() as server:
        server.silent = True
        recogniser = await opened(server, timeout_ms=2_000)
        with pytest.raises(TransientError, match="timeout"):
            await spoken(recogniser, 2, [], settles=False)
        await recogniser.close()


async def test_a_recogniser_that_is_not_there_is_named() -> None:
    client = deepgram_client.open_client(api_key="secret", url="http://127.0.0.1:9")
    with pytest.raises(TransientError) as failed:
        await DeepgramSpeechToText(client, model="nova-3", region="eu", timeout_ms=500).open(sample_rate=8_000)
    assert "secret" not in str(failed.value)


async def test_a_phrase_becomes_audio_whole_samples_at_a_time() -> None:
    async with deepgram_server() as server:
        client = deepgram_client.open_client(api_key="secret", url=server.url)
        voice = DeepgramTextToSpeech(client, model="aura-2-thalia-en", region="eu", timeout_ms=30_000)
        samples = np.concatenate([piece async for piece in voice.speak("Thank you for calling")])
    assert len(samples) == (4 * 4_801) // 2
    assert [frame["type"] for frame in server.text_frames] == ["Speak", "Flush", "Close"]
    assert server.queries[0]["sample_rate"] == ["24000"]


async def test_a_silent_voice_is_left_when_the_time_is_up() -> None:
    async with deepgram_server() as server:
        server.silent = True
        client = deepgram_client.open_client(api_key="secret", url=server.url)
        voice = DeepgramTextToSpeech(client, model="aura-2-thalia-en", region="eu", timeout_ms=300)
        with pytest.raises(TransientError, match="timeout"):
            await anext(voice.speak("hello"))


@pytest.mark.parametrize("model", ["nova-3", "flux-general-en"])
@pytest.mark.parametrize("settles", [True, False])
async def test_what_is_told_twice_is_heard_once_and_never_taken_for_the_next_utterance(
    model: str, settles: bool
) -> None:
    async with deepgram_server() as server:
        server.repeats = 2
        recogniser = await opened(server, model=model)
        texts = [(await spoken(recogniser, words, [], settles=settles)).text for words in (2, 4, 3)]
        await recogniser.close()
    assert texts == ["I want", "I want to cancel", "I want to"]


async def test_words_after_an_end_that_flux_believed_in_vain_are_asked_for_and_heard() -> None:
    async with deepgram_server() as server:
        server.script = asyncio.Queue()
        recogniser = await opened(server, model="flux-general-en", timeout_ms=30_000)
        told: list[str] = []
        listening = recogniser.begin(digits=False, heard=lambda one: told.append(one.text))
        await listening.feed(FRAME)
        for event, text in (("EndOfTurn", "Where is"), ("Update", "my order?")):
            server.script.put_nowait((event, text))
        async with asyncio.timeout(30):
            while not told or "order" not in told[-1]:
                await asyncio.sleep(0.01)
        finishing = asyncio.create_task(listening.finish())
        async with asyncio.timeout(30):
            while not any(one["type"] == "ForceEndTurn" for one in server.text_frames):
                await asyncio.sleep(0.01)
        server.script.put_nowait(("EndOfTurn", "my order?"))
        assert (await finishing).text == "Where is my order?"
        await recogniser.close()
