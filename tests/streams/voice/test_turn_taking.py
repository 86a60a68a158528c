"""Who speaks when: she is never talked into, a click makes no gap, and callers turned away disturb nobody."""

import asyncio

import pytest

from infra.clock import now
from schemas.audio import AudioRecord
from schemas.turns import AssistantHeard, SpeechStarted, UtteranceFinalized
from streams.voice.floor import HESITATES_MS
from streams.voice.mouth import LEAD_MS, STEP_MS, Mouth
from streams.voice.playing import Answer
from streams.voice.spoken import FRAME_MS
from streams.voice.wire import Wire
from tests.streams.voice.test_speculation import ASKED, WHOLE, Scene, scene
from tests.support.chains import SETUP
from tests.support.telephone import Telephone
from tests.support.voices import Voices, heard, until

pytestmark = pytest.mark.flow
FRAMES = 50


@pytest.fixture(scope="module")
def voices() -> Voices:
    return Voices("http://127.0.0.1:1/v1")  # no model of this machine takes part


class Sent:
    """Takes what leaves."""

    def __init__(self) -> None:
        self.records: list[AudioRecord] = []

    async def send(self, record: AudioRecord, *, partition: int | None) -> None:
        self.records.append(record)


@pytest.mark.parametrize("belief", ["EndOfTurn", "EagerEndOfTurn"])
async def test_the_assistant_never_answers_while_the_caller_still_speaks(voices: Voices, belief: str) -> None:
    async with scene(voices, fast=False) as at:
        before = at.frames
        speaking = asyncio.create_task(at.speaks(8_000))  # one breath: no pause of it is as long as the floor
        await until_noticed(at)
        at.tells(belief, ASKED)  # wrong: she is in the middle of it
        await speaking
        assert at.frames == before
        assert len(at.door.of(AssistantHeard)) == 1  # the greeting
        at.tells("EndOfTurn", ASKED)
        await heard(at.door, lambda one: one.text == WHOLE)
        assert at.frames > before


async def until_noticed(at: Scene) -> None:
    """Wait until it is known that she speaks."""
    async with asyncio.timeout(60):
        while not any(one.participant == "caller" for one in at.door.of(SpeechStarted)):
            await asyncio.sleep(0.01)


async def test_callers_turned_away_from_a_full_worker_disturb_no_running_call(voices: Voices) -> None:
    async with scene(voices, fast=False, most_calls=1) as at:
        host, away = at.phone.host, list[Telephone]()
        assert host is not None

        async def ring() -> None:
            for _ in range(15):
                away.append(other := Telephone(call_id=f"more-{len(away)}"))
                other.host = host
                await other.start()
                await asyncio.sleep(0.2)

        ringing = asyncio.create_task(ring())
        for turn in (1, 2):
            await at.speaks()
            at.tells("EndOfTurn", ASKED)
            answers = await until(at.door, AssistantHeard, turn + 1)
            assert (answers[turn].text, answers[turn].interrupted, answers[turn].mismatch) == (WHOLE, False, False)
        ringing.cancel()
        assert len(away) > 1
        assert host.calls == {"call-1"}
        assert not any(other.records for other in away)
        for other in away:
            await other.hang_up()
        assert [one.text for one in at.door.of(UtteranceFinalized)] == [ASKED, ASKED]
        assert {one.call_id for one in at.door.events} == {"call-1"}
        numbers = [record.number for record in at.phone.records]
        assert numbers == list(range(len(numbers)))


def test_a_click_makes_no_gap_because_more_than_the_hesitation_is_on_its_way() -> None:
    assert HESITATES_MS + FRAME_MS <= LEAD_MS - STEP_MS


async def test_a_hesitation_passes_by_itself_and_never_shortens_a_hold() -> None:
    sent = Sent()
    mouth = Mouth(Wire(sent, SETUP), now=now, fast=True, first_played=lambda _, at: None)
    answer = Answer("a", 1)
    answer.add([(bytes(320), True)] * FRAMES)
    answer.finish()
    mouth.keep_still(60_000)
    mouth.keep_still(HESITATES_MS, longer=True)
    playing = asyncio.create_task(mouth.play(answer))
    await asyncio.sleep(3 * HESITATES_MS / 1000)
    assert not sent.records
    mouth.keep_still(0)
    mouth.keep_still(HESITATES_MS, longer=True)
    await asyncio.wait_for(playing, 60)
    assert answer.sent == FRAMES
