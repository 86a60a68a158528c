"""A call that a model carries which hears and speaks: the same record as a cascade's, and the house keeps the floor."""

import json
from dataclasses import replace

import pytest

from infra.call_memory import CallMemory
from infra.speech.links import Link
from schemas.audio import AudioRecord
from schemas.handoffs import HandoffAccepted
from schemas.outside import ProviderCalled
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    BargeInDetected,
    UtteranceFinalized,
)
from streams.voice.host import Host
from streams.voice.recall import Recalled
from tests.support.carried import (
    LONG,
    LONGEST_WORD,
    SHORT,
    SYSTEMS,
    alone,
    answered,
    answers,
    ask,
    ask_until,
    carried,
    decided,
    notes,
    of_vendors,
    openai,
    when,
)
from tests.support.chains import PATIENT_MS, entry, hears, speaks, writes
from tests.support.live_models import SAID, live_server
from tests.support.provider_server import provider_server
from tests.support.telephone import Recorded, Telephone
from tests.support.voices import LINES, heard, until

pytestmark = pytest.mark.flow


async def test_two_turns_are_answered_by_the_vendor_and_on_record_as_a_cascades_are() -> None:
    async def scene(system: str) -> None:
        async with carried(system) as (phone, door, vendor, _):
            await answered(phone, door)
            await answered(phone, door)
            first, second = answers(door)[:2]
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

    await of_vendors(*SYSTEMS, scene=scene)


async def test_of_an_answer_that_the_caller_cuts_the_record_holds_what_was_played() -> None:
    async def scene(system: str) -> None:
        async with carried(system) as (phone, door, vendor, _):
            vendor.said = LONG
            before = len(phone.played)
            await ask_until(phone, lambda: vendor.answers > 0 and len(phone.played) > before + 40)
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
                assert told["audio_end_ms"] <= cut.played_ms
                assert cut.played_ms in {one["audio_end_ms"] for one in vendor.of("conversation.item.truncate")}
            await when(lambda: any(one.turn > cut.turn and one.text for one in door.of(AssistantGenerated)))

    await of_vendors(*SYSTEMS, scene=scene)


@pytest.mark.parametrize(("words", "line"), [
    ("My mother cannot breathe, please send an ambulance", SHORT.urgent),
    ("I want to speak to a person", LINES.connecting),
])
async def test_an_emergency_and_a_request_for_a_person_are_not_left_to_the_vendor(
    words: str, line: str
) -> None:
    async def scene(system: str) -> None:
        async with carried(system) as (phone, door, vendor, house):
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

    await of_vendors(*SYSTEMS, scene=scene)


async def test_a_person_who_takes_over_is_alone_with_the_caller() -> None:
    async with carried("openai") as (phone, door, vendor, _):
        assert phone.host is not None
        await phone.host.control(decided(phone, HandoffAccepted(handoff="h1", agent="Maria")))
        await heard(door, lambda one: one.text == LINES.takeover.format(agent="Maria"))
        await when(lambda: vendor.open == 0)
        before = vendor.loud_samples
        await ask(phone)
        await until(door, UtteranceFinalized)
        assert (vendor.loud_samples, vendor.open) == (before, 0)


async def test_a_call_that_moved_to_another_worker_goes_on_with_what_was_said() -> None:
    lines = (("caller", "My name is <PERSON_1>."), ("assistant", "How can I help you?"))

    async def recall(first: AudioRecord) -> Recalled:
        return Recalled(memory=CallMemory(lines=lines))

    async with live_server() as vendor, provider_server() as house:
        one, phone, door = entry(house, "house"), Telephone(), Recorded()
        host = Host(replace(
            alone().parts(phone, door), speech_to_text=(hears(one),), text_to_speech=(speaks(one),),
            language_model=(writes(one),), speech_to_speech=(Link(openai(vendor.url, PATIENT_MS), PATIENT_MS),),
        ), recall=recall)
        phone.host = host
        await phone.give("media", bytes(160))
        await until(door, AssistantHeard)
        (told,) = (one["session"]["instructions"] for one in vendor.of("session.update"))
        assert "Caller: My name is <PERSON_1>." in told
        assert "You: How can I help you?" in told
        phone._started = True  # the line was open before
        await answered(phone, door)
        await phone.hang_up()
        await host.close()


async def test_a_breath_is_taken_back_and_a_keyed_number_is_no_turn_of_the_vendors() -> None:
    async with carried("openai") as (phone, door, vendor, house):
        house.heard = ""
        await ask(phone)
        await when(lambda: bool(vendor.of("conversation.item.delete")))
        assert not door.of(UtteranceFinalized)
        for key in "4242424242421873#":
            await phone.press(key)
        await heard(door, lambda one: "1 8 7 3" in one.text)
        assert "4242" not in json.dumps(vendor.frames)
