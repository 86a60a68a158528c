"""A live session with real models: it hears a telephone, answers it, yields the floor, and tells the truth about it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from openai import AsyncOpenAI

from governance.endpointing import Limits
from governance.errors import TransientError
from governance.turns import TurnsState, decide
from infra.clock import now
from infra.policies import load
from infra.speech.openai_client import open_client
from infra.speech.openai_language_model import OpenAILanguageModel
from infra.speech.openai_speech_to_text import OpenAISpeechToText
from infra.speech.openai_text_to_speech import OpenAITextToSpeech
from infra.speech.silero import SileroVad, load_silero
from infra.speech.smart_turn import SmartTurn, load_smart_turn
from infra.speech.wav import read_wav
from schemas.base import Data, Event, derived_id
from schemas.calls import CallEnded, DtmfPressed
from schemas.handoffs import HandoffAccepted
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    BackchannelHeard,
    BargeInDetected,
    InterimTranscribed,
    LatencyMeasured,
    ProviderFailed,
    SpeechStarted,
    TurnEnded,
    TurnMarked,
    UtteranceFinalized,
)
from streams.voice.host import Host
from streams.voice.lines import Lines
from streams.voice.session import Parts
from tests.support.misbehaving_server import misbehaving
from tests.support.telephone import Recorded, Telephone

pytestmark = pytest.mark.flow

SUPPORT = Path(__file__).parents[2] / "data" / "audio" / "speak-to-customer-support.wav"
LINES = Lines(greeting="Hello.")
RATE = 24_000


class Voices:
    """The parts of sessions and the voice of a caller, with the real local models."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.silero = load_silero()
        self.detector = SmartTurn(load_smart_turn())

    def _client(self, url: str, *, timeout_ms: int = 10_000) -> AsyncOpenAI:
        return open_client(base_url=url, api_key="local", timeout_ms=timeout_ms)

    def speaker(self, url: str, *, voice: str = "joe", timeout_ms: int = 10_000) -> OpenAITextToSpeech:
        client = self._client(url, timeout_ms=timeout_ms)
        return OpenAITextToSpeech(client, model="piper-joe", voice=voice, region="local", timeout_ms=timeout_ms)

    def recogniser(self, url: str, *, timeout_ms: int = 10_000) -> OpenAISpeechToText:
        client = self._client(url, timeout_ms=timeout_ms)
        return OpenAISpeechToText(client, model="whisper-tiny.en", region="local", timeout_ms=timeout_ms)

    def model(self, url: str, *, timeout_ms: int = 10_000) -> OpenAILanguageModel:
        client = self._client(url, timeout_ms=timeout_ms)
        return OpenAILanguageModel(client, model="scripted:orders", region="local", timeout_ms=timeout_ms)

    async def say(self, text: str) -> NDArray[np.int16]:
        caller = self.speaker(self.url, voice="joe-low")
        try:
            return np.concatenate([piece async for piece in caller.speak(text)])
        finally:
            await caller.close()

    def parts(self, telephone: Telephone, door: Recorded) -> Parts:
        return Parts(
            speech_to_text=self.recogniser(self.url), text_to_speech=self.speaker(self.url),
            language_model=self.model(self.url),
            activity=lambda rate: SileroVad(self.silero, sample_rate=rate if rate != RATE else 16_000),
            detector=self.detector, door=door, outlet=telephone, redactor=lambda _: _as_it_is, policy=load(),
            lines=LINES, limits=Limits(), now=now,
        )


async def _as_it_is(text: str, question: str | None) -> str:
    return text


@pytest.fixture(scope="module")
def voices(local_models: str) -> Voices:
    return Voices(local_models)


@asynccontextmanager
async def call(
    voices: Voices, change: Callable[[Parts], Parts] = lambda parts: parts, **telephone: object
) -> AsyncIterator[tuple[Telephone, Recorded]]:
    phone, door = Telephone(**telephone), Recorded()  # type: ignore[arg-type]  # passed on by name
    host = Host(change(voices.parts(phone, door)))
    phone.host = host
    await phone.start()
    try:
        yield phone, door
    finally:
        await phone.hang_up()
        await host.close()


async def until(door: Recorded, shape: type[Data], count: int = 1, *, within_s: float = 15) -> list[Data]:
    async with asyncio.timeout(within_s):
        while len(door.of(shape)) < count:
            await asyncio.sleep(0.02)
    return door.of(shape)


def folded(door: Recorded) -> list[Data]:
    state, said = TurnsState(), []
    for event in door.events:
        state, more = decide(state, event)
        said += more
    return said


