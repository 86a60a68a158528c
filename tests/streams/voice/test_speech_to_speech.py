"""A call that a model carries which hears and speaks: the same record as a cascade's, and the house keeps the floor."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from governance.endpointing import Limits
from infra.call_memory import CallMemory
from infra.clock import now
from infra.policies import load
from infra.speech.gemini_speech_to_speech import GeminiSpeechToSpeech
from infra.speech.links import Link
from infra.speech.moshi_speech_to_speech import MoshiSpeechToSpeech
from infra.speech.openai_client import open_client
from infra.speech.openai_speech_to_speech import OpenAISpeechToSpeech
from infra.speech.ports import SpeechToSpeech
from infra.speech.wav import read_wav
from schemas.audio import AudioRecord
from schemas.base import Data, Event, derived_id
from schemas.handoffs import HandoffAccepted
from schemas.outside import NoProviderLeft, ProviderCalled, ProviderDenied, SignPlayed
from schemas.residency import ResidencyRules
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    BargeInDetected,
    ProviderFailed,
    UtteranceFinalized,
)
from streams.voice.host import Host
from streams.voice.recall import Recalled
from streams.voice.session import Parts
from tests.support.chains import PATIENT_MS, entry, hears, speaks, writes
from tests.support.live_models import SAID, LiveServer, RawCodec, live_server
from tests.support.provider_server import ANSWER, ProviderServer, provider_server
from tests.support.telephone import Recorded, Telephone
from tests.support.voices import LINES, SUPPORT, Voices, call, heard, until

pytestmark = pytest.mark.flow
LONGEST_WORD = 10
LONG = "Your order left the house this morning and it will be with you on Monday before noon."
SHORT = LINES.model_copy(update={"urgent": "Help is on its way."})
QUICK = Limits(unfinished_ms=300, ceiling_ms=400)


def openai(url: str, timeout_ms: int) -> SpeechToSpeech:
    client = open_client(base_url=f"{url.replace('ws', 'http', 1)}/v1", api_key="secret", timeout_ms=timeout_ms)
    return OpenAISpeechToSpeech(
        client, model="gpt-realtime-2", voice="marin", transcription_model=None, region="eu", timeout_ms=timeout_ms,
        name="vendor",
    )


def gemini(url: str, timeout_ms: int) -> SpeechToSpeech:
    return GeminiSpeechToSpeech(
        api_key="secret", model="gemini-live-x", voice="Puck", region="eu", timeout_ms=timeout_ms, url=url,
        name="vendor",
    )


def moshi(url: str, timeout_ms: int) -> SpeechToSpeech:
    return MoshiSpeechToSpeech(
        url=url, model="moshika", region="eu", timeout_ms=timeout_ms, codec=RawCodec, name="vendor"
    )


SYSTEMS: dict[str, Callable[[str, int], SpeechToSpeech]] = {"openai": openai, "gemini": gemini, "moshi": moshi}


async def of_every_vendor(scene: Callable[[str], Coroutine[None, None, None]]) -> None:
    """Play a scene with each of them, at the same time: it takes as long as it is listened to."""
    async with asyncio.TaskGroup() as group:
        for system in SYSTEMS:
            group.create_task(scene(system))



@pytest.fixture(scope="module")
def voices() -> Voices:
    return Voices("http://127.0.0.1:1/v1")  # no model of this machine takes part


@asynccontextmanager
async def carried(
    voices: Voices, system: str, *, timeout_ms: int = PATIENT_MS, change: Callable[[Parts], Parts] = lambda one: one,
) -> AsyncIterator[tuple[Telephone, Recorded, LiveServer, ProviderServer]]:
    """A call with a vendor, and a cascade behind it."""
    async with live_server() as vendor, provider_server() as house:
        one = entry(house, "house")

        def parts(given: Parts) -> Parts:
            return change(replace(
                given, speech_to_text=(hears(one),), text_to_speech=(speaks(one),), language_model=(writes(one),),
                speech_to_speech=(Link(SYSTEMS[system](vendor.url, timeout_ms), PATIENT_MS),), limits=QUICK,
                lines=SHORT,
            ))

        async with call(voices, parts) as (phone, door):
            await until(door, AssistantHeard)
            await when(lambda: vendor.opened > 0)
            yield phone, door, vendor, house


async def ask(phone: Telephone, *, samples: int = 11_000) -> None:
    wav = read_wav(SUPPORT.read_bytes())
    await phone.say(wav.samples[14_000 : 14_000 + samples], rate=wav.sample_rate)


async def answered(door: Recorded, count: int = 1) -> list[AssistantHeard]:
    """Wait for answers of the vendor."""
    def found() -> list[AssistantHeard]:
        return [one for one in door.of(AssistantHeard) if one.turn > 0 and SAID.startswith(one.text)]

    await when(lambda: len(found()) >= count)
    return found()


def replied(one: AssistantHeard) -> bool:
    """Tell whether it is the cascade's answer, as far as marks came back in time."""
    return len(one.text) > len(ANSWER[0]) and "".join(ANSWER).startswith(one.text)


