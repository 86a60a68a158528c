"""Each tactic of a live session does what its switch says, can be seen in the turn's trace, and fails harmlessly."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from governance.errors import TransientError
from infra.policies import load
from infra.speech.wav import read_wav
from schemas.conditions import Condition
from schemas.outside import PhraseWithheld
from schemas.policies import ComposedRule, Policy
from schemas.turns import AssistantHeard, ProviderFailed
from streams.voice.mouth import last_of
from streams.voice.parts import Parts
from streams.voice.playing import Answer
from streams.voice.spoken import Phrase
from streams.voice.start import Setup
from streams.voice.tactics import Tactics, Window
from streams.voice.warming import Warming
from tests.support.chains import entry, hears, speaks, writes
from tests.support.provider_server import provider_server
from tests.support.talks import (
    KNOWN,
    LINES,
    NINE,
    OPEN,
    Redactor,
    asked_of,
    caching,
    clean,
    noted,
    saying,
    talking,
)
from tests.support.voices import SUPPORT, Voices, call, heard, until

pytestmark = pytest.mark.contract


async def test_a_plain_question_goes_to_the_small_model_and_a_hard_one_to_the_large(
    spans: InMemorySpanExporter
) -> None:
    async with saying("Large one here.") as (_, large), provider_server() as server:
        server.answer = ("Small one here.",)
        async with talking(large, tactics=Tactics(small=(writes(entry(server, "small")),))) as talk:
            assert await talk.ask("When do you open?") == "Small one here."
            assert talk.mind.writer is not None
            assert talk.mind.writer.name == "small"
            assert await talk.ask("Why is that better than the other plan?") == "Large one here."
    assert noted(spans, "route") == ["small", "large"]
    assert noted(spans, "route_reason") == ["short_and_plain", "hard_words"]


async def test_a_small_model_that_does_not_know_is_not_heard_and_the_large_one_answers(
    spans: InMemorySpanExporter
) -> None:
    async with saying("We open at nine.") as (_, large), provider_server() as server:
        server.answer = ("I'm ", "not ", "sure ", "about ", "that. ", "Maybe ", "nine.")
        async with talking(large, tactics=Tactics(small=(writes(entry(server, "small")),))) as talk:
            assert await talk.ask("When do you open?") == "We open at nine."
            assert talk.mind.writer is not None
            assert talk.mind.writer.name == "large"
            await talk.ask("When do you close?")  # the small one did not know: it is not asked first
    assert noted(spans, "escalated") == [True, None]
    assert noted(spans, "route_reason") == ["short_and_plain", "failed_before"]


@pytest.mark.parametrize("how", ["hangup", "500", "silent"])
async def test_a_small_model_that_fails_is_replaced_by_the_large_one(how: str) -> None:
    async with saying("We open at nine.") as (_, large), provider_server(how) as server:
        async with talking(large, tactics=Tactics(small=(writes(entry(server, "small")),))) as talk:
            assert await talk.ask("When do you open?") == "We open at nine."
        (failed,) = talk.door.of(ProviderFailed)
        assert (failed.provider.name, failed.fallback) == ("small", "large m local")


async def test_a_long_call_keeps_its_early_facts_and_nothing_unheard(spans: InMemorySpanExporter) -> None:
    window = Window(messages=4, tokens=300, summary=True)
    async with saying("Of course. ", "And a secret that nobody hears.") as (server, link):
        async with talking(link, tactics=Tactics(window=window)) as talk:
            await talk.ask("I am allergic to nuts.", cut=True)
            for number in range(6):
                await talk.ask(f"Tell me of dish {number}", cut=True)
        last = asked_of(server)[-1]
    assert [one["role"] for one in last[:2]] == ["system", "system"]
    assert "allergic to nuts" in last[1]["content"]
    assert "secret" not in json.dumps(last)
    assert len(last) <= 2 + 4
    assert noted(spans, "summarised")[-1]


async def test_what_is_known_of_the_caller_reaches_the_model_redacted(spans: InMemorySpanExporter) -> None:
    async def lookup(setup: Setup) -> tuple[str, ...]:
        return (KNOWN, "Her name is Ann Miller.")

    async with saying(NINE) as (server, link), talking(link, tactics=Tactics(lookup=lookup)) as talk:
        while talk.knowing.state == "asked":
            await asyncio.sleep(0)
        await talk.ask(OPEN)
        told_of = asked_of(server)[0][1]["content"]
    assert KNOWN in told_of
    assert "<PERSON_1>" in told_of
    assert "Miller" not in told_of
    assert noted(spans, "caller_context") == ["loaded"]


async def test_a_look_up_that_fails_or_hangs_holds_nobody_up() -> None:
    async def fails(setup: Setup) -> tuple[str, ...]:
        raise TransientError("timeout")

    async def hangs(setup: Setup) -> tuple[str, ...]:
        await asyncio.Event().wait()
        return ()

    for lookup in (fails, hangs):
        async with saying(NINE) as (_, link), talking(link, tactics=Tactics(lookup=lookup)) as talk:
            assert await talk.ask(OPEN) == NINE
        failures = [(one.operation, one.fallback) for one in talk.door.of(ProviderFailed)]
        assert failures == ([("caller_context", "answered without it")] if lookup is fails else [])


async def test_the_connection_is_there_before_the_first_turn() -> None:
    async with saying(NINE) as (server, link):
        Warming().begin([link.port])
        async with asyncio.timeout(30):
            while not server.connections:
                await asyncio.sleep(0.01)
        async with talking(link) as talk:
            assert not asked_of(server)
            await talk.ask(OPEN)
        assert len(asked_of(server)) == 1
        assert server.connections == 1


async def test_a_provider_that_was_warmed_a_moment_ago_is_left_alone_and_a_dead_one_harms_nobody() -> None:
    async with saying(NINE) as (server, link):
        dead = writes(entry("http://127.0.0.1:1/v1", "dead"))
        warming = Warming()
        for _ in range(3):
            warming.begin([link.port, dead.port])
        async with asyncio.timeout(30):
            while not server.connections:
                await asyncio.sleep(0.01)
        assert server.connections == 1


@pytest.mark.parametrize(("by_phrase", "count"), [(True, 2), (False, 1)])
async def test_an_answer_is_spoken_by_phrases_or_as_a_whole(
    by_phrase: bool, count: int, spans: InMemorySpanExporter
) -> None:
    tactics = Tactics(phrases=by_phrase)
    async with saying("We are open. ", "Come in.") as (_, link), talking(link, tactics=tactics) as talk:
        trace = talk.traces.of(1)
        tokens = talk.wording.words(None, turn=1, trace=trace, fallback="Sorry.")
        assert len([one async for one in talk.wording.phrases(tokens, trace=trace)]) == count
        trace.end()
    assert noted(spans, "by_phrase") == [by_phrase]


@pytest.mark.parametrize(("sent", "last"), [(0, 0), (5, 5), (12, 20), (20, 20), (21, 21), (40, 50), (50, 50)])
def test_a_filler_ends_with_its_phrase_where_that_is_near_and_begins_no_other(sent: int, last: int) -> None:
    sign = Answer("sign-1-0", 1, frames=[(b"", True)] * 50, sent=sent)
    sign.spoken.phrases += [Phrase("One moment, ", 0, 400), Phrase("please. ", 400, 1_000)]
    assert last_of(sign) == last


def forbidding(words: Sequence[str]) -> Policy:
    rule = ComposedRule(
        reason="Nobody promises a refund.", withhold=True,
        when=Condition.model_validate({"says": {"by": "assistant", "words": list(words)}}),
    )
    return load().model_copy(update={"rules": {"no.promises": rule}})


async def test_a_forbidden_phrase_gives_way_to_a_fixed_sentence_and_the_record_names_the_rule(
    spans: InMemorySpanExporter
) -> None:
    policy = forbidding(["guarantee"])
    async with saying("We are here. ", "We guarantee a refund. ", "I guarantee it. ", "Come in.") as (_, link):
        async with talking(link, policy=policy) as talk:
            assert await talk.ask("Tell me more") == f"We are here. {LINES.withheld} Come in."
        reported = talk.door.of(PhraseWithheld)
        assert [(one.rule, one.policy_version) for one in reported] == [("no.promises", policy.label)] * 2
        async with talking(link, policy=policy, tactics=Tactics(rail=False)) as talk:
            assert "guarantee a refund" in await talk.ask("Tell me more")
    rails = [one for one in spans.get_finished_spans() if one.name == "apply_guardrail output rail"]
    results = [(one.attributes or {})["gen_ai.guardrail.result.type"] for one in rails]
    assert results == ["allow", "block", "block", "allow"]


async def test_in_a_whole_call_what_is_known_is_used_over_a_connection_that_was_there_before_the_first_turn() -> None:
    async def lookup(setup: Setup) -> tuple[str, ...]:
        return (KNOWN,)

    tactics = Tactics(lookup=lookup, warming=Warming(), answers=caching().answers, clean=clean)
    async with provider_server() as house, saying("You are ", "a gold member.") as (writer, link):
        def changed(parts: Parts) -> Parts:
            one = entry(house, "house")
            return replace(
                parts, speech_to_text=(hears(one),), text_to_speech=(speaks(one),), language_model=(link,),
                redactor=lambda _: Redactor(), tactics=tactics,
            )

        async with call(Voices("http://127.0.0.1:1/v1"), changed) as (phone, door):
            await until(door, AssistantHeard)
            async with asyncio.timeout(60):
                while not writer.connections:
                    await asyncio.sleep(0.02)
            assert not asked_of(writer)
            wav = read_wav(SUPPORT.read_bytes())
            await phone.say(wav.samples[14_000:36_000], rate=wav.sample_rate)
            await heard(door, lambda one: "You are a gold member.".startswith(one.text) and bool(one.text))
            assert KNOWN in asked_of(writer)[0][1]["content"]
            assert writer.connections == 1
    assert tactics.answers is not None
    assert len(tactics.answers) == 0
