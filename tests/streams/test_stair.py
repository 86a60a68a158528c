"""Both workers at work as processes: what came in at the front door is at the foot of the stair once."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from infra import clock, embedded_broker, topics
from infra.child import Child
from infra.database import engine, transaction
from infra.event_bus import EventBus
from infra.front_door import FrontDoor, event
from infra.keys import Keyring
from infra.settings import Settings
from schemas.base import Data, Event
from schemas.calls import CallEnded, CallStarted
from schemas.turns import UtteranceFinalized

pytestmark = pytest.mark.fault

CARD = "4111 1111 1111 1111"
FIRST: tuple[Data, ...] = (
    CallStarted(channel="phone", caller="+15557654321"),
    UtteranceFinalized(participant="caller", utterance="u1", turn=1, text=f"my card is {CARD}"),
    UtteranceFinalized(participant="caller", utterance="u2", turn=2, text="can I speak to a real person please"),
)


ONCE = ("call_admitted", "handoff_requested", "handoff_packaged", "handoff_offered", "call_ended")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Iterator[Settings]:
    broker = embedded_broker.start()
    yield Settings(
        data=tmp_path, broker=f"kafka://{broker.bootstrap_servers}", database=database_url, partitions=2,
    )
    broker.stop()


@pytest.fixture
async def door(settings: Settings, pool: Engine) -> AsyncIterator[FrontDoor]:
    await topics.ensure(bootstrap_servers=settings.bootstrap_servers, partitions=2, engine=pool)
    bus = EventBus(bootstrap_servers=settings.bootstrap_servers, client_id="tests")
    await bus.start()
    yield FrontDoor(bus=bus, keyring=Keyring(engine=pool, kek=settings.kek))
    await bus.stop()


@pytest.fixture
def pool(settings: Settings) -> Iterator[Engine]:
    opened = engine(settings.database_url)
    yield opened
    opened.dispose()


@asynccontextmanager
async def working(rooms: str, settings: Settings) -> AsyncIterator[Child]:
    """Run a worker as its operators do; it is started again when it is killed."""
    given = {
        "DATA": str(settings.data), "BROKER": settings.broker, "DATABASE": settings.database, "PARTITIONS": "2",
        "ENVIRONMENT": "embedded",
    }
    worker = Child(
        rooms, [sys.executable, "-m", "infra.cli", "worker", "--rooms", rooms],
        {f"CALLWARDEN_{name}": value for name, value in given.items()},
    )
    await worker.start(within_s=180)
    yield worker
    await worker.stop()


def arrivals(*said: Data, start: int = 0) -> list[Event]:
    return [
        event(data, call_id="call-1", tenant="acme", source="/tests", source_id=str(n),
              occurred_at=clock.now() + timedelta(milliseconds=n))
        for n, data in enumerate(said, start=start)
    ]


def recorded(pool: Engine) -> list[str]:
    query = text("SELECT type FROM audit_index WHERE tenant = 'acme' ORDER BY idx")
    with transaction(pool) as connection:
        return list(connection.execute(query).scalars())


async def until(pool: Engine, *kinds: str) -> list[str]:
    """Wait for each of them: they come on several topics, in any order between these."""
    async with asyncio.timeout(240):
        while not set(kinds) <= set(found := await asyncio.to_thread(recorded, pool)):
            await asyncio.sleep(0.1)
    return found


@pytest.mark.timeout(600)  # three processes start, on however busy a machine
async def test_a_call_is_recorded_once_although_it_is_sent_twice_and_the_worker_is_killed(
    settings: Settings, pool: Engine, door: FrontDoor
) -> None:
    async with working("records", settings), working("governance", settings) as worker:
        await door.accept(arrivals(*FIRST))
        await until(pool, "handoff_offered")
        killed = worker.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        await door.accept([*arrivals(*FIRST), *arrivals(CallEnded(reason="hangup"), start=len(FIRST))])
        found = await until(pool, "handoff_withdrawn", *ONCE)
    assert worker.pid != killed
    for kind in ONCE:
        assert found.count(kind) == 1, kind
    assert found.count("utterance_redacted") == 2
    with transaction(pool) as connection:
        entries = connection.execute(text("SELECT entry FROM audit_leaf")).scalars().all()
        rows = connection.execute(text("SELECT to_jsonb(said)::text FROM utterance AS said")).scalars().all()
    assert not [one for one in entries if CARD.encode() in one]
    assert not [one for one in rows if CARD in one]
    assert any("<CREDIT_CARD_1>" in one for one in rows)
