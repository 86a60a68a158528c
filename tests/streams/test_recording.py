"""The recording of a call on a real broker and database: every frame once, and the end says what it covers."""

import asyncio
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, text

from infra import audio_seal, outbox, recordings, topics
from infra.database import transaction
from infra.event_bus import EventBus, Record
from infra.keys import Keyring
from infra.read_model import apply
from infra.recording_chunks import context
from schemas.audio import BRIEFING, AudioKind, AudioRecord
from schemas.calls import CallEnded
from schemas.legs import BriefingPlayed
from schemas.recordings import Absent, Interval, RecordingCompleted, RecordingIncomplete
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from schemas.topics import AUDIO_IN, AUDIO_OUT
from streams.recording import CONSUMER, SoundRecorder
from streams.recording_end import RecordingCloser
from tests.support.calls import TENANT, admitted, event
from tests.support.topic_reader import read_all

pytestmark = pytest.mark.flow
FRAME = np.full(160, 1000, dtype="<i2").tobytes()  # 20 ms
CALL = "call-1"


def frame(number: int, kind: AudioKind = "media", *, utterance: str = "") -> AudioRecord:
    return AudioRecord(
        kind=kind, call_id=CALL, tenant=TENANT, number=number, offset_ms=20 * number, sample_rate=8000,
        payload=FRAME if kind == "media" else b'{"digits": "1"}', utterance=utterance,
        said_ms=20 * number if utterance else 0,
    )


def briefed(leg: str, number: int, *, at: int = 0) -> AudioRecord:
    """Give a frame that an agent alone hears; each leg counts its own."""
    own = {"leg": leg, "offset_ms": 20 * (at + number)}
    return frame(number, utterance=f"{BRIEFING}{leg}").model_copy(update=own)


async def send(bus: EventBus, keyring: Keyring, caller: list[AudioRecord], assistant: list[AudioRecord]) -> None:
    for topic, direction, records in ((AUDIO_IN, "in", caller), (AUDIO_OUT, "out", assistant)):
        sealed = [audio_seal.seal(keyring, one, direction="in" if direction == "in" else "out") for one in records]
        await bus.send_all([Record(topic.name, CALL, value, headers) for headers, value in sealed])


async def record(servers: str, pool: Engine, keyring: Keyring) -> None:
    """Record all that was sent, in both directions: until the reader is behind the last record of either topic."""
    sent = [await read_all(servers, topic.name) for topic in (AUDIO_IN, AUDIO_OUT)]
    recorder = SoundRecorder(
        bootstrap_servers=servers, engine=pool, keyring=keyring, incarnations=topics.incarnations(pool), chunk_s=0.2
    )
    work = asyncio.create_task(recorder.run())
    try:
        async with asyncio.timeout(60):
            while await asyncio.to_thread(_read, pool) < sum(map(len, sent)):
                await asyncio.sleep(0.1)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def _read(pool: Engine) -> int:
    """How many records are behind the reader: the position moves in the transaction of what was kept."""
    query = text("SELECT coalesce(sum(next_offset), 0) FROM consumer_position WHERE consumer = :consumer")
    with transaction(pool) as connection:
        return int(connection.execute(query, {"consumer": CONSUMER}).scalar_one())


def tell(pool: Engine, *, end_ms: int) -> None:
    """Tell the call's speech and its end."""
    utterance = UtteranceRedacted(participant="caller", utterance="u1", turn=1, text="hi", detector="d", end_ms=end_ms)
    heard = AssistantRedacted(stage="heard", utterance="a1", turn=1, text="hi", detector="d", played_ms=400)
    with transaction(pool) as connection:
        for number, data in enumerate((admitted(), utterance, heard, CallEnded(reason="hangup")), start=1):
            apply(connection, event(number, data))


def closed(pool: Engine, keyring: Keyring) -> list[object]:
    closer = RecordingCloser(engine=pool, keyring=keyring, settled_after=timedelta(0))
    closer.once()
    assert closer.once() == 0
    with transaction(pool) as connection:
        return [one.data for _, one in outbox.unsent(connection)]


async def test_frames_are_kept_sealed_once_and_in_order_whoever_records(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus
) -> None:
    caller = [frame(number) for number in range(30)]
    await send(bus, keyring, caller[:20], [frame(number, utterance="a1") for number in range(20)])
    await record(servers, pool, keyring)
    await send(bus, keyring, [*caller[20:], frame(30, "dtmf"), frame(31, "stop")], [])
    await record(servers, pool, keyring)
    with transaction(pool) as connection:
        found = recordings.sealed(connection, TENANT, CALL, Interval(start_ms=0, end_ms=10_000))
        stopped = connection.execute(text("SELECT stopped_at IS NOT NULL FROM recording")).scalar_one()
    mine = [one for one in found if one[0].direction == "in"]
    opened = b"".join(
        keyring.open(key_id=one.key_id, ciphertext=sealed, context=context(CALL, "in", one.place))
        for one, sealed in mine
    )
    assert opened == FRAME * 30
    assert all(FRAME not in sealed for _, sealed in found)
    assert [at for one, _ in mine for at in one.facts.keys_ms] == [600]
    assert [run.utterance for one, _ in found for run in one.facts.runs if one.direction == "out"] == ["a1"]
    assert stopped

    tell(pool, end_ms=600)
    (over,) = closed(pool, keyring)
    assert isinstance(over, RecordingCompleted)
    assert (over.caller_ms, over.assistant_ms, over.speech_ms, over.covered_ms) == (600, 400, 1000, 1000)
    assert over.chunks == len(found)


