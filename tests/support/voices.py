"""Sessions with the real local models, and the voice of a caller: for tests of the voice pipeline."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

import numpy as np
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
from infra.speech.wav import Wav
from schemas.base import Data
from schemas.turns import AssistantHeard
from streams.voice.host import MOST_CALLS, Host
from streams.voice.lines import Lines
from streams.voice.parts import Parts
from streams.voice.speculation import same
from tests.support.telephone import Recorded, Telephone

SUPPORT = Path(__file__).parents[1] / "data" / "audio" / "speak-to-customer-support.wav"
LINES = Lines(greeting="Hello.")
RATE = 24_000
RENDERINGS = 5
T = TypeVar("T", bound=Data)


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
        """Say it as a caller does; her voice is another each time, so she says it again until it can be understood."""
        caller, ear = self.speaker(self.url, voice="joe-low"), self.recogniser(self.url)
        try:
            for _ in range(RENDERINGS):
                said = np.concatenate([piece async for piece in caller.speak(text)])
                with suppress(TransientError):  # a machine that is too busy to tell
                    heard = await ear.transcribe(Wav(said, RATE), digits=False)
                    if same(heard.text, text):
                        break
            return said
        finally:
            await caller.close()
            await ear.close()

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


@asynccontextmanager
async def call(
    voices: Voices, change: Callable[[Parts], Parts] = lambda parts: parts, phone: Callable[[], Telephone] = Telephone,
    most_calls: int = MOST_CALLS,
) -> AsyncIterator[tuple[Telephone, Recorded]]:
    telephone, door = phone(), Recorded()
    host = Host(change(voices.parts(telephone, door)), most_calls=most_calls)
    telephone.host = host
    await telephone.start()
    try:
        yield telephone, door
    finally:
        await telephone.hang_up()
        await host.close()


async def until(door: Recorded, shape: type[T], count: int = 1, *, within_s: float = 60) -> list[T]:
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


async def heard(door: Recorded, true: Callable[[AssistantHeard], bool], *, within_s: float = 60) -> AssistantHeard:
    """Wait for an answer; a busy machine may hear one question as two, and then there are more of them."""
    async with asyncio.timeout(within_s):
        while True:
            for one in door.of(AssistantHeard):
                if true(one):
                    return one
            await asyncio.sleep(0.02)
