"""Whole calls that a model carries which hears and speaks: each vendor's own adapter, and a cascade behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from governance.endpointing import Limits
from infra.clock import now
from infra.speech.gemini_speech_to_speech import GeminiSpeechToSpeech
from infra.speech.links import Link
from infra.speech.moshi_speech_to_speech import MoshiSpeechToSpeech
from infra.speech.openai_client import open_client
from infra.speech.openai_speech_to_speech import OpenAISpeechToSpeech
from infra.speech.ports import SpeechToSpeech
from infra.speech.wav import read_wav
from schemas.base import Data, Event, derived_id
from schemas.turns import AssistantHeard
from streams.voice.parts import Parts
from tests.support.chains import PATIENT_MS, entry, hears, speaks, writes
from tests.support.live_models import SAID, LiveServer, RawCodec, live_server
from tests.support.provider_server import ANSWER, ProviderServer, provider_server
from tests.support.telephone import Recorded, Telephone
from tests.support.voices import LINES, SUPPORT, Voices, call, until

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


async def of_vendors(*systems: str, scene: Callable[[str], Coroutine[None, None, None]]) -> None:
    """Play a scene with some of them, at the same time: it takes as long as it is listened to."""
    async with asyncio.TaskGroup() as group:
        for system in systems:
            group.create_task(scene(system))


@cache
def alone() -> Voices:
    """Give the ear of a house whose recogniser, voice and language model are no models of this machine."""
    return Voices("http://127.0.0.1:1/v1")


@asynccontextmanager
async def carried(
    system: str, *, timeout_ms: int = 6_000, change: Callable[[Parts], Parts] = lambda one: one,
) -> AsyncIterator[tuple[Telephone, Recorded, LiveServer, ProviderServer]]:
    """A call with a vendor, and a cascade behind it."""
    await _loaded(system)
    async with live_server() as vendor, provider_server() as house:
        one = entry(house, "house")

        def parts(given: Parts) -> Parts:
            return change(replace(
                given, speech_to_text=(hears(one),), text_to_speech=(speaks(one),), language_model=(writes(one),),
                speech_to_speech=(Link(SYSTEMS[system](vendor.url, timeout_ms), PATIENT_MS),), limits=QUICK,
                lines=SHORT,
            ))

        async with call(alone(), parts) as (phone, door):
            await until(door, AssistantHeard)
            await when(lambda: vendor.opened > 0)
            yield phone, door, vendor, house


async def _loaded(system: str) -> None:
    """Load and import all that a first call waits for, so that a vendor's time bounds the vendor alone."""
    alone()
    async with live_server() as vendor:
        dialogue = await SYSTEMS[system](vendor.url, PATIENT_MS).open(sample_rate=8_000, instructions="")
        await dialogue.close()


async def ask_until(phone: Telephone, true: Callable[[], bool], *, samples: int = 11_000) -> None:
    """Ask, again where a busy machine heard half of it."""
    for _ in range(5):
        await ask(phone, samples=samples)
        for _ in range(500):
            if true():
                return
            await asyncio.sleep(0.02)
    raise AssertionError("nothing of it came")


async def ask(phone: Telephone, *, samples: int = 11_000) -> None:
    wav = read_wav(SUPPORT.read_bytes())
    await phone.say(wav.samples[14_000 : 14_000 + samples], rate=wav.sample_rate)


def answers(door: Recorded) -> list[AssistantHeard]:
    """Give what was heard of the vendor to its end, as far as marks came back in time."""
    found = [one for one in door.of(AssistantHeard) if one.turn > 0 and not one.interrupted]
    return [one for one in found if len(one.text) > LONGEST_WORD and SAID.startswith(one.text)]


async def answered(phone: Telephone, door: Recorded) -> None:
    """Ask until the vendor has answered once more."""
    count = len(answers(door))
    await ask_until(phone, lambda: len(answers(door)) > count)


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


def notes(vendor: LiveServer) -> list[dict[str, Any]]:
    return vendor.of("conversation.item.create")
