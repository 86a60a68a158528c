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
from tests.support.dialogue_servers import SAID, DialogueServer, dialogue_server

pytestmark = pytest.mark.contract

PATIENT_MS = 60_000  # for what comes, however busy the machine is
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
        api_key="secret", model="models/gemini-live-x", voice="Puck", region="eu", timeout_ms=timeout_ms, url=url
    )


def moshi(url: str, timeout_ms: int) -> SpeechToSpeech:
    return MoshiSpeechToSpeech(url=url, model="moshika", region="eu", timeout_ms=timeout_ms, codec=RawCodec)


SYSTEMS: dict[str, Callable[[str, int], SpeechToSpeech]] = {"openai": openai, "gemini": gemini, "moshi": moshi}


async def one_turn(system: str, server: DialogueServer, *, timeout_ms: int = PATIENT_MS) -> list[DialogueEvent]:
    """Speak for a second and take everything until the answer is done."""
    dialogue = await SYSTEMS[system](server.url, timeout_ms).open(sample_rate=8_000, instructions="Be brief.")
    await dialogue.hear(SECOND)
    await dialogue.commit()
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


@pytest.mark.parametrize("system", SYSTEMS)
async def test_an_answer_is_sound_and_the_vendors_own_words_for_it(system: str) -> None:
    async with dialogue_server() as server:
        told = await one_turn(system, server)
    assert "".join(one.text for one in told if isinstance(one, AssistantSaid)) == "".join(SAID)
    assert sum(len(one.samples) for one in told if isinstance(one, AssistantAudio)) >= 3 * 4_800
    assert isinstance(told[-1], AssistantDone)
    assert not told[-1].interrupted
    assert SYSTEMS[system]("ws://127.0.0.1:9", 1_000).provider.region == "eu"


@pytest.mark.parametrize("system", ["openai", "gemini"])
async def test_the_callers_words_come_beside_the_audio(system: str) -> None:
    async with dialogue_server() as server:
        told = await one_turn(system, server)
    words = [one for one in told if isinstance(one, CallerSaid)]
    assert words[0].text.lower() == "where is "
    assert [one.text for one in words if one.final] == ["Where is my order?"]


async def test_openai_takes_back_what_was_no_turn_also_before_it_has_a_name_for_it() -> None:
    async with dialogue_server() as server:
        dialogue = await openai(server.url, PATIENT_MS).open(sample_rate=8_000, instructions="")
        await dialogue.hear(SECOND)
        await dialogue.forget(0)
        await dialogue.commit()
        await dialogue.forget(1)
        await dialogue.note("assistant", "Hello.")
        await dialogue.answer()
        await heard_by(dialogue)
        await dialogue.close()
    sent = [one["type"] for one in server.frames]
    assert "input_audio_buffer.clear" in sent
    (deleted,) = (one for one in server.frames if one["type"] == "conversation.item.delete")
    assert deleted["item_id"] == "c1"
    (noted,) = (one["item"] for one in server.frames if one["type"] == "conversation.item.create")
    assert (noted["role"], noted["content"]) == ("assistant", [{"type": "output_text", "text": "Hello."}])


async def test_openai_answers_only_when_asked_and_forgets_what_was_not_played() -> None:
    async with dialogue_server() as server:
        dialogue = await openai(server.url, PATIENT_MS).open(sample_rate=8_000, instructions="Be brief.")
        await dialogue.hear(SECOND)
        await dialogue.commit()
        told = await heard_by(dialogue)
        await dialogue.cut("a1", played_ms=420)
        await dialogue.cut("a1", played_ms=9_000)  # more than was made would be refused
        await dialogue.close()
    assert isinstance(told[0], CallerSaid)
    session = server.frames[0]["session"]
    assert session["audio"]["input"]["turn_detection"] is None  # the house says when a turn has ended
    cuts = [one for one in server.frames if one["type"] == "conversation.item.truncate"]
    assert [(one["item_id"], one["audio_end_ms"]) for one in cuts] == [("a1", 420), ("a1", 600)]
    assert server.headers[0]["authorization"] == "Bearer secret"


async def test_an_answer_that_runs_is_cancelled_before_it_is_truncated() -> None:
    async with dialogue_server() as server:
        dialogue = await openai(server.url, PATIENT_MS).open(sample_rate=8_000, instructions="")
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
        dialogue = await moshi(server.url, PATIENT_MS).open(sample_rate=8_000, instructions="")
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
        assert (done.usage.input_audio_tokens, done.usage.output_audio_tokens) == (12, 8)


async def test_gemini_interrupted_ends_the_answer() -> None:
    async with dialogue_server() as server:
        server.fails = True
        told = await one_turn("gemini", server)
        assert server.frames[0]["setup"]["model"] == "models/gemini-live-x"  # named with its prefix
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


# What a vendor, or a proxy before it, may say in the middle of an answer that is none of its words.
PAGE = "<html><body>502 Bad Gateway</body></html>"
WRONG: list[tuple[str, str | bytes]] = [
    ("openai", PAGE), ("openai", "[1, 2]"),
    ("openai", '{"type": "response.output_audio.delta", "item_id": "a1", "delta": "QQ=="}'),
    ("openai", '{"type": "response.output_audio.delta", "item_id": "a1", "delta": 7}'),
    ("openai", '{"type": "response.done", "response": {"status": "completed", "usage": {"input_token_details": 7}}}'),
    ("openai", '{"type": "error", "error": {"code": "server_error", "message": "no"}}'),
    ("gemini", PAGE), ("gemini", "7"), ("gemini", '{"serverContent": [1]}'),
    ("gemini", '{"serverContent": {"modelTurn": {"parts": [{"inlineData": {"data": "QQ=="}}]}}}'),
    ("gemini", '{"serverContent": {"turnComplete": true}, "usageMetadata": {"promptTokenCount": "many"}}'),
    ("gemini", '{"goAway": {"timeLeft": "1s"}}'),
    ("moshi", b"\x01\x00"), ("moshi", b"\x05out of memory"),
]


@pytest.mark.parametrize(("system", "wrong"), WRONG)
async def test_what_is_no_answer_in_mid_answer_ends_the_line_at_once(system: str, wrong: str | bytes) -> None:
    async with dialogue_server() as server:
        server.wrong = wrong
        with pytest.raises(TransientError) as failed:
            await one_turn(system, server, timeout_ms=30_000)
    assert str(failed.value) != "timeout"
    assert "Gateway" not in str(failed.value)


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_model_that_is_not_there_is_named(system: str) -> None:
    with pytest.raises(TransientError) as failed:
        await SYSTEMS[system]("ws://127.0.0.1:9", 1_000).open(sample_rate=8_000, instructions="")
    assert "secret" not in str(failed.value)
