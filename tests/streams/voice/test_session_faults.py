"""A live session goes on when its providers, its channel or its worker do not."""

from dataclasses import replace

import numpy as np
import pytest

from governance.errors import TransientError
from schemas.calls import CallEnded
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    LatencyMeasured,
    ProviderFailed,
    TurnEnded,
)
from streams.voice.host import Host
from tests.support.misbehaving_server import misbehaving
from tests.support.telephone import Recorded, Telephone
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
