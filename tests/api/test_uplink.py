"""A caller's samples on their way to the stair: at once while anybody waits for them, together while nobody does."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from api.uplink import ANSWERED_AFTER_MS, QUIET_AFTER_MS, TOGETHER_MS, Uplink
from infra.speech.g711 import encode_mulaw
from schemas.audio import AudioRecord
from schemas.calls import Encoding

pytestmark = pytest.mark.contract

RATE, FRAME_MS = 8_000, 20
SIZE = RATE * FRAME_MS // 1000


class Kept:
    """Takes what a gateway would send; nobody hears it without the log."""

    def __init__(self) -> None:
        self.records: list[AudioRecord] = []

    async def send(self, record: AudioRecord, *, traceparent: str | None = None) -> None:
        """Store it at once."""
        self.records.append(record)

    def is_heard(self, tenant: str, call_id: str, leg: str) -> bool:
        return False

    def tell(self, record: AudioRecord) -> None:
        """Tell nobody."""


class Caller:
    """Sends frames one after the other, each stored before the next comes."""

    def __init__(self, encoding: Encoding) -> None:
        self.kept = Kept()
        self.encoding: Encoding = encoding
        self.uplink = Uplink(
            gateway=self.kept,  # type: ignore[arg-type]  # the methods of it that are used
            tenant="default", call_id="c", encoding=encoding, sample_rate=RATE,
        )

    async def says(self, ms: int, *, loudness: int) -> list[int]:
        """Give how much audio, in milliseconds, each record held that left meanwhile."""
        before = len(self.kept.records)
        for _ in range(ms // FRAME_MS):
            samples = np.full(SIZE, loudness, dtype=np.int16)
            await self.uplink.hear(encode_mulaw(samples) if self.encoding == "mulaw" else samples.tobytes())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return [self.ms_of(one) for one in self.kept.records[before:]]

    def ms_of(self, record: AudioRecord) -> int:
        return 1000 * len(record.payload) // (1 if self.encoding == "mulaw" else 2) // RATE


@pytest.fixture(params=["linear16", "mulaw"])
def caller(request: pytest.FixtureRequest) -> Caller:
    return Caller(request.param)


async def test_what_a_caller_says_and_the_silence_that_may_end_her_turn_go_at_once(caller: Caller) -> None:
    assert set(await caller.says(400, loudness=4_000)) == {FRAME_MS}
    assert set(await caller.says(QUIET_AFTER_MS, loudness=20)) == {FRAME_MS}


async def test_longer_silence_goes_in_long_records_and_a_sound_takes_it_along_at_once(caller: Caller) -> None:
    await caller.says(QUIET_AFTER_MS, loudness=0)
    assert set(await caller.says(500, loudness=20)) == {TOGETHER_MS}
    assert await caller.says(40, loudness=20) == []
    assert await caller.says(FRAME_MS, loudness=4_000) == [60]
    assert await caller.says(FRAME_MS, loudness=4_000) == [FRAME_MS]


async def test_while_she_hears_an_answer_silence_is_short_before_it_may_wait(caller: Caller) -> None:
    await caller.says(FRAME_MS, loudness=4_000)
    caller.uplink.answered()
    assert set(await caller.says(ANSWERED_AFTER_MS, loudness=0)) == {FRAME_MS}
    assert await caller.says(200, loudness=0) == [TOGETHER_MS, TOGETHER_MS]
    await caller.says(FRAME_MS, loudness=4_000)
    assert set(await caller.says(ANSWERED_AFTER_MS + 200, loudness=0)) == {FRAME_MS}


async def test_no_sample_is_lost_or_out_of_place_and_a_control_frame_waits_for_all_before_it(caller: Caller) -> None:
    await caller.says(2_460, loudness=0)
    await caller.uplink.send("mark", b"{}")
    records = caller.kept.records
    assert records[-1].kind == "mark"
    media = records[:-1]
    assert sum(caller.ms_of(one) for one in media) == 2_460
    assert all(two.offset_ms == one.offset_ms + caller.ms_of(one) for one, two in pairwise(media))
    assert [one.number for one in records] == list(range(len(records)))
