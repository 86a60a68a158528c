"""Calls over bad networks, with the real models: she is understood in her place, and nobody waits for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from api.frame_order import FrameOrder
from governance.patience import Patience
from infra.speech.g711 import encode_mulaw
from schemas.audio import SILENT, AudioRecord
from schemas.calls import Encoding
from schemas.turns import AssistantHeard, SpeechStarted, UtteranceFinalized
from streams.voice import host
from streams.voice.host import Host
from tests.support.impaired import Network
from tests.support.telephone import TENANT, Recorded, Telephone
from tests.support.voices import LINES, RATE, Voices, call, heard, until

pytestmark = pytest.mark.flow
QUESTION = "Where is my order?"
SILENCE_MS = 2_500
WITHIN_MS = 400  # a recogniser's word times
LINES_OF: dict[str, tuple[Network, Encoding, int]] = {
    "late": (Network(seed=3, jitter_ms=60, stall_every_ms=700, stall_ms=250), "mulaw", 8_000),
    "lost": (Network(seed=3, lost=0.03), "mulaw", 8_000),
    "doubled and reordered": (Network(seed=3, doubled=0.1, reordered=0.1, behind=3), "linear16", 16_000),
    "a fast clock": (Network(drift=0.005), "linear16", 24_000),
    "a slow clock": (Network(drift=-0.005), "linear16", 16_000),
}


@pytest.fixture(scope="module")
def voices(local_models: str) -> Voices:
    return Voices(local_models)


@pytest.fixture
async def question(voices: Voices) -> NDArray[np.int16]:
    """Ask anew for each try: a voice sounds another way each time, and one rendering may be hard to understand."""
    return await voices.say(QUESTION)


def frames_of(samples: NDArray[np.int16], encoding: Encoding, rate: int) -> list[bytes]:
    """Cut what she says, and the silence after it, into frames of 20 ms."""
    said = soxr.resample(samples, RATE, rate) if rate != RATE else samples
    whole = np.concatenate((np.zeros(rate // 5, np.int16), said, np.zeros(rate * SILENCE_MS // 1000, np.int16)))
    size = rate // 50
    cut = [whole[at : at + size] for at in range(0, len(whole) - size, size)]
    return [encode_mulaw(one) if encoding == "mulaw" else one.astype("<i2").tobytes() for one in cut]


class Door:
    """The gateway's side of a line: numbered frames in, records in order out."""

    def __init__(self, host: Host, *, encoding: Encoding, rate: int) -> None:
        self._host = host
        self._encoding: Encoding = encoding
        self._rate = rate
        self._order = FrameOrder()
        self._number = 0
        self._place = 0
        self._next = 0

    async def start(self) -> None:
        await self._host.handle(self._record("start", b'{"audio_partition": 3, "fast": true}'))

    async def carry(self, frames: list[bytes], network: Network) -> None:
        """Bring frames over a network, faster than in real time: nothing here goes by the clock on the wall."""
        first = self._next
        self._next += len(frames)
        for one in network.carry(frames):
            for frame in self._order.put(first + one.number, one.payload):
                self._place += frame.lost
                await self._host.handle(self._record("media", frame.payload))
                self._place += 1
            await asyncio.sleep(0)

    @property
    def lost(self) -> int:
        return self._order.lost

    @property
    def place_ms(self) -> int:
        return 20 * self._place

    async def heard(self) -> None:
        """Wait until the session has taken all that was brought: what waits is bounded."""
        async with asyncio.timeout(30):
            while any(not line._inbox.empty() for line in self._host._calls.values()):
                await asyncio.sleep(0.01)

    def _record(self, kind: str, payload: bytes) -> AudioRecord:
        record = AudioRecord.model_validate({
            "kind": kind, "call_id": "call-1", "tenant": TENANT, "number": self._number, "payload": payload,
            "encoding": self._encoding, "sample_rate": self._rate, "offset_ms": 20 * self._place,
        })
        self._number += 1
        return record


@asynccontextmanager
async def over(voices: Voices, *, encoding: Encoding, rate: int) -> AsyncIterator[tuple[Door, Recorded]]:
    phone, told = Telephone(encoding=encoding, sample_rate=rate, fast=True, returns_marks=False), Recorded()
    host = Host(voices.parts(phone, told))
    door = Door(host, encoding=encoding, rate=rate)
    await door.start()
    await until(told, AssistantHeard)
    try:
        yield door, told
    finally:
        await host.close()
        phone._tasks[0].cancel()
        phone._tasks[1].cancel()


