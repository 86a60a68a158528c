"""A whole house that canaries are sent through, and every place of it where they could come to lie."""

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from sqlalchemy import Engine, text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from infra import clock, topics
from infra.event_bus import EventBus
from infra.house import House
from infra.keys import Keyring
from infra.tokens import LocalIssuer, Role
from schemas import codec
from schemas.base import Event, arrival_id
from schemas.calls import CallStarted
from schemas.topics import CALL_RAW
from schemas.turns import UtteranceFinalized
from tests.support.canaries import Mint, Planted

TENANT = "acme"
BATCH = 250
MEDIA = {"Content-Type": "application/cloudevents-batch+json"}


@dataclass(frozen=True)
class Canaries:
    """The running house, what was planted, and where its processes write beside the database."""

    house: House
    pool: Engine
    keyring: Keyring
    planted: Sequence[Planted]
    lost: Sequence[str]  # values in inputs that nobody can read, in requests and in what staff wrote
    log: Path
    spans: Path

    def client(self, role: Role) -> httpx.AsyncClient:
        return client(self.house, role)


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Let processes that are started now write their logs into a file."""
    kept = os.dup(2)
    with path.open("ab") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def client(house: House, role: Role, *, subject: str | None = None) -> httpx.AsyncClient:
    """Log in."""
    issuer = LocalIssuer(house.settings.keys, issuer=house.settings.issuer)
    token = issuer.issue(subject=subject or role, tenant=TENANT, role=role, now=clock.now())
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=house.url, headers=headers, timeout=60, trust_env=False)


def name(number: int) -> str:
    return f"canary-{number}"


def cloudevents(number: int, call: Planted) -> list[dict[str, object]]:
    """Write a call as its channel sends it: its numbers in the ids, a caller's address as the source."""
    values = call.values[-1]
    return [
        {
            "specversion": "1.0", "id": f"+1{values}/{place}", "source": f"sip:+1{values}@pbx.example.com",
            "type": data.ce_type(), "subject": name(number), "time": clock.now().isoformat(),
            "data": data.model_dump(mode="json", exclude_none=True),
        }
        for place, data in enumerate(call.events)
    ]


async def send_calls(house: House, planted: Sequence[Planted]) -> None:
    """Send every call in at the front door, many in a request."""
    waiting: list[dict[str, object]] = []
    async with client(house, "channel") as channel:
        for number, call in enumerate(planted):
            waiting += cloudevents(number, call)
            if len(waiting) >= BATCH or number == len(planted) - 1:
                answer = await channel.post("/v1/events", content=json.dumps(waiting), headers=MEDIA)
                assert answer.status_code == 202, answer.status_code
                waiting = []


async def send_wrong(house: House, mint: Mint) -> list[str]:
    """Send what nobody can read, ask what nobody may, with a value of its own in each place."""
    card = [mint.card() for _ in range(16)]
    good: dict[str, object] = {
        "specversion": "1.0", "id": "x", "source": "/x", "subject": "canary-wrong",
        "type": UtteranceFinalized.ce_type(), "data": {"participant": "caller", "utterance": "u1", "text": "hello"},
    }
    words = {"participant": "caller", "utterance": "u1"}
    wrong: list[object] = [
        {**good, "type": f"card {card[0]}"}, {**good, "data": {**words, "text": "x", card[1]: "x"}},
        {**good, "data": {**words, "text": 7, "words": card[2]}}, {**good, "subject": f"my card is {card[3]}"},
        {**good, "time": card[4]}, {**good, "specversion": card[5]}, {**good, "data": card[6]}, card[7],
        {**good, "data": {**words, "text": f"{card[8]} " * 500}}, {**good, "data_base64": f"?{card[9]}"},
        {**good, "tenant": card[10]},
    ]
    async with client(house, "channel") as channel:
        assert (await channel.post("/v1/events", content=json.dumps(wrong), headers=MEDIA)).status_code == 422
        assert (await channel.post("/v1/events", content=f"{{{card[11]}", headers=MEDIA)).status_code == 422
    async with client(house, "agent") as agent:
        for path in (f"/v1/calls/{card[12]}", f"/v1/calls?cursor={card[13]}", f"/{card[13]}"):
            assert (await agent.get(path, headers={"User-Agent": card[14], "X-Caller": card[14]})).status_code >= 400
        assert (await agent.get("/v1/audit/entries", params={"q": card[14]})).status_code == 403
        stolen = {"Authorization": f"Bearer {card[15]}"}
        assert (await agent.get("/v1/calls", headers=stolen)).status_code == 401
    return card