async def when(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.02)


def decided(phone: Telephone, data: Data) -> Event:
    return Event(
        id=derived_id("x", data.type, 0), source="/desk", call_id=phone.call_id, tenant="default", occurred_at=now(),
        data=data,
    )


async def test_two_turns_are_answered_by_the_vendor_and_on_record_as_a_cascades_are(voices: Voices) -> None:
    async def scene(system: str) -> None:
        async with carried(voices, system) as (phone, door, vendor, _):
            await ask(phone)
            await answered(door)
            await ask(phone)
            first, second = await answered(door, 2)
            assert (first.mismatch, first.interrupted) == (first.text != SAID, False)  # marks may come late
            assert second.turn > first.turn
            assert first.method == "playback_mark"
            written = {one.utterance: one for one in door.of(AssistantGenerated)}[first.utterance]
            sound = {one.utterance: one for one in door.of(AssistantSynthesised)}[first.utterance]
            assert written.provider is not None
            assert sound.provider is not None
            assert (written.provider.name, sound.provider.name, written.text) == ("vendor", "vendor", SAID)
            assert sound.audio_ms >= 55 * len(SAID)
            assert {one.provider.name for one in door.of(UtteranceFinalized) if one.provider} == {"house"}
            calls = [one for one in door.of(ProviderCalled) if one.operation == "speech_to_speech"]
            assert [one.outcome for one in calls][:2] == ["answered", "answered"]
            if system != "moshi":  # which tells no usage
                assert (calls[0].input_tokens, calls[0].output_tokens) == (20, 10)
            assert phone.heard().any()
            assert vendor.opened == 1

    await of_every_vendor(scene)


async def test_of_an_answer_that_the_caller_cuts_the_record_holds_what_was_played(voices: Voices) -> None:
    async def scene(system: str) -> None:
        async with carried(voices, system) as (phone, door, vendor, _):
            vendor.said = LONG
            before = len(phone.played)
            await ask(phone)
            await when(lambda: vendor.answers > 0 and len(phone.played) > before + 40)
            await ask(phone, samples=22_000)
            (barged, *_) = await until(door, BargeInDetected)
            cut = await heard(door, lambda one: one.utterance == barged.utterance)
            assert cut.interrupted
            assert cut.mismatch
            assert LONG.startswith(cut.text)
            assert abs(len(cut.text) - cut.played_ms / 55) <= LONGEST_WORD
            if system == "openai":
                await when(lambda: bool(vendor.of("conversation.item.truncate")))
                (told, *_) = vendor.of("conversation.item.truncate")
                assert (told["item_id"], told["audio_end_ms"]) == ("a1", cut.played_ms)
            await when(lambda: any(one.turn > cut.turn and one.text for one in door.of(AssistantGenerated)))

    await of_every_vendor(scene)


