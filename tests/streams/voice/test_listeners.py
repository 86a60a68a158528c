"""Who listens in hears nothing until the people on the call know of it, as the policy says; a live session shows it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from governance.errors import InputError
from infra.policies import bundle
from infra.policy_yaml import Document
from schemas.audio import AudioKind, AudioRecord
from schemas.policies import Policy
from schemas.turns import AssistantHeard
from streams.voice import listeners as listening
from streams.voice.consenting import MOST_TIMES, Consenting
from streams.voice.lines import Lines
from streams.voice.listeners import LOST_AFTER_MS, Listeners
from streams.voice.start import Setup
from streams.voice.wire import Wire
from tests.streams.voice.test_leg import Headset, accepted, true
from tests.support.telephone import Telephone
from tests.support.voices import Voices, call, heard, until

pytestmark = pytest.mark.flow
SENTENCE = "A colleague is listening in."
POLICY = bundle([Document("acme.yaml", f"""layer: tenant
id: acme
version: 1
title: Everyone is told
disclosure:
  statements:
    listening: {{heard_within_ms: 30000, reason: r, texts: {{en: "{SENTENCE}"}}}}
listening: {{announce: everyone}}
""".encode())])
AT = datetime(2026, 3, 1, tzinfo=UTC)
SETUP = Setup(call_id="c", tenant="default", encoding="linear16", sample_rate=8_000, audio_partition=0)


class Line:
    """One call without sound: what is said is heard as far as `hears` lets it."""

    def __init__(self, *, policy: Policy = POLICY, hears: Callable[[str], str] = lambda line: line) -> None:
        self.sent: list[AudioRecord] = []
        self.said: list[str] = []
        self.now_ms = 0
        self.before = asyncio.Event()
        self.before.set()
        self._hears = hears
        self.consenting = Consenting(policy, SETUP, lines=Lines(), now=lambda: AT)
        self.listeners = Listeners(
            self, SETUP, wire=Wire(self, SETUP, line_ms=lambda: self.now_ms), consenting=self.consenting,
            say=lambda line: asyncio.create_task(self._say(line)),
        )

    async def send(self, record: AudioRecord, *, partition: int | None) -> None:
        assert partition == 7
        self.sent.append(record)

    async def _say(self, line: str) -> None:
        self.said.append(line)
        await self.before.wait()
        text = self._hears(line)
        self.consenting.heard(AssistantHeard(
            utterance=f"a{len(self.said)}", turn=0, text=text, played_ms=100, method="playback_mark",
            interrupted=text != line, mismatch=text != line,
        ), at=AT)

    async def give(self, name: str, kind: AudioKind = "listen", **content: object) -> None:
        payload = {"agent": name, "announce": "everyone", "audio_partition": 7, **content}
        await self.listeners.take(AudioRecord(
            kind=kind, call_id="c", tenant="default", number=0, leg=name, payload=json.dumps(payload).encode()
        ))

    async def told(self, count: int = 1) -> list[tuple[str, str]]:
        await true(lambda: len(self.sent) >= count, within_s=60)
        return [(one.leg, json.loads(one.payload)["state"]) for one in self.sent]


async def test_a_listener_waits_for_the_sentence_and_who_comes_within_it_for_another() -> None:
    line = Line()
    line.before.clear()
    await line.give("a1")
    await true(lambda: line.listeners.announcing)
    await asyncio.sleep(0)
    await line.give("b2")
    assert line.sent == []
    line.before.set()
    assert await line.told(2) == [("a1", "open"), ("b2", "open")]
    assert line.said == [SENTENCE, SENTENCE]
    await line.give("a1")  # still there
    assert len(line.sent) == 2


async def test_a_sentence_that_nobody_lets_finish_is_said_again_and_then_nothing_is_heard() -> None:
    heard_of = iter(["A colleague", SENTENCE])
    line = Line(hears=lambda _: next(heard_of))
    await line.give("a1")
    assert await line.told() == [("a1", "open")]
    assert len(line.said) == 2
    stubborn = Line(hears=lambda _: "A colleague")
    await stubborn.give("a1")
    assert await stubborn.told() == [("a1", "refused")]
    assert len(stubborn.said) == MOST_TIMES
    await stubborn.give("a1")
    assert len(stubborn.sent) == 1  # it is over


async def test_without_words_nobody_is_told_and_nobody_is_let_in() -> None:
    line = Line(policy=bundle([Document("a.yaml", b"layer: tenant\nid: a\nversion: 1\ntitle: t\n")]))
    await line.give("a1")
    assert await line.told() == [("a1", "refused")]
    assert line.said == []


async def test_where_only_the_agent_is_told_or_the_caller_knows_already_nothing_is_said() -> None:
    line = Line()
    await line.give("a1", announce="agent")
    await line.give("b2", announced=True)  # this session took the call up from another one
    assert await line.told(2) == [("a1", "open"), ("b2", "open")]
    assert line.said == []


async def test_an_agent_is_told_of_who_listens_once_for_each_change_and_of_who_is_lost() -> None:
    line = Line()
    hers = Wire(line, SETUP.model_copy(update={"audio_partition": 7}), leg="cc")
    for name in ("a1", "b2"):
        await line.give(name, announce="agent")
    await line.listeners.tell("cc", hers)
    await line.listeners.tell("cc", hers)
    await line.give("a1", "stop")
    await line.listeners.tell("cc", hers)
    line.now_ms = LOST_AFTER_MS + 1
    await line.listeners.pass_time()
    await line.listeners.tell("cc", hers)
    said = [json.loads(one.payload) for one in line.sent if one.leg == "cc"]
    assert [(one["agent"], one["state"]) for one in said] == [
        ("a1", "began"), ("b2", "began"), ("a1", "ended"), ("b2", "ended"),
    ]
    await line.listeners.close()


async def test_what_a_gateway_says_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(InputError, match="known fields"):
        await Line().give("a1", announce="perhaps")


@pytest.fixture(scope="module")
def voices(local_models: str) -> Voices:
    return Voices(local_models)


async def listens(phone: Telephone, name: str, agent: str) -> None:
    assert phone.host is not None
    content = {"agent": agent, "announce": "everyone", "audio_partition": 1}
    await phone.host.handle(AudioRecord(
        kind="listen", call_id=phone.call_id, tenant="default", number=0, leg=name,
        payload=json.dumps(content).encode(),
    ))


def told(phone: Telephone, name: str) -> list[dict[str, str]]:
    return [json.loads(one.payload) for one in phone.to_agents if one.leg == name and one.kind == "listen"]


async def test_in_a_live_call_the_caller_hears_the_sentence_first_also_beside_a_person(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "LOST_AFTER_MS", 600_000)  # these gateways say once that they are there
    async with call(voices, lambda parts: replace(parts, policy=POLICY)) as (phone, door):
        await until(door, AssistantHeard)
        await listens(phone, "e1", "sue")
        await true(lambda: bool(told(phone, "e1")))
        first = await heard(door, lambda one: one.text == SENTENCE)
        assert (first.interrupted, told(phone, "e1")) == (False, [{"state": "open"}])

        await accepted(phone)
        her = Headset(phone)
        await her.start()
        await true(lambda: bool(her.got("join")))
        await true(lambda: {"agent": "sue", "state": "began"} in told(phone, "a1"))
        speaking = asyncio.create_task(her.say(np.full(24_000 * 4, 9_000, dtype=np.int16), silence_s=0))
        await true(lambda: bool([one for one in phone.records if one.utterance == "human-a1"]))
        await listens(phone, "e2", "tom")
        await true(lambda: bool(told(phone, "e2")))
        await true(lambda: len([one for one in door.of(AssistantHeard) if one.text == SENTENCE]) == 2)
        second = [one for one in door.of(AssistantHeard) if one.text == SENTENCE][-1]
        assert told(phone, "e2") == [{"state": "open"}]
        sounded = [one.utterance for one in phone.records if one.kind == "media"]
        at = [n for n, one in enumerate(sounded) if one == second.utterance]
        assert set(sounded[at[0] : at[-1] + 1]) == {second.utterance}  # her words do not fall into it
        await true(lambda: {"agent": "tom", "state": "began"} in told(phone, "a1"))
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
