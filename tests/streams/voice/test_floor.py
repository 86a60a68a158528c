"""Whose turn it is, where several things are said before the first of them was understood."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import MagicMock

import pytest

from governance.errors import TransientError
from infra.clock import now
from infra.speech.links import Link
from schemas.speech import Transcript
from schemas.turns import BackchannelHeard, Provider, UtteranceFinalized
from streams.voice.chain import Chain
from streams.voice.ear import Speech
from streams.voice.floor import Floor
from streams.voice.lines import Lines
from streams.voice.relay import Relay
from tests.support.chains import told
from tests.support.telephone import Recorded

pytestmark = pytest.mark.flow

HOUSE = Provider(name="house", model="m")


@dataclass
class Answering:
    """An assistant that is speaking all the time."""

    busy: bool = True
    silent: bool = False
    stopped: int = 0
    answered: list[str] = field(default_factory=list)

    def keep_still(self, ms: int, *, longer: bool = False) -> None: ...

    def stop(self, *, turn: int, speech: Speech | None) -> None:
        self.stopped += 1
        self.busy = False

    def respond(self, *, turn: int, text: str, event_id: str) -> None:
        self.answered.append(text)


@dataclass
class Understanding:
    """A recogniser whose finals come when the test says so."""

    provider: Provider = HOUSE
    lost: bool = False
    said: dict[int, "asyncio.Future[Transcript | None]"] = field(default_factory=dict)

    def utterance(self, speech: Speech) -> str:
        return f"caller-{speech.began_ms}"

    async def finish(self, speech: Speech, *, turn: int, trace: object) -> Transcript | None:
        return await self.of(speech)

    def of(self, speech: Speech) -> "asyncio.Future[Transcript | None]":
        return self.said.setdefault(speech.began_ms, asyncio.get_running_loop().create_future())

    def says(self, speech: Speech, text: str) -> None:
        self.of(speech).set_result(Transcript(text=text))


class Beside(MagicMock):
    """What else hears of turns, and has no part in this."""


@asynccontextmanager
async def floor() -> AsyncIterator[tuple[Floor, Answering, Understanding, Recorded]]:
    answers, hearing = Answering(), Understanding()
    beside: Any = Beside()
    async with told() as (reporter, door, traces):
        taken: Any = {"answers": answers, "hearing": hearing}
        one = Floor(
            first_turn=1, ear=beside, hearing=taken["hearing"], mind=beside, answers=taken["answers"],
            reporter=reporter, traces=traces, lines=Lines(), now=now, signs=beside, ahead=beside, duplex=beside,
        )
        yield one, answers, hearing, door
        await one.close()


def speech(began_ms: int, *, lasts_ms: int = 300) -> Speech:
    nobody: Any = None
    return Speech(nobody, began_ms=began_ms, began_at=now(), digits=False, ended_ms=began_ms + lasts_ms, ended_at=now())


async def until(door: Recorded, shape: type[Any], count: int) -> None:
    async with asyncio.timeout(30):
        while len(door.of(shape)) < count:
            await asyncio.sleep(0.01)


async def test_nods_in_a_row_leave_the_floor_where_it_is_though_one_begins_before_the_last_is_understood() -> None:
    async with floor() as (one, answers, hearing, door):
        nods = [speech(1_000), speech(1_600), speech(2_200)]
        for nod in nods:
            one.started(nod)
            one.ended(nod)
        for nod, text in zip(nods, ("mm-hm", "yeah", "right"), strict=True):
            hearing.says(nod, text)
        await until(door, BackchannelHeard, 3)
        assert not answers.stopped
        assert not door.of(UtteranceFinalized)
        assert one.turn == 1


async def test_two_that_take_the_floor_within_300_ms_are_two_turns_and_the_answer_is_stopped() -> None:
    async with floor() as (one, answers, hearing, door):
        first, second = speech(1_000, lasts_ms=200), speech(1_280)
        one.started(first)
        one.ended(first)
        one.started(second)
        one.ended(second)
        hearing.says(first, "no wait")
        hearing.says(second, "cancel that order")
        await until(door, UtteranceFinalized, 2)
        assert answers.stopped
        assert answers.answered == ["no wait", "cancel that order"]


async def test_a_nod_before_the_words_that_take_the_floor_costs_no_turn_of_its_own() -> None:
    async with floor() as (one, answers, hearing, door):
        nod, words = speech(1_000), speech(1_600)
        for said in (nod, words):
            one.started(said)
            one.ended(said)
        hearing.says(nod, "mm-hm")
        hearing.says(words, "but my name is not Smith")
        await until(door, UtteranceFinalized, 1)
        assert len(door.of(BackchannelHeard)) == 1
        assert answers.answered == ["but my name is not Smith"]


async def test_a_yes_that_began_over_the_last_word_of_a_question_is_a_turn_once_the_question_is_over() -> None:
    async with floor() as (one, answers, hearing, door):
        yes = speech(1_000)
        one.started(yes)
        one.ended(yes)
        answers.busy = False
        hearing.says(yes, "yes")
        await until(door, UtteranceFinalized, 1)
        assert answers.answered == ["yes"]


class Talkative:
    """A recogniser that goes on telling of what it has finished."""

    provider = HOUSE

    fails = False

    def __init__(self) -> None:
        self.heard: Any = None

    async def open(self, *, sample_rate: int) -> Any:
        return self

    def begin(self, *, digits: bool, heard: Any) -> Any:
        self.heard = heard
        return self

    async def feed(self, samples: Any) -> None: ...

    def settle(self) -> None: ...

    async def finish(self) -> Transcript:
        if self.fails:
            raise TransientError("lost")
        return Transcript(text="Where is my order?")

    async def drop(self) -> None: ...

    async def close(self) -> None: ...


@pytest.mark.parametrize("fails", [False, True])
async def test_what_a_recogniser_says_of_an_utterance_that_is_over_is_told_nobody(fails: bool) -> None:
    async with told() as (reporter, _, traces):
        vendor: Any = Talkative()
        vendor.fails = fails
        relay = Relay(Chain("speech_to_text", [Link(vendor)], reporter), sample_rate=8_000, traces=traces)
        await relay.open()
        interims: list[str] = []
        listening = relay.begin(digits=False, heard=lambda one: interims.append(one.text))
        vendor.heard(Transcript(text="Where is"))
        if fails:
            with pytest.raises(TransientError):
                await listening.finish()
            await listening.drop()
        else:
            await listening.finish()
        vendor.heard(Transcript(text="Where is my order? And"))
        await relay.close()
    assert interims == ["Where is"]
