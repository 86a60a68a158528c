"""How `callwarden up` ends: in order for who asks once, at once for who asks again, and an echo is no second time."""

import asyncio

import pytest

from infra.cli_up import Ending

pytestmark = pytest.mark.pure


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_who_asks_once_waits_for_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    ending, done = Ending(Clock()), []

    async def stop() -> None:
        await asyncio.sleep(0)
        done.append("stopped")

    ending.tell()
    await ending.wait_for(stop())
    assert done == ["stopped"]
    assert "Ctrl-C once more ends at once" in capsys.readouterr().err


async def test_who_asks_again_does_not_wait() -> None:
    clock = Clock()
    ending = Ending(clock)
    ending.tell()
    waiting = asyncio.create_task(ending.wait_for(asyncio.Event().wait()))
    await asyncio.sleep(0)
    clock.now = 1.0
    ending.tell()
    async with asyncio.timeout(10):
        await waiting


async def test_a_signal_that_comes_twice_in_one_instant_is_one() -> None:
    ending = Ending(Clock())
    ending.tell()
    ending.tell()
    assert ending.asked.is_set()
    assert not ending.at_once.is_set()


async def test_what_fails_in_ending_is_raised() -> None:
    async def stop() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await Ending(Clock()).wait_for(stop())