async def test_a_briefing_is_kept_as_a_direction_of_its_own_and_nothing_else_of_a_leg_is(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus
) -> None:
    caller = [frame(number) for number in range(10)]
    spoken = [frame(number).model_copy(update={"leg": "a1"}) for number in range(5)]  # by her, on her way to the caller
    briefing = [briefed("a1", number) for number in range(15)]
    again = [briefed("b2", number, at=15) for number in range(5)]
    await send(bus, keyring, [*caller, *spoken, frame(10, "stop")], [*briefing, *again])
    await record(servers, pool, keyring)
    with transaction(pool) as connection:
        found = recordings.sealed(connection, TENANT, CALL, Interval(start_ms=0, end_ms=10_000))
    assert {one.direction for one, _ in found} == {"in", "briefing"}
    kept = [(one, sealed) for one, sealed in found if one.direction == "briefing"]
    assert {run.utterance for one, _ in kept for run in one.facts.runs} == {f"{BRIEFING}a1", f"{BRIEFING}b2"}
    for one, sealed in kept:
        opened = keyring.open(key_id=one.key_id, ciphertext=sealed, context=context(CALL, "briefing", one.place))
        assert set(opened) == set(FRAME)
    sums = [(one.start_ms, one.end_ms) for one, _ in kept]
    assert (min(sums)[0], max(sums)[1]) == (0, 400)
    with transaction(pool) as connection:
        for number, (leg, ms) in enumerate((("a1", 300), ("b2", 100)), start=5):
            told = BriefingPlayed(
                handoff="h1", agent="ann", text="Why.", played_ms=ms, whole=True, utterance=f"{BRIEFING}{leg}"
            )
            apply(connection, event(number, told))
        apply(connection, event(1, admitted()))
        apply(connection, event(9, CallEnded(reason="hangup")))
    (over,) = closed(pool, keyring)
    assert isinstance(over, RecordingCompleted)
    assert (over.briefing_ms, over.speech_ms, over.covered_ms, over.chunks) == (400, 400, 400, len(found))


async def test_speech_without_audio_makes_a_recording_incomplete(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus
) -> None:
    await send(bus, keyring, [*(frame(number) for number in range(10)), frame(10, "stop")], [])
    await record(servers, pool, keyring)
    with transaction(pool) as connection:  # its end came with its first sound
        assert connection.execute(text("SELECT stopped_at IS NOT NULL FROM recording")).scalar_one()
    tell(pool, end_ms=2000)
    (over,) = closed(pool, keyring)
    assert isinstance(over, RecordingIncomplete)
    assert [(one.participant, one.missing_ms) for one in over.missing] == [("caller", 1800), ("assistant", 400)]
    assert (over.speech_ms, over.covered_ms) == (2400, 200)


async def test_what_the_network_lost_is_named_in_the_manifest_with_its_place(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus
) -> None:
    came = [frame(number) for number in (*range(10), *range(15, 30))]
    await send(bus, keyring, [*came, came[-1], frame(30, "stop")], [])  # and one that the producer sent twice
    await record(servers, pool, keyring)
    tell(pool, end_ms=200)
    (over,) = closed(pool, keyring)
    assert isinstance(over, RecordingIncomplete)  # the assistant's audio is not there either
    assert (over.caller_ms, over.lost_ms, over.absent) == (
        500, 100, (Absent(direction="in", start_ms=200, end_ms=300, because="lost"),),
    )
    assert [one.participant for one in over.missing] == ["assistant"]


async def test_a_recording_whose_channel_died_without_a_goodbye_is_closed_by_time(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus
) -> None:
    await send(bus, keyring, [frame(number) for number in range(10)], [frame(n, utterance="a1") for n in range(20)])
    await record(servers, pool, keyring)
    tell(pool, end_ms=200)
    patient = RecordingCloser(
        engine=pool, keyring=keyring, settled_after=timedelta(0), lost_after=timedelta(days=36_500)
    )
    assert patient.once() == 0  # no `stop` came, so more audio might
    closer = RecordingCloser(engine=pool, keyring=keyring, settled_after=timedelta(0), lost_after=timedelta(0))
    assert closer.once() == 1
    with transaction(pool) as connection:
        (over,) = [one.data for _, one in outbox.unsent(connection)]
    assert isinstance(over, RecordingCompleted)


async def test_nothing_of_a_forgotten_call_is_kept(
    servers: str, pool: Engine, keyring: Keyring, bus: EventBus
) -> None:
    await send(bus, keyring, [frame(number) for number in range(5)], [])
    other = frame(0).model_copy(update={"call_id": "call-2"})
    with transaction(pool) as connection:
        keyring.destroy(connection, tenant=TENANT, call_id=CALL, at=event(1, admitted()).occurred_at)
    headers, value = audio_seal.seal(keyring, other, direction="in")
    await bus.send_all([Record(AUDIO_IN.name, CALL, value, headers)])
    await record(servers, pool, keyring)
    with transaction(pool) as connection:
        calls = connection.execute(text("SELECT call_id FROM recording_chunk")).scalars().all()
    assert set(calls) == {"call-2"}
