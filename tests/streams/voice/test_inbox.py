"""Where a session does not keep up sound is given up, counted and told; nothing else is ever lost."""

import asyncio
from dataclasses import replace

import pytest

from infra.clock import now
from infra.front_door import event
from schemas.audio import AudioKind, AudioRecord
from schemas.base import Event
from schemas.calls import DtmfPressed, SessionFellBehind
from schemas.handoffs import HandoffAccepted
from schemas.turns import AssistantHeard
from streams.voice.air import STALE_CONTROL_MS, STALE_MS, stale
from streams.voice.inbox import MOST_MS, Inbox
from tests.support.chains import entry, hears, speaks, writes
from tests.support.provider_server import provider_server
from tests.support.telephone import TENANT, Telephone
from tests.support.voices import Voices, call, until

pytestmark = pytest.mark.flow

FRAME = b"\xff" * 160  # 20 ms of silence


def record(kind: AudioKind, number: int, *, leg: str = "", payload: bytes = b"{}") -> AudioRecord:
    return AudioRecord(
        kind=kind, call_id="c", tenant=TENANT, number=number, encoding="mulaw", sample_rate=8_000, leg=leg,
        payload=payload, offset_ms=20 * number,
    )


def accepted() -> Event:
    return event(
        HandoffAccepted(handoff="h", agent="Ada"), call_id="c", tenant=TENANT, source="/desk", source_id="1",
        occurred_at=now(),
    )


async def test_only_sound_is_given_up_the_oldest_first_and_all_else_keeps_its_order() -> None:
    inbox = Inbox(60)
    kinds: tuple[AudioKind, ...] = ("mark", "dtmf", "join", "hold", "resume", "listen", "stop")
    for number, kind in enumerate(kinds):
        inbox.put(record("media", 2 * number, payload=FRAME))
        inbox.put(record(kind, 2 * number + 1, leg="a" if kind in {"join", "hold", "resume", "listen"} else ""))
    inbox.put(accepted())
    came = [await inbox.get() for _ in range(len(kinds) + 1 + 3)]
    assert inbox.empty()
    records = [one for one in came if isinstance(one, AudioRecord)]
    assert [one.kind for one in records if one.kind != "media"] == list(kinds)
    assert [one.number for one in records if one.kind == "media"] == [8, 10, 12]
    assert [one.number for one in records] == sorted(one.number for one in records)
    assert isinstance(came[-1], Event)
    assert inbox.given_up() == SessionFellBehind(records=4, lost_ms=80, at_ms=0)
    assert inbox.given_up() is None


async def test_what_was_given_up_is_told_once_it_keeps_up_and_where_it_does_not_every_two_seconds() -> None:
    inbox, told = Inbox(200), []
    for number in range(10 + 250):
        inbox.put(record("media", number, payload=FRAME))
        if gone := inbox.given_up():
            told.append(gone)
    assert told == [SessionFellBehind(records=100, lost_ms=2_000, at_ms=at) for at in (0, 2_000)]
    assert inbox.given_up() is None
    assert inbox.given_up(at_last=True) == SessionFellBehind(records=50, lost_ms=1_000, at_ms=4_000)


async def test_a_session_that_takes_waits_for_what_comes() -> None:
    inbox = Inbox()
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    inbox.put(one := record("mark", 0))
    assert await waiting is one


async def test_who_waits_until_a_time_gets_what_comes_before_it_and_nothing_else() -> None:
    inbox, loop = Inbox(), asyncio.get_running_loop()
    assert await inbox.get(by=loop.time()) is None
    waiting = asyncio.create_task(inbox.get(by=loop.time() + 0.05))
    await asyncio.sleep(0)
    frame = record("media", 0, payload=FRAME)
    inbox.put(frame)
    assert await waiting is frame
    later = loop.time() + 0.2  # the timer of the wait before looks at 0.05, and is not taken for this one's
    assert await inbox.get(by=later) is None
    assert loop.time() >= later
    patient = asyncio.create_task(inbox.get(by=loop.time() + 30))
    await asyncio.sleep(0)
    patient.cancel()
    assert await inbox.get(by=loop.time() + 0.05) is None  # sooner than the timer that is set


@pytest.mark.parametrize(("kind", "age_ms", "late"), [
    ("media", STALE_MS, False), ("media", STALE_MS + 1, True),
    *((kind, STALE_MS + 1, False) for kind in ("start", "dtmf", "mark", "join", "hold", "resume", "listen", "stop")),
    ("join", STALE_CONTROL_MS + 1, True), ("stop", 10 * STALE_CONTROL_MS, False),
])
def test_a_stall_makes_sound_old_and_no_key_or_agent_or_hang_up(kind: str, age_ms: int, late: bool) -> None:
    assert stale(kind, age_ms=age_ms) == late


async def test_of_a_session_that_stood_still_the_key_pressed_first_is_heard_and_the_record_says_what_was_lost() -> None:
    async with provider_server() as server:
        one = entry(server, "house")
        async with call(Voices("http://127.0.0.1:1/v1"), lambda parts: replace(
            parts, speech_to_text=(hears(one),), text_to_speech=(speaks(one),), language_model=(writes(one),)
        ), lambda: Telephone(fast=True)) as (phone, door):
            await until(door, AssistantHeard)
            phone._started = False
            await phone.press("42#")
            for _ in range(MOST_MS // 20 + 100):  # nothing here lets the session run
                await phone.give("media", FRAME)
            (pressed,) = await until(door, DtmfPressed)
            (gone,) = await until(door, SessionFellBehind)
    assert pressed.digits.startswith("42")
    assert 100 <= gone.records <= 105  # and the few that waited before
    assert gone.lost_ms == 20 * gone.records