async def test_a_real_recording_is_heard_and_answered_with_audio(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        wav = read_wav(SUPPORT.read_bytes())
        await phone.say(wav.samples[12_000:], rate=wav.sample_rate)
        _, answer = await until(door, AssistantHeard, 2)
        assert isinstance(answer, AssistantHeard)
        assert answer.text == LINES.connecting
        assert not answer.interrupted
        assert not answer.mismatch
        assert answer.method == "playback_mark"
        (utterance,) = door.of(UtteranceFinalized)
        assert isinstance(utterance, UtteranceFinalized)
        assert "customer support" in utterance.text.lower()
        assert door.of(InterimTranscribed)
        assert phone.partition == 3
        assert np.abs(phone.heard().astype(np.int32)).max() > 1_000
        numbers = [record.number for record in phone.records]
        assert numbers == list(range(len(numbers)))


async def test_the_waterfall_of_a_turn_sums_to_ttfa(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        await until(door, AssistantHeard, 2)
        ended, measured = folded(door)
        assert isinstance(ended, TurnEnded)
        assert len(ended.utterances) == 1
        assert isinstance(measured, LatencyMeasured)
        assert sum(part.ms for part in measured.parts) == measured.ttfa_ms
        assert [part.name for part in measured.parts] == [
            "endpointing", "transcription", "language_model", "synthesis", "playback",
        ]
        assert 0 < measured.ttfa_ms < 5_000
        traces = {event.traceparent for event in door.events if getattr(event.data, "turn", None) == 1}
        assert len(traces) == 1


async def test_a_caller_who_cuts_in_stops_the_playback_and_only_what_she_heard_counts(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("What is your return policy?"), rate=RATE)
        await until(door, AssistantGenerated, 2)
        await asyncio.sleep(2.5)
        await phone.say(await voices.say("Stop. I want to change my address."), rate=RATE)
        barged = (await until(door, BargeInDetected))[0]
        assert isinstance(barged, BargeInDetected)
        assert phone.cleared_at is not None
        _, cut, *_ = await until(door, AssistantHeard, 3)
        assert isinstance(cut, AssistantHeard)
        assert cut.interrupted
        assert cut.mismatch
        generated = door.of(AssistantGenerated)[1]
        assert isinstance(generated, AssistantGenerated)
        assert generated.text.startswith(cut.text)
        assert 10 < len(cut.text) < len(generated.text)
        assert barged.stopped_after_ms < 1_500
        async with asyncio.timeout(15):
            while not any("address" in one.text for one in door.of(UtteranceFinalized)):  # type: ignore[attr-defined]
                await asyncio.sleep(0.05)


async def test_a_backchannel_does_not_stop_the_assistant(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("What is your return policy?"), rate=RATE)
        await until(door, AssistantGenerated, 2)
        await asyncio.sleep(1.5)
        await phone.say(await voices.say("Okay."), rate=RATE)
        await until(door, BackchannelHeard)
        _, answer = await until(door, AssistantHeard, 2, within_s=60)
        assert isinstance(answer, AssistantHeard)
        assert not answer.interrupted
        assert not door.of(BargeInDetected)
        assert len(door.of(UtteranceFinalized)) == 1


@pytest.mark.parametrize(("encoding", "rate"), [("linear16", 16_000), ("linear16", 24_000)])
async def test_without_marks_the_audio_clock_tells_what_was_heard(voices: Voices, encoding: str, rate: int) -> None:
    async with call(voices, returns_marks=False, encoding=encoding, sample_rate=rate) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        _, answer = await until(door, AssistantHeard, 2)
        assert isinstance(answer, AssistantHeard)
        assert answer.method == "audio_clock"
        assert "order number" in answer.text
        assert any(isinstance(one, LatencyMeasured) for one in folded(door))
        assert len(phone.heard()) / rate > 1


async def test_a_number_that_is_keyed_in_is_read_back_by_its_last_digits(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        for key in "4242424242421873#":
            await phone.press(key)
        (pressed,) = await until(door, DtmfPressed)
        assert isinstance(pressed, DtmfPressed)
        assert pressed.digits == "4242424242421873"
        _, answer = await until(door, AssistantGenerated, 2)
        assert isinstance(answer, AssistantGenerated)
        assert "1 8 7 3" in answer.text
        assert "4 2 4 2" not in answer.text


async def test_a_person_who_takes_over_is_announced_once_and_the_call_goes_to_her(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        accepted = Event(
            id=derived_id("x", "desk", 0), source="/desk", call_id=phone.call_id, tenant="default", occurred_at=now(),
            data=HandoffAccepted(handoff="h1", agent="Maria"),
        )
        assert phone.host is not None
        await phone.host.control(accepted)
        await phone.host.control(accepted)
        async with asyncio.timeout(15):
            while not any(record.kind == "transfer" for record in phone.records):
                await asyncio.sleep(0.05)
        said = [one.text for one in door.of(AssistantGenerated)]  # type: ignore[attr-defined]
        assert [text for text in said if "Maria" in text] == [LINES.takeover.format(agent="Maria")]
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        await until(door, UtteranceFinalized)
        await asyncio.sleep(1)
        assert len(door.of(AssistantGenerated)) == 2


async def test_a_caller_in_danger_is_told_at_once_that_a_person_comes(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("My husband is having a heart attack."), rate=RATE)
        _, answer = await until(door, AssistantHeard, 2)
        assert isinstance(answer, AssistantHeard)
        assert answer.text == LINES.urgent


async def test_a_call_met_in_the_middle_is_taken_up_again(voices: Voices) -> None:
    phone, door = Telephone(), Recorded()
    phone.host = Host(voices.parts(phone, door))
    phone._number, phone._started = 500, True
    (said,) = await until(door, AssistantGenerated)
    assert isinstance(said, AssistantGenerated)
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
            _, answer = await until(door, AssistantHeard, 2)
            assert isinstance(answer, AssistantHeard)
            assert answer.text == LINES.not_heard
            (failed,) = door.of(ProviderFailed)
            assert isinstance(failed, ProviderFailed)
            assert (failed.operation, failed.fallback) == ("speech_to_text", "spoken apology")
            assert [type(one) for one in folded(door)] == [TurnEnded, LatencyMeasured]


async def test_a_language_model_that_is_silent_is_replaced_by_a_fixed_phrase(voices: Voices) -> None:
    async with misbehaving("silent") as server:
        slow = voices.model(server.url, timeout_ms=300)
        async with call(voices, lambda parts: replace(parts, language_model=slow)) as (phone, door):
            await until(door, AssistantHeard)
            await phone.say(await voices.say("Where is my order?"), rate=RATE)
            _, answer = await until(door, AssistantHeard, 2)
            assert isinstance(answer, AssistantHeard)
            assert answer.text == LINES.no_answer
            (failed,) = door.of(ProviderFailed)
            assert isinstance(failed, ProviderFailed)
            assert failed.operation == "chat"


async def test_without_a_voice_the_caller_hears_a_tone_and_the_record_says_that_no_word_was_heard(
    voices: Voices
) -> None:
    async with misbehaving("hangup") as server:
        mute = voices.speaker(server.url, timeout_ms=300)
        async with call(voices, lambda parts: replace(parts, text_to_speech=mute)) as (phone, door):
            (heard,) = await until(door, AssistantHeard)
            assert isinstance(heard, AssistantHeard)
            assert heard.text == ""
            assert heard.mismatch
            assert np.abs(phone.heard().astype(np.int32)).max() > 1_000
            (synthesised,) = door.of(AssistantSynthesised)
            assert isinstance(synthesised, AssistantSynthesised)
            assert synthesised.text == ""


async def test_words_that_cannot_be_redacted_never_reach_the_model(voices: Voices) -> None:
    async def fails(text: str, question: str | None) -> str:
        raise TransientError("redaction failed")

    async with call(voices, lambda parts: replace(parts, redactor=lambda _: fails)) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        _, answer = await until(door, AssistantHeard, 2)
        assert isinstance(answer, AssistantHeard)
        assert answer.text == LINES.not_heard


async def test_events_are_told_once_each_in_the_order_of_the_turn(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        await until(door, AssistantHeard, 2)
        ids = [event.id for event in door.events]
        assert len(ids) == len(set(ids))
        marks = [one.mark for one in door.of(TurnMarked)]  # type: ignore[attr-defined]
        assert marks == [
            "caller_stopped", "endpoint_decided", "transcript_final", "first_token", "first_audio", "first_played",
        ]
        started = [one for one in door.of(SpeechStarted) if one.turn == 1]  # type: ignore[attr-defined]
        assert [one.participant for one in started] == ["caller", "assistant"]  # type: ignore[attr-defined]
        at = [one.at for one in door.of(TurnMarked)]  # type: ignore[attr-defined]
        assert max(at) - min(at) < timedelta(seconds=10)
