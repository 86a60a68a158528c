"""What a door may store of a call in which somebody pays: asked of the database, so that every process knows."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from governance.errors import TransientError
from infra import clock
from infra.database import engine
from infra.payment_windows import PaymentWindows
from schemas.base import Data, Event
from schemas.calls import DtmfPressed
from schemas.payments import WITHHELD, PaymentDataDestroyed, PaymentWindowClosed, PaymentWindowOpened
from schemas.turns import UtteranceFinalized
from tests.support import calls

pytestmark = pytest.mark.contract
CARD = "four two four two four two four two four two four two four two four two"
CALL = (calls.TENANT, "call-1")


@pytest.fixture
def pool(database_url: str) -> Iterator[Engine]:
    opened = engine(database_url)
    yield opened
    opened.dispose()


def event(number: int, data: Data, *, ago_s: float = 0, call_id: str = "call-1", tenant: str = calls.TENANT) -> Event:
    at = clock.now() - timedelta(seconds=ago_s)
    return calls.event(number, data, call_id=call_id, tenant=tenant, at=at)


def said(text: str = CARD) -> UtteranceFinalized:
    return UtteranceFinalized(participant="caller", utterance="u", turn=1, text=text)


def texts(events: list[Event]) -> list[str]:
    return [one.data.text for one in events if isinstance(one.data, UtteranceFinalized)]


async def test_words_are_withheld_from_the_opening_to_the_closing_in_every_process(pool: Engine) -> None:
    door, other = PaymentWindows(pool), PaymentWindows(pool)
    first = await door.guarded([event(1, said("hello")), event(2, PaymentWindowOpened(window="w")), event(3, said())])
    assert texts(first) == ["hello", WITHHELD]
    second = await other.guarded([event(4, said()), event(5, DtmfPressed(digits="4242"))])
    assert texts(second) == [WITHHELD]
    assert second[1].data == DtmfPressed(digits="****")
    assert len(second) == 2  # in time: the events themselves say that something was withheld
    after = await other.guarded([event(6, PaymentWindowClosed(window="w")), event(7, said("thank you"))])
    assert texts(after) == ["thank you"]


async def test_other_calls_and_tenants_are_not_touched(pool: Engine) -> None:
    door = PaymentWindows(pool)
    await door.guarded([event(1, PaymentWindowOpened(window="w"))])
    others = [event(2, said("one"), call_id="call-2"), event(3, said("two"), tenant="other")]
    assert texts(await door.guarded(others)) == ["one", "two"]


async def test_what_comes_late_is_destroyed_with_a_receipt_that_is_the_same_when_it_comes_again(pool: Engine) -> None:
    door = PaymentWindows(pool)
    await door.guarded([event(1, PaymentWindowOpened(window="w"), ago_s=30)])
    await door.guarded([event(2, PaymentWindowClosed(window="w"), ago_s=10)])
    late = event(3, said(), ago_s=20)
    kept, receipt = await door.guarded([late])
    assert texts([kept]) == [WITHHELD]
    assert receipt.data == PaymentDataDestroyed(window="w", what="words", pieces=1)
    assert (await door.guarded([late]))[1].id == receipt.id
    assert texts(await door.guarded([event(4, said("hello"), ago_s=40)])) == ["hello"]


async def test_a_window_nobody_closes_ends_by_itself(pool: Engine) -> None:
    door = PaymentWindows(pool)
    await door.guarded([event(1, PaymentWindowOpened(window="w", within_ms=1_000))])
    assert CALL in door.open_calls
    for _ in range(200):
        (kept,) = await door.guarded([event(2, said("hello"))])
        if texts([kept]) == ["hello"]:
            break
        await asyncio.sleep(0.05)
    assert texts([kept]) == ["hello"]


async def test_without_the_database_nothing_is_stored(pool: Engine) -> None:
    gone = engine("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(TransientError, match="payment windows cannot be read"):
        await PaymentWindows(gone).guarded([event(1, said())])