@pytest.mark.parametrize(("words", "line"), [
    ("My mother cannot breathe, please send an ambulance", SHORT.urgent),
    ("I want to speak to a person", LINES.connecting),
])
async def test_an_emergency_and_a_request_for_a_person_are_not_left_to_the_vendor(
    voices: Voices, words: str, line: str
) -> None:
    async def scene(system: str) -> None:
        async with carried(voices, system) as (phone, door, vendor, house):
            house.heard = words
            await ask(phone)
            said = await heard(door, lambda one: bool(one.text) and line.startswith(one.text))
            (voiced,) = [one for one in door.of(AssistantSynthesised) if one.utterance == said.utterance]
            assert voiced.provider is not None
            assert voiced.provider.name == "house"
            assert not [one for one in door.of(AssistantHeard) if one.turn and one.text.startswith(SAID[:10])]
            if system == "openai":
                assert not vendor.answers  # it was not even asked
                await when(lambda: any(one["item"]["content"][0]["text"] == said.text for one in notes(vendor)))

    await of_every_vendor(scene)


async def test_a_person_who_takes_over_is_alone_with_the_caller(voices: Voices) -> None:
    async with carried(voices, "openai") as (phone, door, vendor, _):
        assert phone.host is not None
        await phone.host.control(decided(phone, HandoffAccepted(handoff="h1", agent="Maria")))
        await heard(door, lambda one: one.text == LINES.takeover.format(agent="Maria"))
        await when(lambda: vendor.open == 0)
        before = vendor.loud_samples
        await ask(phone)
        await until(door, UtteranceFinalized)
        assert (vendor.loud_samples, vendor.open) == (before, 0)


async def test_a_vendor_that_hangs_up_in_mid_answer_is_named_and_the_call_goes_on(voices: Voices) -> None:
    async def scene(system: str) -> None:
        async with carried(voices, system) as (phone, door, vendor, _):
            await ask(phone)
            await answered(door)
            vendor.how = "dies"
            await ask(phone)
            (failed,) = await until(door, ProviderFailed)
            assert (failed.operation, failed.provider.name) == ("speech_to_speech", "vendor")
            if system == "openai":  # one that answers by itself may break off before it is asked
                assert failed.fallback == "fixed phrase"
                broken = await heard(door, lambda one: LINES.no_answer[:20] in one.text)
                assert SAID.startswith(broken.text[: broken.text.index(LINES.no_answer[:20])].strip())
            vendor.how = "good"
            await when(lambda: vendor.open == 1)  # a line that was good is opened again
            assert vendor.opened == 2
            await ask(phone)
            await answered(door, 2)
            if system == "openai":
                told = vendor.of("session.update")[-1]["session"]["instructions"]
                assert SAID in told  # what was said before
                assert "Hello." in told

    await of_every_vendor(scene)


async def test_a_vendor_that_says_nothing_is_waited_for_with_a_sign_and_then_replaced(voices: Voices) -> None:
    async def scene(system: str) -> None:
        async with carried(voices, system, timeout_ms=1_500, change=lambda one: replace(one, sign="tone")) as (
            phone, door, vendor, _
        ):
            vendor.how = "silent"
            await ask(phone)
            await heard(door, lambda one: replied(one))  # the cascade's
            (failed, *_) = door.of(ProviderFailed)
            assert (failed.operation, failed.error, failed.fallback) == ("speech_to_speech", "timeout", "cascade")
            assert [one.sign for one in door.of(SignPlayed) if one.turn == failed.turn]
            assert [one.outcome for one in door.of(ProviderCalled) if one.operation == "speech_to_speech"] == ["failed"]
            await ask(phone)
            await when(lambda: sum(replied(one) for one in door.of(AssistantHeard)) >= 2)
            assert len(door.of(ProviderFailed)) == 1  # it is left out for a while

    await of_every_vendor(scene)


