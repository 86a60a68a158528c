"""Each tactic of a live session does what its switch says, can be seen in the turn's trace, and fails harmlessly."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from governance.errors import TransientError
from infra.clock import now
from infra.policies import load
from infra.speech.links import Link
from infra.speech.ports import LanguageModel
from schemas.conditions import Condition
from schemas.outside import PhraseWithheld, ProviderCalled
from schemas.policies import ComposedRule, Policy
from schemas.turns import AssistantHeard, ProviderFailed
from streams.voice.chain import Chain
from streams.voice.choosing import Choosing
from streams.voice.kept_answers import KeptAnswers
from streams.voice.knowing import Knowing
from streams.voice.lines import Lines
from streams.voice.mind import Mind
from streams.voice.mouth import Answer, last_of
from streams.voice.replies import CACHE, Replies
from streams.voice.spans import Traces
from streams.voice.spoken import Phrase
from streams.voice.start import Setup
from streams.voice.tactics import Tactics, Window
from streams.voice.warming import Warming
from tests.support.chains import SETUP, entry, told, writes
from tests.support.provider_server import ProviderServer, provider_server
from tests.support.telephone import Recorded

pytestmark = pytest.mark.contract

LINES = Lines()
OPEN, NINE = "What are your opening hours?", "We are open from nine to six."
KNOWN = "She is a gold member."


class Redactor:
    """Leaves words as they are, and hides one name."""

    async def __call__(self, text: str, question: str | None) -> str:
        return text

    async def about(self, text: str) -> str:
        return text.replace("Ann Miller", "<PERSON_1>")


async def clean(text: str, language: str) -> bool:
    return "@" not in text


@dataclass
class Talk:
    """One call's mind and replies."""

    mind: Mind
    replies: Replies
    door: Recorded
    traces: Traces
    knowing: Knowing
    turn: int = field(default=0)

    async def ask(self, text: str, *, cut: bool = False) -> str:
        """Ask, and hear the answer to its end or not."""
        self.turn += 1
        trace = self.traces.of(self.turn)
        redacted = await self.mind.hear(text)
        self.mind.judge(redacted, event_id="", turn=self.turn, final=True)
        tokens = self.replies.words(redacted, turn=self.turn, trace=trace, fallback="Sorry.")
        phrases = [one async for one in self.replies.phrases(tokens, trace=trace)]
        whole = "".join(phrases).strip()
        heard = whole[:10] if cut else whole
        self.mind.said(heard)
        self.replies.heard(AssistantHeard(
            utterance="a", turn=self.turn, text=heard, played_ms=1, method="audio_clock", interrupted=cut, mismatch=cut,
        ))
        for _ in range(20):
            await asyncio.sleep(0)  # what is kept is kept beside the call
        trace.end()
        return whole


@asynccontextmanager
async def talking(
    *links: Link[LanguageModel], tactics: Tactics | None = None, setup: Setup = SETUP, policy: Policy | None = None,
) -> AsyncIterator[Talk]:
    tactics = tactics or Tactics()
    async with told() as (reporter, door, traces):
        knowing = Knowing(tactics.lookup, setup, reporter, redact=Redactor())
        mind = Mind(
            Chain("chat", (*links, *tactics.small), reporter), reporter, lines=LINES, policy=policy, redact=Redactor(),
            choosing=Choosing(tactics.small), window=tactics.window, knowing=knowing,
        )
        replies = Replies(mind, reporter, setup, tactics=tactics, lines=LINES, policy=policy)
        mind.said("Hello.")
        try:
            yield Talk(mind, replies, door, traces, knowing)
        finally:
            await replies.close()
            await knowing.close()


@asynccontextmanager
async def saying(*answer: str) -> AsyncIterator[tuple[ProviderServer, Link[LanguageModel]]]:
    async with provider_server() as server:
        server.answer = answer
        yield server, writes(entry(server, "large"))


def caching(*, ttl_s: float = 3600) -> Tactics:
    return Tactics(answers=KeptAnswers(now=now, ttl=timedelta(seconds=ttl_s)), clean=clean)


