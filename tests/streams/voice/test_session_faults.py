"""A live session goes on when its providers, its channel or its worker do not."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest
import soxr

from governance.errors import TransientError
from infra.call_memory import CallMemory
from infra.speech.g711 import encode_mulaw
from schemas.audio import AudioRecord
from schemas.calls import CallEnded
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    LatencyMeasured,
    ProviderFailed,
    TurnEnded,
    UtteranceFinalized,
)
from streams.voice.host import Host
from streams.voice.recall import Recalled
from tests.support.misbehaving_server import misbehaving
from tests.support.telephone import TENANT, Recorded, Telephone
from tests.support.voices import LINES, RATE, Voices, call, folded, heard, until

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def voices(local_models: str) -> Voices:
    return Voices(local_models)


async def test_a_call_met_in_the_middle_is_taken_up_again(voices: Voices) -> None:
    phone, door = Telephone(), Recorded()
    phone.host = Host(voices.parts(phone, door))
    phone._number, phone._started = 500, True
    (said,) = await until(door, AssistantGenerated)
    assert said.text == LINES.again
    assert phone.records[0].number >= 1_000
    await phone.hang_up()
    await phone.host.close()


async def test_sound_that_no_words_are_on_record_for_is_heard_by_whoever_takes_the_call_up(voices: Voices) -> None:
    phone, door = Telephone(), Recorded()
    order = soxr.resample(await voices.say("Where is my order?"), RATE, 8_000)
    payload = encode_mulaw(np.concatenate((order, np.zeros(16_000, dtype=np.int16))))
    frames = tuple(
        AudioRecord(
            kind="media", call_id="call-1", tenant=TENANT, number=n, encoding="mulaw", sample_rate=8_000,
            payload=payload[160 * n : 160 * (n + 1)], offset_ms=20 * n,
        )
        for n in range(len(payload) // 160)
    )

    async def recall(first: AudioRecord) -> Recalled:
        return Recalled(memory=CallMemory(lines=(("assistant", "How can I help?"),)), frames=frames)

    phone.host = Host(voices.parts(phone, door), recall=recall)
    phone._number, phone._started = len(frames), True
    phone._samples = 160 * len(frames)
    [asked, *_] = await until(door, UtteranceFinalized)
    assert "order" in asked.text.lower()
    await heard(door, lambda one: "order number" in one.text)
    await phone.hang_up()
    await phone.host.close()


async def test_words_that_nobody_has_answered_are_answered_in_their_context(voices: Voices) -> None:
    phone, door = Telephone(), Recorded()
    said = (
        ("caller", "where is my order"), ("assistant", "I can look that up. What is your order number?"),
        ("caller", "<NUMERIC_ID_1>"),
    )

    async def recall(first: AudioRecord) -> Recalled:
        return Recalled(memory=CallMemory(lines=said))

    phone.host = Host(voices.parts(phone, door), recall=recall)
    phone._number, phone._started = 500, True
    [answer] = await until(door, AssistantGenerated)
    assert answer.text.startswith(LINES.interrupted)
    assert "left our warehouse" in answer.text
    await phone.hang_up()
    await phone.host.close()


async def test_a_question_that_was_open_is_asked_again(voices: Voices) -> None:
    phone, door = Telephone(), Recorded()
    question = "I can look that up. What is your order number?"

    async def recall(first: AudioRecord) -> Recalled:
        said = (("caller", "where is my order"), ("assistant", question))
        return Recalled(memory=CallMemory(lines=said))

    phone.host = Host(voices.parts(phone, door), recall=recall)
    phone._number, phone._started = 500, True
    [again] = await until(door, AssistantGenerated)
    assert again.text == f"{LINES.interrupted} {question}"
    await until(door, AssistantHeard)
    await phone.press("424242#")
    assert "left our warehouse" in (await until(door, AssistantGenerated, 2))[1].text
    await phone.hang_up()
    await phone.host.close()


async def test_a_full_worker_turns_new_calls_away_and_keeps_those_it_has(voices: Voices) -> None:
    first, second, door, away = Telephone(), Telephone(call_id="call-2"), Recorded(), []

    async def turn_away(start: AudioRecord) -> None:
        away.append(start.call_id)

    host = first.host = second.host = Host(voices.parts(first, door), most_calls=1, turn_away=turn_away)
    await first.start()
    await second.start()
    for kind in ("media", "mark", "media"):
        await second.give(kind, bytes(160))
    assert (away, host.calls) == (["call-2"], frozenset({"call-1"}))
    await until(door, AssistantHeard)
    await first.hang_up()
    async with asyncio.timeout(30):
        while host.calls:
            await asyncio.sleep(0.02)
    await second.hang_up()
    await second.start()
    assert host.calls == frozenset({"call-2"})
    await second.hang_up()
    await host.close()


async def test_a_channel_that_falls_silent_for_good_has_lost_the_call(voices: Voices) -> None:
    phone, door = Telephone(), Recorded()
    phone.host = Host(voices.parts(phone, door), idle_s=0.5)
    await phone.start()
    phone._started = False
    (ended,) = await until(door, CallEnded)
    assert ended == CallEnded(reason="lost")
    assert phone.host.calls == frozenset()


async def test_a_recogniser_that_is_dead_is_apologised_for(voices: Voices) -> None:
    async with misbehaving("refusing") as server:
        dead = voices.recogniser(server.url, timeout_ms=500)
        async with call(voices, lambda parts: replace(parts, speech_to_text=dead)) as (phone, door):
            await until(door, AssistantHeard)
            await phone.say(await voices.say("Where is my order?"), rate=RATE)
            await heard(door, lambda one: one.text == LINES.not_heard)
            failed = door.of(ProviderFailed)[0]
            assert (failed.operation, failed.fallback) == ("speech_to_text", "spoken apology")
            assert [type(one) for one in folded(door)][:2] == [TurnEnded, LatencyMeasured]


async def test_a_language_model_that_is_silent_is_replaced_by_a_fixed_phrase(voices: Voices) -> None:
    async with misbehaving("silent") as server:
        slow = voices.model(server.url, timeout_ms=300)
        async with call(voices, lambda parts: replace(parts, language_model=slow)) as (phone, door):
            await until(door, AssistantHeard)
            await phone.say(await voices.say("Where is my order?"), rate=RATE)
            await heard(door, lambda one: one.text == LINES.no_answer)
            failed = door.of(ProviderFailed)[0]
            assert failed.operation == "chat"


async def test_without_a_voice_the_caller_hears_a_tone_and_the_record_says_that_no_word_was_heard(
    voices: Voices
) -> None:
    async with misbehaving("hangup") as server:
        mute = voices.speaker(server.url, timeout_ms=300)
        async with call(voices, lambda parts: replace(parts, text_to_speech=mute)) as (phone, door):
            (heard,) = await until(door, AssistantHeard)
            assert heard.text == ""
            assert heard.mismatch
            assert np.abs(phone.heard().astype(np.int32)).max() > 1_000
            (synthesised,) = door.of(AssistantSynthesised)
            assert synthesised.text == ""


async def test_words_that_cannot_be_redacted_never_reach_the_model(voices: Voices) -> None:
    async def fails(text: str, question: str | None) -> str:
        raise TransientError("redaction failed")

    async with call(voices, lambda parts: replace(parts, redactor=lambda _: fails)) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        await heard(door, lambda one: one.text == LINES.not_heard)
        failed = door.of(ProviderFailed)[0]
        assert (failed.operation, failed.error) == ("redaction", "redaction failed")
