"""An agent's own leg in a live session with real models: she is briefed, joins, speaks, holds, leaves, and is lost."""

import asyncio
import json
from collections.abc import Callable

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from infra.clock import now
from schemas.audio import HUNG_UP, AudioKind, AudioRecord
from schemas.base import Data, Event, derived_id
from schemas.calls import ParticipantJoined, ParticipantLeft
from schemas.desk import HandoffReleased
from schemas.handoffs import HandoffAccepted
from schemas.legs import BriefingPlayed, LegHeld, LegResumed
from schemas.turns import AssistantGenerated, AssistantHeard, UtteranceFinalized
from streams.voice import leg as legs
from streams.voice.leg import AgentLeg
from tests.support.telephone import FRAME_S, Recorded, Telephone
from tests.support.voices import LINES, RATE, Voices, call, until

pytestmark = pytest.mark.flow
HER_RATE = 16_000


@pytest.fixture(scope="module")
def voices(local_models: str) -> Voices:
    return Voices(local_models)


class Headset:
    """The gateway's side of one leg, in memory."""

    def __init__(self, phone: Telephone, name: str = "a1") -> None:
        self._phone = phone
        self._name = name
        self._number = 0

    async def give(self, kind: AudioKind, payload: bytes = b"{}") -> None:
        record = AudioRecord(
            kind=kind, call_id=self._phone.call_id, tenant="default", number=self._number, sample_rate=HER_RATE,
            payload=payload, leg=self._name,
        )
        self._number += 1
        assert self._phone.host is not None
        await self._phone.host.handle(record)

    async def start(self, *, join: str = "cold", briefing: str = "") -> None:
        content = {"handoff": "h1", "agent": "ana", "audio_partition": 1, "join": join, "briefing": briefing}
        await self.give("start", json.dumps(content).encode())

    async def say(self, samples: NDArray[np.int16], *, silence_s: float = 2.0) -> None:
        samples = soxr.resample(samples, RATE, HER_RATE)
        size = int(HER_RATE * FRAME_S)
        whole = np.concatenate((samples, np.zeros(int(silence_s * HER_RATE), dtype=np.int16)))
        due = asyncio.get_running_loop().time()
        for at in range(0, len(whole), size):
            await self.give("media", whole[at : at + size].astype("<i2").tobytes())
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))

    def got(self, kind: AudioKind) -> list[AudioRecord]:
        return [one for one in self._phone.to_agents if one.leg == self._name and one.kind == kind]


async def true(condition: Callable[[], bool], *, within_s: float = 60) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.02)


async def accepted(phone: Telephone, data: Data | None = None, *, number: int = 0) -> None:
    assert phone.host is not None
    await phone.host.control(Event(
        id=derived_id("x", "desk", number), source="/desk", call_id=phone.call_id, tenant="default", occurred_at=now(),
        data=data or HandoffAccepted(handoff="h1", agent="ana"),
    ))


def by_human(door: Recorded) -> list[UtteranceFinalized]:
    return [one for one in door.of(UtteranceFinalized) if one.participant == "human"]


