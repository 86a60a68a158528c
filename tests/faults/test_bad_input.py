"""Input that nobody can read: it is named and kept as a dead letter, and what comes after it passes unharmed."""

import asyncio
import struct
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from sqlalchemy import Engine, text

from infra import clock
from infra.database import transaction
from infra.event_bus import EventBus, Record
from infra.front_door import FrontDoor, event
from infra.keys import Keyring
from schemas import codec
from schemas.base import Event
from schemas.calls import ParticipantJoined
from schemas.topics import CALL_RAW
from schemas.turns import UtteranceFinalized
from tests.support.house import TENANT, Stair

pytestmark = pytest.mark.fault
SECRET = "4111 1111 1111 1111"
RECORDED_WITHIN_S = 90.0
CALL = "call-spoiled"
CONTENT = {"Content-Type": "application/cloudevents+json"}
LETTERS = text("SELECT reason, field, size FROM dead_letter ORDER BY reason")
RECORDED = text("SELECT tenant, type, event_id FROM audit_index ORDER BY tenant, idx")
MP3_IN_WAV = struct.pack("<HHIIHH", 85, 1, 8_000, 1_000, 1, 0)


def joined(number: int) -> Event:
    return event(
        ParticipantJoined(participant="caller"), call_id=CALL, tenant=TENANT, source="/tests",
        source_id=str(number), occurred_at=clock.now(),
    )


def spoiled(keyring: Keyring) -> list[Record]:
    """Give records of one call's partition that no door would have let in."""
    said = event(
        UtteranceFinalized(participant="caller", utterance="u1", text=SECRET), call_id=CALL, tenant=TENANT,
        source="/tests", source_id="said", occurred_at=clock.now(),
    )
    sealed = keyring.seal(tenant=TENANT, call_id=CALL, plaintext=codec.value_of(said), context=said.id.encode())
    good = dict(codec.headers_of(said, key_id=sealed.key_id))

    def record(value: bytes = sealed.ciphertext, **changes: bytes) -> Record:
        return Record(CALL_RAW.name, CALL, value, list({**good, **changes}.items()))

    return [
        record(b"\x00\xffgarbage"),
        record(b""),
        record(ce_id=b"\xff\xfe"),
        record(ce_id=b"another-id"),
        record(ce_tenant=b"No Tenant!"),
        record(ce_keyid=b"no-such-key"),
        record(ce_keyid=b"a\x00b"),
        Record(CALL_RAW.name, CALL, codec.value_of(said), codec.headers_of(said)),
        Record(CALL_RAW.name, CALL, b"{}", []),
    ]


async def send_raw(stair: Stair, headers: list[tuple[str, bytes]]) -> None:
    """Send what only a producer of one's own can: a record without a value, and one whose key is no text."""
    producer = AIOKafkaProducer(bootstrap_servers=stair.kafka.bootstrap_servers)
    await producer.start()
    try:
        await producer.send_and_wait(CALL_RAW.name, key=CALL.encode(), value=None, headers=headers)
        await producer.send_and_wait(CALL_RAW.name, key=b"\xff\xfe", value=b"x", headers=headers)
    finally:
        await producer.stop()


async def until_recorded(pool: Engine, wanted: str, *, letters: int) -> list[tuple[str, str, str]]:
    """Wait for the last event and for so many dead letters: these come on a topic of their own."""
    async with asyncio.timeout(RECORDED_WITHIN_S):
        while True:
            with transaction(pool) as connection:
                rows = [tuple(row) for row in connection.execute(RECORDED)]
            dead = [kind for _, kind, _ in rows if kind == "dead_lettered"]
            if len(dead) >= letters and any(event_id == wanted for _, _, event_id in rows):
                return rows
            await asyncio.sleep(0.2)


async def test_records_that_no_room_can_read_are_dead_letters_and_the_next_events_pass(stair: Stair) -> None:
    keyring = Keyring(engine=stair.pool, kek=stair.house.settings.kek)
    bus = EventBus(bootstrap_servers=stair.kafka.bootstrap_servers, client_id="tests")
    await bus.start()
    door = FrontDoor(bus=bus, keyring=keyring)
    before, after = joined(1), joined(2)
    try:
        await door.accept([before])
        records = spoiled(keyring)
        await bus.send_all(records)
        await send_raw(stair, records[0].headers)
        await door.accept([after])
        async with stair.client("channel") as client:
            wrong = {
                "specversion": "1.0", "type": UtteranceFinalized.ce_type(), "source": "/tests", "id": "x",
                "subject": CALL, "data": {"participant": "caller", "utterance": "u1", "words": SECRET},
            }
            answer = await client.post("/v1/events", json=wrong, headers=CONTENT)
        assert (answer.status_code, answer.json()["field"]) == (422, "data.text")
        last = joined(3)
        await door.accept([last])
        rows = await until_recorded(stair.pool, last.id, letters=len(records) + 3)
    finally:
        await bus.stop()
    ours = [event_id for tenant, kind, event_id in rows if tenant == TENANT and kind == "participant_joined"]
    assert ours == [before.id, after.id, last.id]
    kinds = [kind for _, kind, _ in rows]
    assert "utterance_redacted" not in kinds
    with transaction(stair.pool) as connection:
        letters = connection.execute(LETTERS).all()
    assert kinds.count("dead_lettered") == len(letters) == len(records) + 3
    assert "dedup.conflict" not in kinds
    assert "data.text: missing" in {row.reason for row in letters}
    assert all(row.reason and SECRET not in str(row) for row in letters)
    assert {"a header is not UTF-8", "the value does not open with this key and context"} <= {
        row.reason for row in letters
    }


@pytest.mark.parametrize(
    ("chunk", "said"),
    [
        (b"fmt " + struct.pack("<I", 16) + MP3_IN_WAV + b"data" + struct.pack("<I", 4) + b"\x00" * 4, "format 85"),
        (b"fmt " + struct.pack("<I", 1_000) + MP3_IN_WAV, "truncated"),
        (b"data" + struct.pack("<I", 4) + b"\x00" * 4, "before the fmt"),
    ],
)
async def test_a_recording_with_a_wrong_header_is_named_and_no_call_is_made(
    tmp_path: Path, chunk: bytes, said: str
) -> None:
    file = tmp_path / "wrong.wav"
    file.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WAVE" + chunk)
    calling = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "infra.cli", "call", str(file), "--url", "ws://127.0.0.1:9",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(calling.communicate(), 60)
    assert calling.returncode == 2
    assert said in errors.decode()
    assert b"Traceback" not in output + errors
    assert not file.with_name("wrong.answer.wav").exists()
