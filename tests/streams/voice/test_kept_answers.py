"""An answer that was given is given again where it holds for everybody, and never where it is somebody's own."""

from datetime import timedelta

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.clock import now
from infra.policies import load
from schemas.outside import ProviderCalled
from streams.voice.kept_answers import KeptAnswers
from streams.voice.start import Setup
from streams.voice.tactics import Tactics
from streams.voice.wording import CACHE
from tests.support.chains import SETUP
from tests.support.talks import KNOWN, NINE, OPEN, asked_of, caching, clean, noted, saying, talking

pytestmark = pytest.mark.contract


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
