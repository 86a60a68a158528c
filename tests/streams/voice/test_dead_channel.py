"""A channel that dies without a goodbye: the call ends as lost; its packet, handoff and record are whole."""

from pathlib import Path

import pytest

from infra.database import engine
from infra.front_door import event
from infra.keys import Keyring
from infra.pii import PresidioDetector
from infra.policies import load
from infra.read_model import apply
from schemas.base import Event
from schemas.calls import CallEnded, CallStarted
from schemas.handoffs import HandoffOffered, HandoffPackaged, HandoffWithdrawn
from schemas.redacted import UtteranceRedacted
from schemas.turns import AssistantHeard
from streams import handoff, intake, policy, redaction, turns
from streams.voice.host import Host
from tests.streams.test_rooms import descend, kinds
from tests.support.telephone import Recorded, Telephone
from tests.support.voices import LINES, RATE, Voices, heard, until

pytestmark = pytest.mark.fault
IDLE_S = 5.0  # longer than a busy machine keeps a living channel from being heard


async def test_a_call_whose_channel_dies_ends_by_its_deadline_with_packet_and_record(
    local_models: str, database_url: str, tmp_path: Path
) -> None:
    voices, phone, door = Voices(local_models), Telephone(), Recorded()
    phone.host = Host(voices.parts(phone, door), idle_s=IDLE_S)
    await phone.start()
    await until(door, AssistantHeard)
    await phone.say(await voices.say("I want to speak to a person."), rate=RATE)
    await heard(door, lambda one: one.text == LINES.connecting)
    phone._started = False  # from here on nothing comes any more
    (ended,) = await until(door, CallEnded)
    assert ended.reason == "lost"

    pool = engine(database_url)
    keyring, rules = Keyring(engine=pool, kek=tmp_path / "kek.json"), load(None)
    detector = PresidioDetector()
    rooms = [
        intake.ROOM, redaction.room(detector=detector, keyring=keyring, policy=rules), turns.ROOM, policy.room(rules),
        handoff.room(rules),
    ]
    started = event(
        CallStarted(channel="phone"), call_id="call-1", tenant="default", source="/gateway", source_id="start",
        occurred_at=door.events[0].occurred_at,
    )
    landings, _ = await descend(rooms, [started, *door.events])
    governed, outcomes = landings[4], landings[5]
    packet = next(one.data.packet for one in outcomes if isinstance(one.data, HandoffPackaged))
    assert any("person" in line.text for line in packet.transcript)
    assert {HandoffOffered, HandoffWithdrawn} <= set(kinds(outcomes))
    assert kinds(outcomes)[-1] is HandoffWithdrawn
    assert {UtteranceRedacted, CallEnded} <= set(kinds(governed))
    with pool.begin() as connection:
        for number, one in enumerate([*governed, *outcomes]):
            apply(connection, numbered(one, number))
        row = connection.exec_driver_sql("SELECT state, end_reason FROM call WHERE call_id = 'call-1'").one()
    assert tuple(row) == ("ended", "lost")
    phone._tasks[0].cancel()
    phone._tasks[1].cancel()
    await phone.host.close()
    pool.dispose()


def numbered(one: Event, number: int) -> Event:
    return one.model_copy(update={"sequence": number})
