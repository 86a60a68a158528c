"""Voices and recognisers behind Pipecat, against servers that speak their wire formats and misbehave as vendors do."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
import pytest

from governance.errors import InvariantError, TransientError
from infra.speech.pipecat_services import open_voice
from infra.speech.pipecat_text_to_speech import PATIENCE_S, PipecatTextToSpeech
from infra.speech.ports import Samples
from schemas.turns import Word
from tests.support.pipecat_vendors import WORD_MS, WORD_SAMPLES, VoiceVendors, voice_vendors

pytestmark = pytest.mark.contract

PATHS = {
    "cartesia": "/tts/websocket", "elevenlabs": "", "inworld": "/tts/v1/voice:streamBidirectional",
}
TEXT = "Your order has shipped and arrives on Tuesday."


def voice(name: str, server: VoiceVendors, *, timeout_ms: int = 30_000) -> PipecatTextToSpeech:
    opened = open_voice(
        name, api_key="secret", url=server.url + PATHS[name], model="a-model", voice="a-voice", region="eu",
        timeout_ms=timeout_ms,
    )
    assert isinstance(opened, PipecatTextToSpeech)
    return opened


async def gather(audio: AsyncIterator[Samples], pieces: list[Samples]) -> None:
    async for piece in audio:
        pieces.append(piece)


async def said(one: PipecatTextToSpeech, text: str, told: Callable[[tuple[Word, ...]], None]) -> list[int]:
    """Give the words that sound, by the numbers in the samples."""
    pieces = [piece async for piece in one.speak_timed(text, timed=told)]
    samples = np.concatenate(pieces)
    assert len(samples) % WORD_SAMPLES == 0
    return [int(one) for one in samples[::WORD_SAMPLES]]


@pytest.mark.parametrize("name", PATHS)
async def test_a_phrase_becomes_audio_with_the_vendors_times_of_our_words(name: str) -> None:
    told: list[tuple[Word, ...]] = []
    async with voice_vendors() as server:
        one = voice(name, server)
        assert await said(one, TEXT, told.append) == list(range(1, 9))
        assert await said(one, "Anything else today?", told.append) == [1, 2, 3]
        await one.close()
        assert server.connections == 1
    first = next(words for words in reversed(told[:-1]) if len(words) >= 7)
    assert " ".join(word.text for word in first) == TEXT
    late = [word.start_ms - at * WORD_MS for at, word in enumerate(first[:6])]
    assert all(0 <= ms <= 25 for ms in late)  # a space before a word may count as sound
    assert told[-1][0].start_ms == 0


@pytest.mark.parametrize("name", PATHS)
async def test_a_socket_lost_in_mid_phrase_is_named_after_what_it_gave(name: str) -> None:
    told: list[tuple[Word, ...]] = []
    async with voice_vendors() as server:
        server.breaks_after_words = 3
        one = voice(name, server, timeout_ms=10_000)
        pieces: list[Samples] = []
        with pytest.raises(TransientError):
            await gather(one.speak_timed(TEXT, timed=told.append), pieces)
        await one.close()
    heard = sum(map(len, pieces)) // WORD_SAMPLES
    assert 0 < heard <= 3
    assert all(len(words) <= 3 for words in told)  # Pipecat itself calls all eight spoken


@pytest.mark.parametrize("name", PATHS)
async def test_a_session_that_the_vendor_closes_between_two_phrases_costs_no_word(name: str) -> None:
    async with voice_vendors() as server:
        one = voice(name, server, timeout_ms=20_000)
        assert await said(one, "One two", lambda _: None) == [1, 2]
        for socket in server.open:
            await socket.close(1000, "idle")  # Cartesia after five minutes, ElevenLabs after twenty seconds
        assert await said(one, "One two three", lambda _: None) == [1, 2, 3]
        await one.close()


@pytest.mark.parametrize("name", PATHS)
async def test_a_phrase_that_is_cut_is_cancelled_at_the_vendor_and_the_next_has_no_stale_audio(name: str) -> None:
    async with voice_vendors() as server:
        server.hold_after_words = 2
        server.holds.clear()
        one = voice(name, server)
        pieces = one.speak(TEXT)
        assert len(await anext(pieces)) == WORD_SAMPLES
        await pieces.aclose()  # type: ignore[attr-defined]  # a generator by the port's contract
        server.holds.set()
        server.hold_after_words = None
        assert await said(one, "Go on", lambda _: None) == [1, 2]
        await one.close()
        assert server.cancelled()


@pytest.mark.parametrize("name", PATHS)
async def test_a_silent_voice_is_left_when_the_time_is_up(name: str) -> None:
    async with voice_vendors() as server:
        server.holds.clear()
        one = voice(name, server, timeout_ms=2_000)
        with pytest.raises(TransientError, match="timeout"):
            await said(one, TEXT, lambda _: None)
        await one.close()


@pytest.mark.parametrize("name", PATHS)
async def test_a_refusal_is_named_without_what_was_to_be_said(name: str) -> None:
    async with voice_vendors() as server:
        server.refuses = True
        one = voice(name, server, timeout_ms=10_000)
        with pytest.raises(TransientError) as failed:
            await said(one, "my card is 4242", lambda _: None)
        await one.close()
    assert "4242" not in str(failed.value)


@pytest.mark.parametrize("name", PATHS)
async def test_a_voice_that_is_not_there_is_named(name: str) -> None:
    one = open_voice(
        name, api_key="secret", url="ws://127.0.0.1:9", model="m", voice="v", region="eu", timeout_ms=1_000
    )
    with pytest.raises(TransientError) as failed:
        await anext(one.speak("hello"))
    await one.close()
    assert "secret" not in str(failed.value)


async def test_refusals_in_a_row_leave_no_voice_mute() -> None:
    async with voice_vendors() as server:
        one = voice("cartesia", server, timeout_ms=10_000)
        server.refuses = True
        for _ in range(4):  # after three silent contexts Pipecat gives a service up for good
            with pytest.raises(TransientError):
                await said(one, "One", lambda _: None)
        server.refuses = False
        assert await said(one, "One two", lambda _: None) == [1, 2]
        await one.close()


@pytest.mark.parametrize("name", PATHS)
async def test_audio_may_be_as_late_as_we_allow_and_not_three_seconds(name: str) -> None:
    made: list[Any] = []
    async with voice_vendors() as server:
        one = voice(name, server)
        make = one._make

        def kept(rate: int, patience_s: float) -> Any:
            made.append(make(rate, patience_s))
            return made[-1]

        one._make = kept
        assert await said(one, "One", lambda _: None) == [1]
        await one.close()
    assert made[0]._stop_frame_timeout_s == PATIENCE_S


async def test_phrases_of_several_calls_at_once_are_kept_apart() -> None:
    async with voice_vendors() as server:
        one = voice("cartesia", server)
        texts = ["One", "One two", "One two three"]
        spoken = await asyncio.gather(*(said(one, text, lambda _: None) for text in texts))
        await one.close()
    assert spoken == [[1], [1, 2], [1, 2, 3]]


@pytest.mark.parametrize("gone", ["loguru", "pipecat.services.cartesia.tts"])
def test_what_is_not_installed_is_said_when_the_voice_is_opened(gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, gone, None)  # as Python marks what cannot be imported
    with pytest.raises(InvariantError, match=r"needs .*install callwarden\[pipecat\]"):
        open_voice("cartesia", api_key="k", url=None, model="m", voice="v", region="eu", timeout_ms=1_000)


async def test_nothing_of_what_is_said_is_logged(capfd: pytest.CaptureFixture[str]) -> None:
    async with voice_vendors() as server:
        one = voice("cartesia", server)
        await said(one, "my card is 4242", lambda _: None)
        await one.close()
    assert "4242" not in "".join(capfd.readouterr())


def test_a_name_nobody_has_is_refused() -> None:
    with pytest.raises(InvariantError, match="parrot"):
        open_voice("parrot", api_key="k", url=None, model="m", voice="v", region="eu", timeout_ms=1_000)