async def test_where_no_vendor_answers_the_call_is_a_cascade_from_the_start(voices: Voices) -> None:
    def nobody(parts: Parts) -> Parts:
        return replace(parts, speech_to_speech=(Link(openai("ws://127.0.0.1:9", 1_000), PATIENT_MS),))

    async with provider_server() as house:
        one = entry(house, "house")
        async with call(voices, lambda parts: nobody(replace(
            parts, speech_to_text=(hears(one),), text_to_speech=(speaks(one),), language_model=(writes(one),)
        ))) as (phone, door):
            await until(door, AssistantHeard)
            await ask(phone)
            await heard(door, lambda said: replied(said))
            assert {one.fallback for one in door.of(ProviderFailed)} == {"cascade"}
            assert not door.of(NoProviderLeft)


async def test_a_denied_vendor_hears_nothing_and_is_on_record(voices: Voices) -> None:
    policy = load().model_copy(update={"residency": ResidencyRules.model_validate({"deny": [{"region": "eu"}]})})
    async with live_server() as vendor, provider_server() as house:
        one = entry(house, "house")
        async with call(voices, lambda parts: replace(
            parts, speech_to_text=(hears(one),), text_to_speech=(speaks(one),), language_model=(writes(one),),
            speech_to_speech=(Link(openai(vendor.url, PATIENT_MS)),), policy=policy,
        )) as (phone, door):
            await until(door, AssistantHeard)
            await ask(phone)
            await heard(door, lambda said: replied(said))
            assert vendor.opened == 0
            assert [(one.operation, one.rule, one.left) for one in door.of(ProviderDenied)] == [
                ("speech_to_speech", "residency.deny", 0)
            ]
            assert not door.of(NoProviderLeft)  # the cascade is left


async def test_in_a_payment_window_no_sound_goes_to_the_vendor(voices: Voices) -> None:
    async def scene(system: str) -> None:
        window = [True]
        async with carried(voices, system, change=lambda one: replace(one, withheld=lambda _: window[0])) as (
            phone, door, vendor, _
        ):
            await ask(phone)
            await heard(door, lambda one: replied(one))
            assert vendor.loud_samples == 0
            window[0] = False
            await ask(phone)
            await answered(door)
            assert vendor.loud_samples > 0

    await of_every_vendor(scene)


async def test_a_call_that_moved_to_another_worker_goes_on_with_what_was_said(voices: Voices) -> None:
    lines = (("caller", "My name is <PERSON_1>."), ("assistant", "How can I help you?"))

    async def recall(first: AudioRecord) -> Recalled:
        return Recalled(memory=CallMemory(lines=lines))

    async with live_server() as vendor, provider_server() as house:
        one, phone, door = entry(house, "house"), Telephone(), Recorded()
        host = Host(replace(
            voices.parts(phone, door), speech_to_text=(hears(one),), text_to_speech=(speaks(one),),
            language_model=(writes(one),), speech_to_speech=(Link(openai(vendor.url, PATIENT_MS), PATIENT_MS),),
        ), recall=recall)
        phone.host = host
        await phone.give("media", bytes(160))
        await until(door, AssistantHeard)
        (told,) = (one["session"]["instructions"] for one in vendor.of("session.update"))
        assert "Caller: My name is <PERSON_1>." in told
        assert "You: How can I help you?" in told
        phone._started = True  # the line was open before
        await ask(phone)
        await answered(door)
        await phone.hang_up()
        await host.close()


async def test_a_breath_is_taken_back_and_a_keyed_number_is_no_turn_of_the_vendors(voices: Voices) -> None:
    async with carried(voices, "openai") as (phone, door, vendor, house):
        house.heard = ""
        await ask(phone)
        await when(lambda: bool(vendor.of("conversation.item.delete")))
        assert not door.of(UtteranceFinalized)
        for key in "4242424242421873#":
            await phone.press(key)
        await heard(door, lambda one: "1 8 7 3" in one.text)
        assert "4242" not in json.dumps(vendor.frames)


def notes(vendor: LiveServer) -> list[dict[str, Any]]:
    return vendor.of("conversation.item.create")
