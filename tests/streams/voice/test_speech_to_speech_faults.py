"""A model that hears and speaks is late, dead, denied or not to hear a payment: the cascade behind it answers."""

from dataclasses import replace

import pytest

from infra.policies import load
from infra.speech.links import Link
from schemas.outside import NoProviderLeft, ProviderCalled, ProviderDenied, SignPlayed
from schemas.residency import ResidencyRules
from schemas.turns import (
    AssistantHeard,
    ProviderFailed,
)
from streams.voice.parts import Parts
from tests.support.carried import SYSTEMS, alone, answered, ask, ask_until, carried, of_vendors, openai, replied
from tests.support.chains import PATIENT_MS, entry, hears, speaks, writes
from tests.support.live_models import SAID, live_server
from tests.support.provider_server import provider_server
from tests.support.voices import LINES, call, heard, until

pytestmark = pytest.mark.fault
DISTINCT = SAID[:16]  # the cascade's answer begins alike


async def test_a_vendor_that_hangs_up_in_mid_answer_is_named_and_the_call_goes_on() -> None:
    async def scene(system: str) -> None:
        async with carried(system) as (phone, door, vendor, _):
            await answered(phone, door)
            vendor.how = "dies"
            await ask_until(phone, lambda: bool(door.of(ProviderFailed)))
            failed = door.of(ProviderFailed)[0]
            assert (failed.operation, failed.provider.name) == ("speech_to_speech", "vendor")
            if system == "openai":  # one that answers by itself may break off before it is asked
                assert failed.fallback == "fixed phrase"
                broken = await heard(door, lambda one: LINES.no_answer[:20] in one.text)
                assert SAID.startswith(broken.text[: broken.text.index(LINES.no_answer[:20])].strip())
            vendor.how = "good"
            await answered(phone, door)
            if system == "openai":
                told = vendor.of("session.update")[-1]["session"]["instructions"]
                assert SAID[:10] in told  # what was said before
                assert "Hello." in told

    await of_vendors(*SYSTEMS, scene=scene)


async def test_a_vendor_that_says_nothing_is_waited_for_with_a_sign_and_then_replaced() -> None:
    async def scene(system: str) -> None:
        async with carried(system, timeout_ms=1_500, change=lambda one: replace(one, sign="tone")) as (
            phone, door, vendor, _
        ):
            vendor.how = "silent"
            await ask_until(phone, lambda: any(replied(one) for one in door.of(AssistantHeard)))  # the cascade's
            failed = door.of(ProviderFailed)[0]
            assert (failed.operation, failed.error, failed.fallback) == ("speech_to_speech", "timeout", "cascade")
            assert [one.sign for one in door.of(SignPlayed) if one.turn == failed.turn]
            calls = [one for one in door.of(ProviderCalled) if one.operation == "speech_to_speech"]
            assert "failed" in {one.outcome for one in calls}

    await of_vendors(*SYSTEMS, scene=scene)


@pytest.mark.parametrize("how", ["stalls", "wrong"])
async def test_an_answer_that_stops_in_the_middle_is_ended_and_the_record_holds_what_sounded(how: str) -> None:
    async def scene(system: str) -> None:
        async with carried(system, timeout_ms=3_000) as (phone, door, vendor, _):
            vendor.how = how
            await ask_until(phone, lambda: bool(door.of(ProviderFailed)))
            failed = door.of(ProviderFailed)[0]
            assert (failed.operation, failed.provider.name) == ("speech_to_speech", "vendor")
            assert (failed.error == "timeout") == (how == "stalls")
            vendor.how = "good"
            if failed.fallback == "fixed phrase":  # one that answers by itself may break off before it is asked
                said = await heard(door, lambda one: one.turn == failed.turn and LINES.no_answer[:20] in one.text)
                assert SAID.startswith(said.text[: said.text.index(LINES.no_answer[:20])].strip())
            await ask_until(phone, lambda: any(one.turn > failed.turn and one.text for one in door.of(AssistantHeard)))

    await of_vendors(*SYSTEMS, scene=scene)


async def test_an_answer_that_comes_too_late_is_not_heard_beside_the_cascades() -> None:
    async def scene(system: str) -> None:
        async with carried(system, timeout_ms=3_000) as (phone, door, vendor, _):
            vendor.how = "late"
            await ask_until(phone, lambda: any(replied(one) for one in door.of(AssistantHeard)))
            failed = door.of(ProviderFailed)[0]
            assert (failed.operation, failed.error, failed.fallback) == ("speech_to_speech", "timeout", "cascade")
            assert not [one for one in door.of(AssistantHeard) if one.turn and DISTINCT in one.text]

    await of_vendors(*SYSTEMS, scene=scene)


async def test_where_no_vendor_answers_the_call_is_a_cascade_from_the_start() -> None:
    def nobody(parts: Parts) -> Parts:
        return replace(parts, speech_to_speech=(Link(openai("ws://127.0.0.1:9", 1_000), PATIENT_MS),))

    async with provider_server() as house:
        one = entry(house, "house")
        async with call(alone(), lambda parts: nobody(replace(
            parts, speech_to_text=(hears(one),), text_to_speech=(speaks(one),), language_model=(writes(one),)
        ))) as (phone, door):
            await until(door, AssistantHeard)
            await ask(phone)
            await heard(door, lambda said: replied(said))
            assert {one.fallback for one in door.of(ProviderFailed)} == {"cascade"}
            assert not door.of(NoProviderLeft)


async def test_a_denied_vendor_hears_nothing_and_is_on_record() -> None:
    policy = load().model_copy(update={"residency": ResidencyRules.model_validate({"deny": [{"region": "eu"}]})})
    async with live_server() as vendor, provider_server() as house:
        one = entry(house, "house")
        async with call(alone(), lambda parts: replace(
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


async def test_in_a_payment_window_no_sound_goes_to_the_vendor() -> None:
    async def scene(system: str) -> None:
        window = [True]
        async with carried(system, change=lambda one: replace(one, withheld=lambda _: window[0])) as (
            phone, door, vendor, _
        ):
            await ask(phone)
            await heard(door, lambda one: replied(one))
            assert vendor.loud_samples == 0
            window[0] = False
            await answered(phone, door)
            assert vendor.loud_samples > 0

    await of_vendors(*SYSTEMS, scene=scene)
