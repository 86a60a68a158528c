"""Who speaks when: she is never talked into, a click makes no gap, and callers turned away disturb nobody."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from governance.patience import Patience
from infra.clock import now
from infra.speech.ports import Samples
from infra.speech.wav import read_wav
from schemas.audio import AudioRecord
from schemas.speech import Transcript
from schemas.turns import AssistantHeard, Provider, SpeechStarted, UtteranceFinalized
from streams.voice.floor import HESITATES_MS
from streams.voice.mouth import LEAD_MS, STEP_MS, Mouth
from streams.voice.playing import Answer
from streams.voice.session import Session
from streams.voice.spoken import FRAME_MS
from streams.voice.stillness import Stillness
from streams.voice.wire import Wire
from tests.streams.voice.test_speculation import ASKED, WHOLE, Scene, scene
from tests.support.chains import SETUP, entry, hears, speaks, writes
from tests.support.provider_server import provider_server
from tests.support.telephone import Recorded, Telephone
from tests.support.voices import LINES, SUPPORT, Voices, call, heard, until

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
            assert answers[turn].text
            assert WHOLE.startswith(answers[turn].text)  # marks of a busy machine may come late
            assert not answers[turn].interrupted
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


async def test_of_an_answer_that_is_there_at_once_it_is_told_when_it_was_first_played() -> None:
    told: list[str] = []
    mouth = Mouth(Wire(Sent(), SETUP), now=now, fast=True, first_played=lambda one, at: told.append(one.utterance))
    answer = Answer("a", 1)
    answer.add([(bytes(320), True)] * FRAMES)
    answer.finish()
    await mouth.play(answer)
    assert told == ["a"]


async def test_what_is_stopped_before_its_first_sound_never_sounds_beside_the_next_answer_and_is_remembered(
    voices: Voices
) -> None:
    redacted = asyncio.Event()

    async def late(text: str, question: str | None) -> str:
        await redacted.wait()
        return text

    async with provider_server() as server:
        one, door = entry(server, "house"), Recorded()
        parts = replace(
            voices.parts(Telephone(), door), speech_to_text=(hears(one),), text_to_speech=(speaks(one),),
            language_model=(writes(one),), outlet=Sent(), redactor=lambda _: late,
        )
        session = Session(parts, SETUP)
        await session.open()
        await until(door, AssistantHeard)
        answers = session._answers
        answers.respond(turn=1, text="Where is my order?", event_id="e1")
        answers.say("I am connecting you.", turn=1)  # behind it
        await asyncio.sleep(0.05)
        answers.stop(turn=1, speech=None)  # she speaks on
        answers.respond(turn=2, text="And my invoice?", event_id="e2")
        redacted.set()
        await until(door, AssistantHeard, 2)
        await session.close("hangup")
        (asked,) = [json.loads(body)["messages"] for port, body in server.asked if port == "chat"]
    assert [one.turn for one in door.of(SpeechStarted)] == [0, 2]
    assert [one["content"] for one in asked if one["role"] == "user"] == ["Where is my order?", "And my invoice?"]


class Faulty:
    """A recogniser with a fault of ours in its first end."""

    provider = Provider(name="house", model="faulty")

    def __init__(self) -> None:
        self.ends = 0

    async def open(self, *, sample_rate: int) -> "Faulty":
        return self

    def begin(self, *, digits: bool, heard: Callable[[Transcript], None]) -> "Faulty":
        return self

    async def feed(self, samples: Samples) -> None: ...

    def settle(self) -> None: ...

    async def drop(self) -> None: ...

    async def close(self) -> None: ...

    async def finish(self) -> Transcript:
        self.ends += 1
        if self.ends == 1:
            raise RuntimeError("a fault")
        return Transcript(text=ASKED)


async def test_a_turn_that_fails_in_a_way_nobody_foresaw_costs_that_turn_alone(voices: Voices) -> None:
    async with provider_server() as server:
        one = entry(server, "house")
        async with call(voices, lambda parts: replace(
            parts, speech_to_text=Faulty(), text_to_speech=(speaks(one),), language_model=(writes(one),)
        ), lambda: Telephone(fast=True)) as (phone, door):
            await until(door, AssistantHeard)
            wav = read_wav(SUPPORT.read_bytes())
            await phone.say(wav.samples[14_000:26_000], rate=wav.sample_rate)
            await heard(door, lambda one: one.text == LINES.not_heard)
            await phone.say(wav.samples[14_000:26_000], rate=wav.sample_rate)
            await heard(door, lambda one: one.text == WHOLE)


async def test_a_call_that_waits_for_a_person_is_not_ended_by_a_goodbye_that_was_begun_before() -> None:
    sent, said = Sent(), asyncio.Event()

    class Quiet:
        busy = silent = urgent = connecting = False

        def say(self, line: str, *, turn: int) -> "asyncio.Task[bool]":
            return asyncio.create_task(said.wait())

    class Silence:
        speech = None

    answers = Quiet()
    stillness = Stillness(
        patience=Patience(ask_after_ms=100, end_after_ms=100), ear=lambda: Silence(),  # type: ignore[arg-type,return-value]  # what it looks at
        answers=answers, wire=Wire(sent, SETUP), lines=LINES, turn=lambda: 1,  # type: ignore[arg-type]  # as above
    )
    for at_ms in (200, 400):
        stillness.look(at_ms)
    await asyncio.sleep(0)
    answers.connecting = True  # her request for a person was recognised meanwhile
    said.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not sent.records
    answers.connecting = False
    stillness.look(600)
    for _ in range(5):
        await asyncio.sleep(0)
    assert [one.kind for one in sent.records] == ["stop"]
