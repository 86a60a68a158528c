"""Models that hear and speak: each tells the same events, and what was heard is what was played."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from governance.errors import TransientError
from infra.speech.dialogues import (
    AssistantAudio,
    AssistantDone,
    AssistantSaid,
    CallerSaid,
    CallerStarted,
    DialogueEvent,
)
from infra.speech.gemini_speech_to_speech import GeminiSpeechToSpeech
from infra.speech.moshi_speech_to_speech import MoshiSpeechToSpeech
from infra.speech.openai_client import open_client
from infra.speech.openai_speech_to_speech import OpenAISpeechToSpeech
from infra.speech.ports import Dialogue, SpeechToSpeech
from schemas.base import Data
from schemas.turns import AssistantGenerated, AssistantSynthesised, InterimTranscribed, UtteranceFinalized
from streams.voice.mouth import Played
from streams.voice.sidecar import Sidecar
from tests.support.dialogue_servers import SAID, DialogueServer, dialogue_server

pytestmark = pytest.mark.contract

SECOND = np.ones(8_000, dtype=np.int16)


class RawCodec:
    """Stands in for Ogg-Opus on both sides: 16 bit samples."""

    def encode(self, samples: NDArray[np.float32]) -> bytes:
        return (samples * 32_767).astype("<i2").tobytes()

    def decode(self, data: bytes) -> NDArray[np.float32]:
        return (np.frombuffer(data, dtype="<i2") / 32_768).astype(np.float32)


def openai(url: str, timeout_ms: int) -> SpeechToSpeech:
    client = open_client(base_url=f"{url.replace('ws', 'http', 1)}/v1", api_key="secret", timeout_ms=timeout_ms)
    return OpenAISpeechToSpeech(
        client, model="gpt-realtime-2", voice="marin", transcription_model="gpt-transcribe", region="eu",
        timeout_ms=timeout_ms,
    )


def gemini(url: str, timeout_ms: int) -> SpeechToSpeech:
    return GeminiSpeechToSpeech(
        api_key="secret", model="gemini-live-x", voice="Puck", region="eu", timeout_ms=timeout_ms, url=url
    )


def moshi(url: str, timeout_ms: int) -> SpeechToSpeech:
    return MoshiSpeechToSpeech(url=url, model="moshika", region="eu", timeout_ms=timeout_ms, codec=RawCodec)


SYSTEMS: dict[str, Callable[[str, int], SpeechToSpeech]] = {"openai": openai, "gemini": gemini, "moshi": moshi}


async def one_turn(system: str, server: DialogueServer, *, timeout_ms: int = 3_000) -> list[DialogueEvent]:
    """Speak for a second and take everything until the answer is done."""
    dialogue = await SYSTEMS[system](server.url, timeout_ms).open(sample_rate=8_000, instructions="Be brief.")
    await dialogue.hear(SECOND)
    try:
        return await heard_by(dialogue)
    finally:
        await dialogue.close()


async def heard_by(dialogue: Dialogue) -> list[DialogueEvent]:
    told: list[DialogueEvent] = []
    async for event in dialogue.events():
        told.append(event)
        if isinstance(event, CallerSaid) and event.final and dialogue.gated:
            await dialogue.answer()  # governance has judged her words
        if isinstance(event, AssistantDone):
            break
    return told


def recorded(system: str, told: list[DialogueEvent]) -> tuple[Sidecar, list[Data]]:
    sidecar = Sidecar(SYSTEMS[system]("ws://127.0.0.1:9", 1_000).provider, sample_rate=24_000)
    return sidecar, [data for event in told for data in sidecar.take(event, turn=1)]


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_turn_is_recorded_as_in_a_cascade(system: str) -> None:
    async with dialogue_server() as server:
        told = await one_turn(system, server)
    sidecar, data = recorded(system, told)
    generated, synthesised = data[-2:]
    assert isinstance(generated, AssistantGenerated)
    assert isinstance(synthesised, AssistantSynthesised)
    assert generated.text == synthesised.text == "".join(SAID)
    assert synthesised.audio_ms >= 600
    assert generated.provider is not None
    assert generated.provider.region == "eu"
    heard = sidecar.heard(generated.utterance, Played(synthesised.audio_ms, "playback_mark"), interrupted=False)
    assert (heard.text, heard.mismatch) == ("It left yesterday.", False)


@pytest.mark.parametrize("system", ["openai", "gemini"])
async def test_the_callers_words_come_beside_the_audio(system: str) -> None:
    async with dialogue_server() as server:
        _, data = recorded(system, await one_turn(system, server))
    assert next(one for one in data if isinstance(one, InterimTranscribed)).text.lower() == "where is "
    (final,) = (one for one in data if isinstance(one, UtteranceFinalized))
    assert final.text == "Where is my order?"


@pytest.mark.parametrize("system", SYSTEMS)
async def test_of_an_answer_that_is_cut_only_what_was_played_was_heard(system: str) -> None:
    async with dialogue_server() as server:
        sidecar, data = recorded(system, await one_turn(system, server))
    answer = next(one for one in data if isinstance(one, AssistantGenerated)).utterance
    heard = sidecar.heard(answer, Played(300, "playback_mark"), interrupted=True)
    assert "It left yesterday.".startswith(heard.text)
    assert len(heard.text) < len("It left yesterday.")
    assert heard.mismatch
    assert heard.played_ms == 300


async def test_openai_answers_only_when_asked_and_forgets_what_was_not_played() -> None:
    async with dialogue_server() as server:
        dialogue = await openai(server.url, 3_000).open(sample_rate=8_000, instructions="Be brief.")
        await dialogue.hear(SECOND)
        told = await heard_by(dialogue)
        await dialogue.cut("a1", played_ms=420)
        await dialogue.cut("a1", played_ms=9_000)  # more than was made would be refused
        await dialogue.close()
    assert isinstance(told[0], CallerStarted)
    session = server.frames[0]["session"]
    assert session["audio"]["input"]["turn_detection"]["create_response"] is False
    cuts = [one for one in server.frames if one["type"] == "conversation.item.truncate"]
    assert [(one["item_id"], one["audio_end_ms"]) for one in cuts] == [("a1", 420), ("a1", 600)]
    assert server.headers[0]["authorization"] == "Bearer secret"


async def test_an_answer_that_runs_is_cancelled_before_it_is_truncated() -> None:
    async with dialogue_server() as server:
        dialogue = await openai(server.url, 3_000).open(sample_rate=8_000, instructions="")
        await dialogue.answer()
        async for event in dialogue.events():
            if isinstance(event, AssistantAudio):
                await dialogue.cut(event.item, played_ms=150)
                break
        await dialogue.close()
        while server.frames[-1]["type"] != "conversation.item.truncate":
            server.news.clear()
            await server.news.wait()
    assert [one["type"] for one in server.frames[-2:]] == ["response.cancel", "conversation.item.truncate"]
    assert server.frames[-1]["audio_end_ms"] == 150


async def test_what_moshi_says_after_a_cut_is_not_played() -> None:
    async with dialogue_server() as server:
        dialogue = await moshi(server.url, 3_000).open(sample_rate=8_000, instructions="")
        await dialogue.hear(SECOND)
        told: list[DialogueEvent] = []
        async for event in dialogue.events():
            told.append(event)
            if isinstance(event, AssistantAudio):
                await dialogue.cut(event.item, played_ms=150)
            if isinstance(event, AssistantDone):
                break
        await dialogue.close()
    assert [type(one) for one in told] == [AssistantSaid, AssistantAudio, AssistantDone]
    assert told[-1] == AssistantDone("answer-0", interrupted=True)


async def test_the_beta_names_of_compatible_servers_are_understood() -> None:
    async with dialogue_server() as server:
        server.beta = True
        told = await one_turn("openai", server)
    assert sum(len(one.samples) for one in told if isinstance(one, AssistantAudio)) == 3 * 4_800


async def test_usage_is_told_with_the_end_of_an_answer() -> None:
    for system in ("openai", "gemini"):
        async with dialogue_server() as server:
            done = (await one_turn(system, server))[-1]
        assert isinstance(done, AssistantDone)
        assert done.usage is not None
        assert (done.usage.input_tokens, done.usage.output_tokens) == (20, 10)


async def test_gemini_interrupted_ends_the_answer() -> None:
    async with dialogue_server() as server:
        server.fails = True
        told = await one_turn("gemini", server)
    assert told[-2:] == [CallerStarted(), AssistantDone("answer-0", interrupted=True)]


@pytest.mark.parametrize("system", ["openai", "moshi"])
async def test_a_failed_answer_is_named_without_the_vendors_words(system: str) -> None:
    async with dialogue_server() as server:
        server.fails = True
        with pytest.raises(TransientError, match=r"failed|refused"):
            await one_turn(system, server)


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_model_that_falls_silent_is_left_when_the_time_is_up(system: str) -> None:
    async with dialogue_server() as server:
        server.silent = True
        with pytest.raises(TransientError, match="timeout"):
            await one_turn(system, server, timeout_ms=300)


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_model_that_is_not_there_is_named(system: str) -> None:
    with pytest.raises(TransientError) as failed:
        await SYSTEMS[system]("ws://127.0.0.1:9", 1_000).open(sample_rate=8_000, instructions="")
    assert "secret" not in str(failed.value)