def asked_of(server: ProviderServer) -> list[list[dict[str, str]]]:
    """Give the messages of every question to the model."""
    return [json.loads(body)["messages"] for port, body in server.asked if port == "chat"]


def noted(spans: InMemorySpanExporter, key: str) -> list[object]:
    """Give an attribute of the turns that were traced."""
    turns = [one for one in spans.get_finished_spans() if one.name == "turn"]
    return [(one.attributes or {}).get(f"callwarden.{key}") for one in turns]


async def test_the_second_caller_is_answered_from_memory_and_the_record_says_so(spans: InMemorySpanExporter) -> None:
    tactics = caching()
    async with saying("We are open ", "from nine to six.") as (server, link):
        async with talking(link, tactics=tactics) as first:
            assert await first.ask(OPEN) == NINE
        async with talking(link, tactics=tactics) as second:
            assert await second.ask("what are your opening hours") == NINE
            assert second.mind.writer == CACHE
            assert not second.door.of(ProviderCalled)
        assert len(asked_of(server)) == 1
    assert noted(spans, "cached") == [False, True]
    assert noted(spans, "cache_match") == ["miss", "exact"]


@pytest.mark.parametrize("other", [
    SETUP.model_copy(update={"tenant": "other"}), SETUP.model_copy(update={"language": "fr"}),
])
async def test_an_answer_holds_for_its_tenant_and_language_alone(other: Setup) -> None:
    tactics = caching()
    async with saying(NINE) as (server, link):
        async with talking(link, tactics=tactics) as first:
            await first.ask(OPEN)
        async with talking(link, tactics=tactics, setup=other) as second:
            await second.ask(OPEN)
        assert len(asked_of(server)) == 2


async def test_an_answer_holds_for_its_policy_and_its_place_in_the_talk_alone() -> None:
    tactics = caching()
    async with saying(NINE) as (server, link):
        async with talking(link, tactics=tactics) as first:
            await first.ask(OPEN)
        async with talking(link, tactics=tactics, policy=load()) as second:
            await second.ask(OPEN)
        async with talking(link, tactics=tactics) as third:
            third.mind.said("On which day, Monday or Sunday?")
            await third.ask(OPEN)
        assert len(asked_of(server)) == 3


@pytest.mark.parametrize(("question", "answer", "cut"), [
    (OPEN, "Write to ann@acme.example.", False), (OPEN, NINE, True), ("Where is my order?", "It left today.", False),
    (OPEN, "Hello <PERSON_1>, we open at nine.", False), ("yes", NINE, False),
])
async def test_what_is_personal_cut_or_no_question_is_not_kept(question: str, answer: str, cut: bool) -> None:
    tactics = caching()
    async with saying(answer) as (_, link), talking(link, tactics=tactics) as talk:
        await talk.ask(question, cut=cut)
    assert tactics.answers is not None
    assert len(tactics.answers) == 0


async def test_where_something_of_the_caller_is_known_nothing_is_kept_or_given_again() -> None:
    async def lookup(setup: Setup) -> tuple[str, ...]:
        return (KNOWN,)

    answers = caching().answers
    async with saying(NINE) as (server, link):
        for known in (lookup, lookup):
            async with talking(link, tactics=Tactics(answers=answers, clean=clean, lookup=known)) as talk:
                await talk.ask(OPEN)
        assert len(asked_of(server)) == 2
    assert answers is not None
    assert len(answers) == 0


async def test_the_memory_is_bounded_and_forgets_the_oldest() -> None:
    answers = KeptAnswers(now=now, ttl=timedelta(hours=1), most=2)
    async with saying(NINE) as (_, link):
        for thing in ("opening", "visiting", "working"):
            async with talking(link, tactics=Tactics(answers=answers, clean=clean)) as talk:
                await talk.ask(f"What are your {thing} hours?")
    assert len(answers) == 2
    answers.forget()
    assert len(answers) == 0


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
        tokens = talk.replies.words(None, turn=1, trace=trace, fallback="Sorry.")
        assert len([one async for one in talk.replies.phrases(tokens, trace=trace)]) == count
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
