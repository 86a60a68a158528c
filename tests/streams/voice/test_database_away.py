"""Keys are read again once a minute: a database that is away then costs sound at most, and no worker and no record."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiokafka import ConsumerRecord
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from api.gateway import Gateway
from api.metrics import Metrics
from governance.errors import TransientError
from infra import audio_seal
from infra.clock import now
from infra.database import engine, transaction
from infra.event_bus import EventBus, Record
from infra.front_door import FrontDoor
from infra.keys import Keyring
from infra.payment_watch import PaymentWatch
from schemas.audio import AudioKind, AudioRecord
from schemas.base import Event
from schemas.topics import AUDIO_IN
from schemas.turns import SpeechStarted
from streams.voice.air import KafkaInlet
from streams.voice.outlet import KafkaOutlet
from streams.voice.reporter import Reporter
from tests.support.chains import SETUP
from tests.support.telephone import Recorded

pytestmark = pytest.mark.fault
TENANT = "default"
NOBODY = "127.0.0.1:1"  # no broker listens there


class Sent(EventBus):
    """A bus that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__(bootstrap_servers=NOBODY, client_id="tests")
        self.records: list[Record] = []

    async def send_all(self, records: Sequence[Record]) -> None:
        self.records += records


class Waiting(Recorded):
    """A door whose database is away at first."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals = 2

    async def accept(self, events: Sequence[Event]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise OperationalError(None, None, ConnectionError())
        await super().accept(events)


@pytest.fixture
def away(tmp_path: Path) -> Keyring:
    """Keys in a database that nobody reaches."""
    return Keyring(engine=engine("postgresql://nobody@127.0.0.1:1/none"), kek=tmp_path / "kek.json")


def record(call_id: str, *, kind: AudioKind = "media", leg: str = "", number: int = 0) -> AudioRecord:
    return AudioRecord(
        kind=kind, call_id=call_id, tenant=TENANT, number=number, payload=bytes(320) if kind == "media" else b"{}",
        leg=leg,
    )


def stored(keyring: Keyring, one: AudioRecord) -> ConsumerRecord:
    headers, value = audio_seal.seal(keyring, one, direction="in")
    return ConsumerRecord(
        AUDIO_IN.name, 0, 0, int(now().timestamp() * 1000), 0, one.call_id.encode(), value, None, 0, 0, headers
    )


def inlet(keyring: Keyring, handled: list[AudioRecord], door: FrontDoor) -> KafkaInlet:
    async def handle(one: AudioRecord) -> None:
        handled.append(one)

    async def moved(calls: frozenset[str]) -> None: ...

    return KafkaInlet(
        name="callwarden-voice-test",
        bootstrap_servers=NOBODY, fetch_wait_ms=10, keyring=keyring, door=door,
        now_ms=lambda: int(now().timestamp() * 1000), handle=handle, hand=handled.append, moved=moved,
    )


async def test_what_a_session_reports_waits_for_the_database_and_is_not_lost() -> None:
    door = Waiting()
    reporter = Reporter(door, SETUP, now=now)
    first = reporter.report(SpeechStarted(participant="caller", at_ms=0, turn=1), None)
    second = reporter.report(SpeechStarted(participant="caller", at_ms=900, turn=2), None)
    await reporter.close(within_s=30)
    assert [one.id for one in door.events] == [first.id, second.id]


async def test_the_sound_of_other_calls_leaves_where_the_key_of_one_is_gone(keyring: Keyring, pool: Engine) -> None:
    with transaction(pool) as connection:
        keyring.destroy(connection, tenant=TENANT, call_id="forgotten", at=now())
    bus = Sent()
    outlet = KafkaOutlet(bus=bus, keyring=keyring, watch=PaymentWatch(engine=pool, keyring=keyring))
    for call_id in ("forgotten", "kept"):
        await outlet.send(record(call_id), partition=1)
    sending = asyncio.create_task(outlet.run())
    await outlet.drained(within_s=30)
    sending.cancel()
    assert [one.key for one in bus.records] == ["kept"]


async def test_a_worker_goes_on_where_keys_cannot_be_read(away: Keyring, keyring: Keyring, pool: Engine) -> None:
    heard: list[AudioRecord] = []
    door = FrontDoor(bus=EventBus(bootstrap_servers=NOBODY, client_id="tests"), keyring=keyring)
    came = inlet(away, heard, door)
    await came._take(stored(keyring, record("call-1")))
    spoiled = stored(keyring, record("call-1"))
    spoiled.headers.clear()
    await came._take(spoiled)  # nor can anybody be told of what is no record
    assert not heard

    outlet = KafkaOutlet(bus=Sent(), keyring=away, watch=PaymentWatch(engine=pool, keyring=away))
    await outlet.send(record("call-1"), partition=1)
    sending = asyncio.create_task(outlet.run())
    await outlet.drained(within_s=30)
    assert not sending.done()
    sending.cancel()


async def test_a_gateway_passes_over_sound_whose_key_cannot_be_read_and_says_so_of_the_rest(away: Keyring) -> None:
    pool = engine("postgresql://nobody@127.0.0.1:1/none")
    gateway = Gateway(
        bus=Sent(), keyring=away, pool=pool, metrics=Metrics(), bootstrap_servers=NOBODY, owner="tests", embedded=True,
        direct_line="off",
    )
    await gateway.send(record("call-1"))
    with pytest.raises(TransientError):
        await gateway.send(record("call-1", kind="start"))


async def test_a_call_that_is_over_is_remembered_by_nothing_that_its_agent_says_later(keyring: Keyring) -> None:
    heard: list[AudioRecord] = []
    door = FrontDoor(bus=Sent(), keyring=keyring)
    came = inlet(keyring, heard, door)
    await came._take(stored(keyring, record("call-1", kind="start")))
    assert came.partition_of("call-1") == 0
    await came._take(stored(keyring, record("call-1", kind="stop", number=1)))
    await came._take(stored(keyring, record("call-1", kind="mark", leg="a1")))
    assert [one.kind for one in heard] == ["start", "stop", "mark"]
    assert came.partition_of("call-1") is None
