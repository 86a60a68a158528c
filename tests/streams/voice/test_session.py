"""A live session with real models hears a telephone, answers it, yields the floor, and tells the truth about it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from governance.verdicts import VerdictsState, decide
from infra.clock import now
from infra.policies import bundle
from infra.policy_yaml import Document
from infra.speech.wav import read_wav
from schemas.base import Data, Event, derived_id
from schemas.calls import CallAdmitted, DtmfPressed, Encoding
from schemas.desk import HandoffReleased
from schemas.disclosures import OfConsent
from schemas.handoffs import HandoffAccepted
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    BackchannelHeard,
    BargeInDetected,
    InterimTranscribed,
    LatencyMeasured,
    SpeechStarted,
    TurnEnded,
    TurnMarked,
    UtteranceFinalized,
)
from streams.voice.parts import Parts
from tests.support.consent_calls import CONSENT, QUESTION
from tests.support.telephone import Telephone
from tests.support.voices import LINES, RATE, SUPPORT, Voices, call, folded, heard, until

pytestmark = pytest.mark.flow
LONGEST_MS = 60_000  # of a turn on a machine however busy: in milliseconds, and not in seconds or in epochs


@pytest.fixture(scope="module")
def voices(local_models: str) -> Voices:
    return Voices(local_models)


async def played(phone: Telephone, until_ms: int) -> None:
    """Wait until so much of the assistant has sounded: a busy machine begins an answer late."""
    async with asyncio.timeout(60):
        while phone.played_ms < until_ms:
            await asyncio.sleep(0.02)


async def test_a_real_recording_is_heard_and_answered_with_audio(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        wav = read_wav(SUPPORT.read_bytes())
        await phone.say(wav.samples[12_000:], rate=wav.sample_rate)
        answer = await heard(door, lambda one: one.text == LINES.connecting)
        assert not answer.interrupted
        assert not answer.mismatch
        assert answer.method == "playback_mark"
        assert any("customer support" in one.text.lower() for one in door.of(UtteranceFinalized))
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
        assert 0 < measured.ttfa_ms < LONGEST_MS
        traces = {event.traceparent for event in door.events if getattr(event.data, "turn", None) == 1}
        assert len(traces) == 1


async def test_a_caller_who_cuts_in_stops_the_playback_and_only_what_she_heard_counts(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        before_ms = phone.played_ms
        await phone.say(await voices.say("What is your return policy?"), rate=RATE)
        await played(phone, before_ms + 3_000)
        await phone.say(await voices.say("Stop. I want to change my address."), rate=RATE)
        barged = (await until(door, BargeInDetected))[0]
        assert phone.cleared_at is not None
        cut = await heard(door, lambda one: one.utterance == barged.utterance)
        assert cut.interrupted
        assert cut.mismatch
        (generated,) = [one for one in door.of(AssistantGenerated) if one.utterance == cut.utterance]
        assert generated.text.startswith(cut.text)
        assert 10 < len(cut.text) < len(generated.text)
        async with asyncio.timeout(60):
            while not any("address" in one.text for one in door.of(UtteranceFinalized)):
                await asyncio.sleep(0.05)


async def test_a_backchannel_does_not_stop_the_assistant(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        before_ms = phone.played_ms
        await phone.say(await voices.say("What is your return policy?"), rate=RATE)
        await played(phone, before_ms + 2_000)
        await phone.say(await voices.say("Okay."), rate=RATE)
        await until(door, BackchannelHeard)
        _, answer = await until(door, AssistantHeard, 2, within_s=60)
        assert not answer.interrupted
        assert not door.of(BargeInDetected)
        assert len(door.of(UtteranceFinalized)) == 1


@pytest.mark.parametrize(("encoding", "rate"), [("linear16", 16_000), ("linear16", 24_000)])
async def test_without_marks_the_audio_clock_tells_what_was_heard(
    voices: Voices, encoding: Encoding, rate: int
) -> None:
    def markless() -> Telephone:
        return Telephone(returns_marks=False, encoding=encoding, sample_rate=rate)

    async with call(voices, phone=markless) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        _, answer = await until(door, AssistantHeard, 2)
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
        assert pressed.digits == "4242424242421873"
        _, answer = await until(door, AssistantGenerated, 2)
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
        async with asyncio.timeout(60):
            while not any(record.kind == "transfer" for record in phone.records):
                await asyncio.sleep(0.05)
        said = [one.text for one in door.of(AssistantGenerated)]
        assert [text for text in said if "Maria" in text] == [LINES.takeover.format(agent="Maria")]
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        await until(door, UtteranceFinalized)
        await asyncio.sleep(1)
        assert len(door.of(AssistantGenerated)) == 2
        lost = HandoffReleased(handoff="h1", agent="Maria", why="transfer_failed")
        await phone.host.control(accepted.model_copy(update={"id": derived_id("x", "desk", 1), "data": lost}))
        async with asyncio.timeout(60):
            while LINES.connecting not in [one.text for one in door.of(AssistantGenerated)]:
                await asyncio.sleep(0.05)


async def test_a_caller_in_danger_is_told_at_once_that_a_person_comes(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("My husband is having a heart attack."), rate=RATE)
        await heard(door, lambda one: one.text == LINES.urgent)


async def test_events_are_told_once_each_in_the_order_of_the_turn(voices: Voices) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        await until(door, AssistantHeard, 2)
        ids = [event.id for event in door.events]
        assert len(ids) == len(set(ids))
        reached = [one for told in door.of(TurnMarked) for one in told.marks]
        marks = [one.mark for one in reached]
        assert marks == [
            "caller_stopped", "endpoint_decided", "transcript_final", "first_token", "first_audio", "first_played",
        ]
        started = [one for one in door.of(SpeechStarted) if one.turn == 1]
        assert [one.participant for one in started] == ["caller", "assistant"]
        at = [one.at for one in reached]
        assert max(at) - min(at) < timedelta(milliseconds=LONGEST_MS)


async def test_a_caller_who_is_asked_refuses_and_the_call_goes_on_without_a_recording(voices: Voices) -> None:
    policy = bundle([Document("acme.yaml", CONSENT)])

    def asking(parts: Parts) -> Parts:
        return replace(parts, policy=policy)

    async with call(voices, asking) as (phone, door):
        await until(door, AssistantHeard)
        assert door.of(AssistantGenerated)[0].text == QUESTION
        await phone.say(await voices.say("No, please do not record this call."), rate=RATE)
        # She may be heard in two turns.
        while not any(one.text.startswith("All right,") for one in door.of(AssistantGenerated)):
            await until(door, AssistantGenerated, len(door.of(AssistantGenerated)) + 1)
        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        await heard(door, lambda one: "order" in one.text)
    state, said = VerdictsState(), list[str]()
    admitted = CallAdmitted(
        channel="t", caller_pseudonym=None, language="en", encoding=None, sample_rate=None, audio_partition=None,
        policy_version=policy.label,
    )
    first = door.events[0].model_copy(update={"data": admitted})
    for event in (first, *door.events):
        match event.data:
            case UtteranceFinalized(text=text, utterance=name):
                data: Data = UtteranceRedacted(participant="caller", utterance=name, turn=1, text=text, detector="d")
            case AssistantHeard() as played:
                data = AssistantRedacted(
                    stage="heard", utterance=played.utterance, turn=played.turn, text=played.text, detector="d",
                    played_ms=played.played_ms, method=played.method, interrupted=played.interrupted,
                )
            case other:
                data = other
        state, answers = decide(state, event.model_copy(update={"data": data}), policy)
        said += [one.type for one in answers if isinstance(one, OfConsent)]
    # A machine that is too busy to play the question to its end in time has not asked it; a no is a no all the same.
    assert said in (
        ["consent_required", "consent_requested", "consent_refused"], ["consent_required", "consent_refused"],
    )
