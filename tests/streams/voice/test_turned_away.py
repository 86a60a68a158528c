"""A provider that asks for time is left alone for so long, and the caller is answered by the next one at once."""

import pytest

from infra.speech.circuit import OPEN_MS, Circuit
from schemas.turns import ProviderFailed
from tests.streams.voice.test_chain import WHOLE, outcomes, understood, written
from tests.support.chains import entry, hears, writes
from tests.support.provider_server import HEARD, provider_server
from tests.support.turning_away import turning_away

pytestmark = pytest.mark.fault

MINUTE = "Retry-After: 60\r\n"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_it_is_asked_again_when_its_time_is_over_and_not_when_ours_is() -> None:
    clock = Clock()
    circuit = Circuit(clock=clock)
    async with turning_away(429, MINUTE) as busy, provider_server() as good:
        first, second = writes(entry(f"{busy.http}/v1", "busy"), circuit), writes(entry(good, "good"))
        (answer,), door = await written(first, second)
        assert answer == WHOLE
        (failed,) = door.of(ProviderFailed)
        assert failed.error.endswith("429, asked to wait 60 s")
        for at_s in (OPEN_MS / 1000 + 1, 59.0):
            clock.now = at_s
            _, door = await written(first, second)
            assert outcomes(door) == [("good", "local", "answered")]
        assert busy.asked == 1
        clock.now = 60.0
        await written(first, second)
        assert busy.asked == 2


async def test_where_all_have_failed_who_asked_for_time_comes_last() -> None:
    async with turning_away(503, MINUTE) as busy, provider_server("500") as bad:
        alone, broken = writes(entry(f"{busy.http}/v1", "busy")), writes(entry(bad, "bad"))
        await written(alone, broken)
        bad.how = "good"
        (answer,), door = await written(alone, broken)
        assert answer == WHOLE
        assert outcomes(door) == [("bad", "local", "answered")]
        assert busy.asked == 1


async def test_a_recogniser_that_is_turned_away_hands_the_audio_on_and_is_left_alone() -> None:
    clock = Clock()
    circuit = Circuit(clock=clock)
    async with turning_away(503, MINUTE) as busy, provider_server() as good:
        first, second = hears(entry(f"{busy.http}/v1", "busy"), circuit), hears(entry(good, "good"))
        (text,), _ = await understood(first, second)
        clock.now = 59.0
        (again,), door = await understood(first, second)
        assert (text, again) == (HEARD, HEARD)
        assert outcomes(door) == [("good", "local", "answered")]


def test_an_answer_to_an_older_question_takes_nothing_back_and_no_later_failure_shortens_it() -> None:
    clock = Clock()
    circuit = Circuit(clock=clock)
    circuit.failed(wait_ms=60_000)
    circuit.succeeded()
    circuit.failed()
    clock.now = 59.0
    assert not circuit.ready
    assert circuit.alone
    clock.now = 60.0
    assert circuit.ready
    assert not circuit.alone