async def test_an_agent_is_briefed_joins_speaks_holds_and_hangs_up(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(legs, "LOST_AFTER_MS", 600_000)  # this headset says nothing while it listens
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        her = Headset(phone)
        await accepted(phone)
        await her.start(join="warm", briefing="Why you are asked: the caller wants a person.")
        (played,) = await until(door, BriefingPlayed)
        assert (played.agent, played.handoff, played.whole) == ("ana", "h1", True)
        assert played.text == "Why you are asked: the caller wants a person."
        told = [json.loads(one.payload)["state"] for one in her.got("briefing")]
        assert told == ["began", "ended"]
        sounded = her.got("media")
        assert {one.utterance for one in sounded} == {played.utterance} == {"briefing-a1"}
        assert [one.said_ms for one in sounded] == sorted(one.said_ms for one in sounded)
        assert sounded[0].offset_ms > 0  # of the call
        await true(lambda: any(one.kind == "transfer" for one in phone.records))
        (handed,) = [json.loads(one.payload) for one in phone.records if one.kind == "transfer"]
        assert handed == {"handoff": "h1", "agent": "ana", "leg": True}  # she was there already
        sound = b"".join(one.payload for one in her.got("media"))
        assert np.abs(np.frombuffer(sound, dtype="<i2").astype(np.int32)).max() > 1_000
        assert not her.got("join")  # a warm leg joins when she says so
        await her.give("join")
        await true(lambda: bool(her.got("join")))
        assert await until(door, ParticipantJoined) == [ParticipantJoined(participant="human", actor="ana")]
        said = len(door.of(AssistantGenerated))

        await her.say(await voices.say("Hello, this is Ana from the billing team."))
        known = ("hello", "this", "from", "billing", "building", "team")  # a small recogniser may cut it in two
        await true(lambda: any(word in one.text.lower() for one in by_human(door) for word in known))
        hers = next(one for one in by_human(door) if any(word in one.text.lower() for word in known))
        sounded = [one for one in phone.records if one.utterance.startswith("human-") and one.kind == "media"]
        assert sounded[0].encoding == "mulaw"
        first, last = sounded[0].offset_ms, sounded[-1].offset_ms
        assert first - 150 <= hers.start_ms < hers.end_ms <= last + 150  # in the call's own audio
        numbers = [one.number for one in phone.records]
        assert numbers == list(range(len(numbers)))

        await phone.say(await voices.say("Where is my order?"), rate=RATE)
        await true(lambda: any(one.participant == "caller" for one in door.of(UtteranceFinalized)))
        await her.give("hold")
        await true(lambda: bool([one for one in phone.records if one.utterance == "hold-a1"]))
        count = len([one for one in phone.records if one.utterance == "human-a1"])
        await her.say(np.full(HER_RATE, 9_000, dtype=np.int16), silence_s=0)
        await her.give("resume")
        await until(door, LegResumed)
        assert door.of(LegHeld) == [LegHeld(handoff="h1", agent="ana")]
        assert len([one for one in phone.records if one.utterance == "human-a1"]) == count
        assert len(door.of(AssistantGenerated)) == said  # the assistant has said nothing more

        await her.give("stop", json.dumps({"reason": "left"}).encode())
        await true(lambda: any(one.kind == "stop" for one in phone.records))
        assert json.loads(phone.records[-1].payload) == {"reason": HUNG_UP}
        await until(door, ParticipantLeft)


async def test_a_leg_that_is_lost_or_replaced_or_taken_away_ends_and_the_caller_is_not_left_alone(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with call(voices) as (phone, door):
        await until(door, AssistantHeard)
        await accepted(phone)
        first, second = Headset(phone, "a1"), Headset(phone, "b2")
        await first.start()
        await true(lambda: bool(first.got("join")))
        await second.start()
        await true(lambda: bool(second.got("join")))
        assert json.loads(first.got("stop")[0].payload) == {"reason": "replaced"}
        await first.give("stop", json.dumps({"reason": "left"}).encode())  # too late: it counts no more
        assert not [one for one in phone.records if one.kind == "stop"]

        await accepted(phone, HandoffReleased(handoff="h1", agent="ana", why="off_duty"), number=1)
        await true(lambda: bool(second.got("stop")))
        assert json.loads(second.got("stop")[0].payload) == {"reason": "released"}
        await true(lambda: LINES.connecting in [one.text for one in door.of(AssistantGenerated)])

        await accepted(phone, HandoffAccepted(handoff="h1", agent="ana"), number=2)
        third = Headset(phone, "c3")
        await third.start()
        await true(lambda: bool(third.got("join")))
        monkeypatch.setattr(legs, "LOST_AFTER_MS", 200)  # her gateway is gone, and says nothing more
        (lost,) = await until(door, HandoffReleased)
        assert (lost.why, lost.agent) == ("leg_lost", "ana")
        await until(door, ParticipantLeft, 3)

        monkeypatch.undo()
        fourth = Headset(phone, "d4")  # of a session before this one: the call was taken up by another worker
        await fourth.give("mark", json.dumps({"handoff": "h1", "agent": "ana", "audio_partition": 1}).encode())
        await true(lambda: bool(fourth.got("join")))


async def test_a_call_that_is_let_go_while_a_briefing_is_cut_is_let_go() -> None:
    ending = asyncio.Event()

    async def briefing() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ending.set()
            await asyncio.sleep(0.05)  # what was heard of it is told

    class Open:
        pass

    leg = Open()
    leg.briefing = asyncio.create_task(briefing())  # type: ignore[attr-defined]  # all that is looked at
    await asyncio.sleep(0)
    cutting = asyncio.create_task(AgentLeg._cut_briefing(leg, leg))  # type: ignore[arg-type]  # as above
    await ending.wait()
    cutting.cancel()
    await asyncio.wait([cutting])
    assert cutting.cancelled()
