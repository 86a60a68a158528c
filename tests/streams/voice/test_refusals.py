"""A model that declines to answer: it is named, the caller hears a sentence that says so, and no other is asked."""

import asyncio

import pytest

from infra.clock import now
from infra.provider_chains import Entry, Keyed
from infra.speech.kinds import WRITES
from infra.speech.links import Link
from infra.speech.ports import LanguageModel
from schemas.outside import NoProviderLeft, ProviderCalled, SpeculationEnded
from schemas.turns import ProviderFailed
from streams.voice.chain import Chain
from streams.voice.lines import Lines
from streams.voice.mind import Mind
from streams.voice.speculation import Speculations
from tests.streams.voice.test_chain import written
from tests.streams.voice.test_speculation import AsItIs
from tests.support.carried import answered, ask_until, carried, of_vendors
from tests.support.chains import told
from tests.support.chat_vendors import WORDS, ChatVendors, chat_vendors
from tests.support.live_models import SAID
from tests.support.telephone import Recorded
from tests.support.voices import heard

pytestmark = pytest.mark.fault

LINES = Lines()
BEGUN = "".join(WORDS[:3])


def link(vendor: str, server: ChatVendors) -> Link[LanguageModel]:
    entry = Entry.model_validate({
        "name": vendor, "kind": vendor, "model": "gpt-4o-mini", "region": "us", "url": server.base(vendor),
        "first_ms": 10_000,
    })
    return Link(WRITES[vendor](Keyed.model_validate({"entry": entry, "key": "opensesame"})))


def errors(door: Recorded) -> set[tuple[str, str]]:
    return {(one.error, one.fallback) for one in door.of(ProviderFailed)}


@pytest.mark.parametrize(("vendor", "how", "named", "error"), [
    ("openai", "refused", "", "answer refused by its model"),
    ("openai", "withheld", "content_filter", "answer withheld by its vendor: content_filter"),
    ("openai", "judged", "content_filter", "answer withheld by its vendor: content_filter"),
    ("gemini", "withheld", "SAFETY", "answer withheld by its vendor: safety"),
    ("claude", "withheld", "refusal", "answer withheld by its vendor: refusal"),
])
async def test_the_caller_hears_that_nothing_can_be_said_and_the_record_says_who_declined(
    vendor: str, how: str, named: str, error: str
) -> None:
    async with chat_vendors(how) as server, chat_vendors() as other:
        server.withheld = named
        first, second = link(vendor, server), link("claude", other)
        answers, door = await written(first, second, turns=3)
        assert answers == [LINES.withheld] * 3
        assert errors(door) == {(error, "fixed phrase")}
        assert not other.asked  # what one declines to say is not shopped around
        assert {one.outcome for one in door.of(ProviderCalled)} == {"refused"}
        assert not door.of(NoProviderLeft)
        assert first.circuit.ready  # who declines is well
        if how != "judged":
            assert all(one.output_tokens for one in door.of(ProviderCalled))  # and is paid


async def test_an_answer_that_is_withheld_in_its_middle_ends_with_that_sentence() -> None:
    async with chat_vendors("stopped") as server:
        (answer,), door = await written(link("openai", server))
    assert answer == f"{BEGUN} {LINES.withheld}"
    assert errors(door) == {("answer withheld by its vendor: content_filter", "fixed phrase")}


async def test_a_greeting_that_is_withheld_is_the_fixed_one_which_holds_the_disclosure() -> None:
    async with chat_vendors("refused") as server, told() as (reporter, _, traces):
        mind = Mind(Chain("chat", [link("openai", server)], reporter), reporter, lines=LINES, policy=None,
                    redact=AsItIs())
        greeting = [one async for one in mind.answer(turn=0, trace=traces.of(0), fallback="This is an AI.")]
    assert greeting == ["This is an AI."]


async def test_an_answer_begun_ahead_that_was_declined_is_not_asked_for_again() -> None:
    async with chat_vendors("refused") as server, told() as (reporter, door, traces):
        mind = Mind(Chain("chat", [link("openai", server)], reporter), reporter, lines=LINES, policy=None,
                    redact=AsItIs())
        ahead = Speculations(mind=mind, reporter=reporter, traces=traces, now=now, on=True)
        ahead.begin(turn=1, text="Tell me a secret.", at_ms=0)
        async with asyncio.timeout(30):
            while not door.of(ProviderCalled):
                await asyncio.sleep(0.01)
        await mind.hear("Tell me a secret.")
        taken = ahead.take(turn=1)
        words = [one async for one in mind.answer(turn=1, trace=traces.of(1), fallback="Sorry.", ahead=taken)]
        assert words == [LINES.withheld]
        assert len(server.asked) == 1
    assert [one.outcome for one in door.of(SpeculationEnded)] == ["kept"]


@pytest.mark.parametrize("how", ["judged", "withheld"])
async def test_what_a_model_that_speaks_declines_is_not_asked_of_the_cascade(how: str) -> None:
    names = {"openai": "content_filter", "gemini": "generated_audio_safety"}

    async def scene(system: str) -> None:
        async with carried(system) as (phone, door, vendor, house):
            asked = [one for one, _ in house.asked].count("chat")  # for the greeting
            vendor.how = how
            await ask_until(phone, lambda: bool(door.of(ProviderFailed)))
            turn = door.of(ProviderFailed)[0].turn
            said = await heard(door, lambda one: one.turn == turn and LINES.withheld in one.text)
            begun = said.text[: said.text.index(LINES.withheld)].strip()
            assert SAID.startswith(begun)
            assert bool(begun) == (how == "withheld")
            assert errors(door) == {(f"answer withheld by its vendor: {names[system]}", "fixed phrase")}
            calls = [one for one in door.of(ProviderCalled) if one.operation == "speech_to_speech"]
            assert "refused" in {one.outcome for one in calls}
            assert "failed" not in {one.outcome for one in calls}
            assert all(one.output_tokens for one in calls if one.outcome == "refused")
            vendor.how = "good"
            await answered(phone, door)  # who declines is well
            assert vendor.opened == 1
            assert [one for one, _ in house.asked].count("chat") == asked
            assert not door.of(NoProviderLeft)

    await of_vendors(*names, scene=scene)
