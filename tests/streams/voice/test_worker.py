"""The voice worker on a real broker and database: calls come and go through Kafka, and survive their worker."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from infra import audio_seal, embedded_broker, topics
from infra.event_bus import EventBus
from infra.keys import Keyring
from infra.settings import Settings
from infra.speech.g711 import encode_mulaw
from infra.speech.wav import read_wav
from schemas import codec
from schemas.audio import AudioKind, AudioRecord
from schemas.topics import AUDIO_IN, AUDIO_OUT, CALL_DEADLETTERS, CALL_RAW
from schemas.turns import AssistantGenerated
from streams.voice.lines import Lines
from streams.voice.worker import run
from tests.support.kafka import stored

pytestmark = pytest.mark.flow

SUPPORT = Path(__file__).parents[2] / "data" / "audio" / "speak-to-customer-support.wav"
PARTITION = 1


@pytest.fixture
def servers() -> Iterator[str]:
    broker = embedded_broker.start()  # one of its own: topics are read from their beginning
    yield broker.bootstrap_servers
    broker.stop()


@pytest.fixture
async def settings(servers: str, pool: Engine, database_url: str, local_models: str, tmp_path: Path) -> Settings:
    await topics.ensure(bootstrap_servers=servers, partitions=2, engine=pool)
    return Settings(
        broker=f"kafka://{servers}", database=database_url, data=tmp_path, models_url=local_models,
        environment="embedded",
    )


class Gateway:
    """Sends a caller's records as the API does."""

    def __init__(self, bus: EventBus, keyring: Keyring, call_id: str) -> None:
        self._bus = bus
        self._keyring = keyring
        self._call_id = call_id
        self._number = 0

    async def send(self, kind: AudioKind, payload: bytes = b"{}") -> None:
        record = AudioRecord(
            kind=kind, call_id=self._call_id, tenant="default", number=self._number, encoding="mulaw",
            sample_rate=8_000, payload=payload,
        )
        self._number += 1
        headers, value = audio_seal.seal(self._keyring, record, direction="in")
        await self._bus.send(AUDIO_IN.name, key=self._call_id, value=value, headers=headers)

    async def start(self) -> None:
        await self.send("start", json.dumps({"audio_partition": PARTITION, "fast": True}).encode())

    async def say(self, payload: bytes) -> None:
        for at in range(0, len(payload), 800):
            await self.send("media", payload[at : at + 800])


@pytest.fixture
async def gateway(settings: Settings, pool: Engine) -> AsyncIterator[Gateway]:
    bus = EventBus(bootstrap_servers=settings.bootstrap_servers, client_id="tests")
    await bus.start()
    yield Gateway(bus, Keyring(engine=pool, kek=settings.kek), "call-1")
    await bus.stop()


@asynccontextmanager
async def worker(settings: Settings) -> AsyncIterator[None]:
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(run(settings, stop, ready.set))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
    assert ready.is_set(), running.exception()
    yield
    stop.set()
    await running


async def said(settings: Settings, keyring: Keyring, count: int) -> list[str]:
    """Give the first texts the assistant wrote, as they lie sealed on call.raw."""
    texts: list[str] = []
    wanted = count
    async with asyncio.timeout(60):
        while len(texts) < count:
            texts = []
            for record in await stored(settings.bootstrap_servers, CALL_RAW.name, wanted):
                headers = codec.header_map(record.headers)
                opened = keyring.open(
                    key_id=headers["ce_keyid"], ciphertext=record.value, context=headers["ce_id"].encode()
                )
                data = codec.read(headers, opened).data
                if isinstance(data, AssistantGenerated):
                    texts.append(data.text)
            wanted += 1
    return texts


async def test_a_call_is_answered_on_the_partition_its_gateway_owns(
    settings: Settings, gateway: Gateway, pool: Engine
) -> None:
    keyring = Keyring(engine=pool, kek=settings.kek)
    async with worker(settings):
        await gateway.start()
        await said(settings, keyring, 1)
        await gateway.say(encode_mulaw(read_wav(SUPPORT.read_bytes()).samples))
        texts = await said(settings, keyring, 2)
        assert Lines().connecting in texts
        await gateway.send("stop")
    out = await stored(settings.bootstrap_servers, AUDIO_OUT.name, 50)
    assert {record.partition for record in out} == {PARTITION}
    headers = codec.header_map(out[0].headers)
    assert audio_seal.unseal(keyring, headers, out[0].value, direction="out").number == 0


async def test_another_worker_takes_a_running_call_up_again_on_the_same_partition(
    settings: Settings, gateway: Gateway, pool: Engine
) -> None:
    keyring = Keyring(engine=pool, kek=settings.kek)
    async with worker(settings):
        await gateway.start()
        await said(settings, keyring, 1)
    before = len(await stored(settings.bootstrap_servers, AUDIO_OUT.name, 50))
    async with worker(settings):
        await gateway.say(encode_mulaw(read_wav(SUPPORT.read_bytes()).samples[:8_000]))
        assert Lines().again in await said(settings, keyring, 2)
    out = await stored(settings.bootstrap_servers, AUDIO_OUT.name, before + 20)
    assert {record.partition for record in out} == {PARTITION}


async def test_a_record_that_does_not_open_is_a_dead_letter_and_the_rest_is_heard(
    settings: Settings, gateway: Gateway, pool: Engine
) -> None:
    keyring = Keyring(engine=pool, kek=settings.kek)
    bus = EventBus(bootstrap_servers=settings.bootstrap_servers, client_id="spoiler")
    await bus.start()
    async with worker(settings):
        record = AudioRecord(kind="media", call_id="call-1", tenant="default", number=0, payload=b"")
        headers = record.headers(key_id=keyring.ensure(tenant="default", call_id="call-1"))
        await bus.send(AUDIO_IN.name, key="call-1", value=b"not sealed", headers=headers)
        await gateway.start()
        assert len(await said(settings, keyring, 1)) == 1
    await bus.stop()
    (letter,) = await stored(settings.bootstrap_servers, CALL_DEADLETTERS.name, 1)
    assert b"not sealed" not in letter.value