@pytest.mark.parametrize("name", LINES_OF)
async def test_she_is_understood_and_her_words_lie_where_she_said_them(
    voices: Voices, question: NDArray[np.int16], name: str
) -> None:
    network, encoding, rate = LINES_OF[name]
    async with over(voices, encoding=encoding, rate=rate) as (door, told):
        await door.carry(frames_of(question, encoding, rate), network)
        (said,) = await until(told, UtteranceFinalized)
    spoken_ms = 200 + 1000 * len(question) // RATE
    assert "order" in said.text.lower()
    assert 200 - WITHIN_MS <= said.start_ms <= said.end_ms <= spoken_ms + WITHIN_MS
    assert all(said.start_ms - WITHIN_MS <= one.start_ms <= one.end_ms <= spoken_ms + WITHIN_MS for one in said.words)
    assert (door.lost > 0) == (network.lost > 0)


async def test_a_minute_on_a_drifting_clock_later_she_is_heard_at_once_and_in_her_place(
    voices: Voices, question: NDArray[np.int16]
) -> None:
    async with over(voices, encoding="mulaw", rate=8_000) as (door, told):
        silence = frames_of(np.zeros(20 * RATE, np.int16), "mulaw", 8_000)
        network = Network(seed=2, drift=0.005, lost=0.01, doubled=0.02, reordered=0.02, jitter_ms=30)
        for _ in range(3):
            await door.carry(silence, network)
            await door.heard()
        began_ms = door.place_ms
        await door.carry(frames_of(question, "mulaw", 8_000), Network())
        (said,) = await until(told, UtteranceFinalized)
    spoken_ms = 200 + 1000 * len(question) // RATE
    assert "order" in said.text.lower()
    assert began_ms > 60_000
    assert began_ms + 200 - WITHIN_MS <= said.start_ms < said.end_ms <= began_ms + spoken_ms + WITHIN_MS


async def test_a_stall_in_the_middle_of_a_sentence_does_not_end_the_turn(
    voices: Voices, question: NDArray[np.int16], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "STALL_S", 10.0)  # however long a busy machine makes the stall
    async with over(voices, encoding="mulaw", rate=8_000) as (door, told):
        frames = frames_of(question, "mulaw", 8_000)
        middle = 10 + len(question) // (RATE // 50) // 2
        await door.carry(frames[:middle], Network())
        await until(told, SpeechStarted, 2)
        await asyncio.sleep(0.5)  # the network's own silence, longer than a pause that ends a turn
        await door.carry(frames[middle:], Network())
        (said,) = await until(told, UtteranceFinalized)
    assert "order" in said.text.lower()
    assert said.words


async def test_a_caller_who_falls_silent_is_asked_once_and_then_the_call_ends(voices: Voices) -> None:
    patience = Patience(ask_after_ms=1_500, end_after_ms=1_000)
    async with call(voices, lambda parts: replace(parts, patience=patience)) as (phone, door):
        await heard(door, lambda one: one.text == LINES.still_there)
        await heard(door, lambda one: one.text == LINES.nobody_there)
        async with asyncio.timeout(30):
            while not (stops := [one for one in phone.records if one.kind == "stop"]):
                await asyncio.sleep(0.02)
        asked = [one.text for one in door.of(AssistantHeard)].count(LINES.still_there)
    assert SILENT.encode() in stops[0].payload
    assert (len(stops), asked) == (1, 1)


async def test_a_caller_who_answers_keeps_the_call(voices: Voices, question: NDArray[np.int16]) -> None:
    patience = Patience(ask_after_ms=1_500, end_after_ms=20_000)
    async with call(voices, lambda parts: replace(parts, patience=patience)) as (phone, door):
        await heard(door, lambda one: one.text == LINES.still_there)
        await phone.say(question, rate=RATE)
        await heard(door, lambda one: "order number" in one.text)
        assert not any(one.kind == "stop" for one in phone.records)


async def test_who_waits_for_a_person_is_never_hung_up_on(voices: Voices) -> None:
    patience = Patience(ask_after_ms=1_000, end_after_ms=500)
    async with call(voices, lambda parts: replace(parts, patience=patience)) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await voices.say("I want to speak to a person."), rate=RATE)
        await heard(door, lambda one: one.text == LINES.connecting)
        heard_ms = phone._samples
        async with asyncio.timeout(30):
            while phone._samples < heard_ms + 4 * 8_000:  # four seconds of her silence, by the call's own clock
                await asyncio.sleep(0.05)
        assert not any(one.kind == "stop" for one in phone.records)
        assert LINES.still_there not in [one.text for one in door.of(AssistantHeard)]