async def send_spoiled(house: House, keyring: Keyring, mint: Mint) -> list[str]:
    """Put what no room can read on call.raw, sealed as the front door does it."""
    card = [mint.card() for _ in range(3)]
    contents = [
        json.dumps({"participant": "caller", "utterance": "u1", "text": "x", f"card {card[0]}": 1}).encode(),
        json.dumps({"participant": card[1], "utterance": "u1", "text": card[1]}).encode(), f"{{{card[2]}".encode(),
    ]
    bus = EventBus(bootstrap_servers=house.settings.bootstrap_servers, client_id="tests")
    await bus.start()
    try:
        for number, content in enumerate(contents):
            sealed_event = Event(
                id=arrival_id("/tests/spoiled", str(number)), source="/tests", call_id="canary-wrong", tenant=TENANT,
                occurred_at=clock.now(), data=UtteranceFinalized(participant="caller", utterance="u1", text="x"),
            )
            sealed = keyring.seal(
                tenant=TENANT, call_id="canary-wrong", plaintext=content, context=sealed_event.id.encode()
            )
            headers = codec.headers_of(sealed_event, key_id=sealed.key_id)
            await bus.send(CALL_RAW.name, key="canary-wrong", value=sealed.ciphertext, headers=headers)
    finally:
        await bus.stop()
    return card


async def send_line(house: House, mint: Mint) -> list[str]:
    """Open an audio line: the caller's number, keys, a mark, sound that spells a number, and what is no control."""
    phone, keys, card = mint.phone(), mint.phone(), [mint.card() for _ in range(4)]
    address = f"{house.url.replace('http', 'ws')}/v1/calls/canary-line/audio"
    async with client(house, "channel") as channel:
        token = {"Authorization": channel.headers["Authorization"]}

    def dial(query: str) -> connect:
        return connect(f"{address}?{query}", additional_headers=token, proxy=None)

    told = (
        {"type": "start", "caller": f"+1{phone}", "language": "en"}, {"type": "dtmf", "digits": keys},
        {"type": "mark", "name": card[0]}, {"type": card[1], card[1]: card[1]},
    )
    with suppress(ConnectionClosed, TimeoutError):
        async with asyncio.timeout(5), dial("sample_rate=8000") as socket:
            await socket.send(json.dumps(told[0]))
            await socket.send(card[2].encode() * 20)
            for control in told[1:]:
                await socket.send(json.dumps(control))
            await socket.send(json.dumps({"type": "stop"}))
            await socket.wait_closed()
    with suppress(InvalidStatus, ConnectionClosed, TimeoutError):
        async with asyncio.timeout(5), dial(f"encoding={card[3]}") as socket:
            await socket.recv()
    return [phone, keys, *card]


async def records(bootstrap_servers: str) -> list[tuple[str, bytes]]:
    """Give every record of every topic there is, changelogs too: key, headers and value."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    names = sorted(await admin.list_topics())
    await admin.close()
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False, fetch_max_wait_ms=10)
    await consumer.start()
    found: list[tuple[str, bytes]] = []
    try:
        places = await topics.places(bootstrap_servers=bootstrap_servers, names=names)
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        for place in places:
            consumer.pause(*places)
            consumer.resume(place)
            await consumer.seek_to_beginning(place)
            while await consumer.position(place) < ends[place]:
                for batch in (await consumer.getmany(place, timeout_ms=200, max_records=2000)).values():
                    found += [(one.topic, _whole(one.key, one.headers, one.value)) for one in batch]
    finally:
        await consumer.stop()
    return found


def _whole(key: bytes | None, headers: Sequence[tuple[str, bytes]], value: bytes | None) -> bytes:
    return b"\n".join([key or b"", *(name.encode() + b"=" + (held or b"") for name, held in headers), value or b""])


def rows(pool: Engine) -> Iterator[tuple[str, str]]:
    """Give every row of every table as text."""
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    with pool.connect() as connection:
        for table in connection.execute(text(names)).scalars().all():
            for row in connection.execute(text(f'SELECT t::text FROM "{table}" AS t')).scalars():
                yield table, row


def numbers_of(planted: Sequence[Planted]) -> list[str]:
    """Give the callers' numbers."""
    return [
        one.events[0].caller.removeprefix("+1")
        for one in planted if isinstance(one.events[0], CallStarted) and one.events[0].caller
    ]
