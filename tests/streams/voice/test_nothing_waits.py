"""In a whole live session the caller always hears something, the events say what, and who is denied hears nothing."""

import asyncio
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from governance.verdicts import VerdictsState, decide
from infra.policies import load
from infra.speech.wav import read_wav
from schemas.outside import NoProviderLeft, ProviderCalled, ProviderDenied, SignPlayed
from schemas.policies import Policy
from schemas.residency import ResidencyRules
from schemas.turns import AssistantHeard, SpeechStarted, UtteranceFinalized
from schemas.verdicts import HandoffRequested
from streams.voice.parts import Parts
from streams.voice.stock import Stock
from tests.support.chains import PATIENT_MS, entry, hears, speaks, writes
from tests.support.provider_server import ANSWER, HEARD, ProviderServer, provider_server
from tests.support.talks import noted
from tests.support.telephone import Recorded, Telephone
from tests.support.voices import LINES, SUPPORT, Voices, call, heard, until

pytestmark = pytest.mark.fault

WHOLE = "".join(ANSWER)


@pytest.fixture(scope="module")
def voices() -> Voices:
    return Voices("http://127.0.0.1:1/v1")  # no model of this machine takes part


def served(
    parts: Parts, server: ProviderServer, *, model: ProviderServer | None = None, first_ms: int | None = None
) -> Parts:
    """Let every port be served by a local server, the words perhaps by another one."""
    one, writer = entry(server, "house", first_ms=first_ms), entry(model or server, "writer", first_ms=PATIENT_MS)
    return replace(
        parts, speech_to_text=(hears(one),), text_to_speech=(speaks(one),), language_model=(writes(writer),)
    )


def answers(one: AssistantHeard) -> bool:
    """Tell whether the answer was heard, to its end or as far as marks of a busy machine came back in time."""
    return bool(one.text) and WHOLE.startswith(one.text)


async def ask(phone: Telephone) -> None:
    wav = read_wav(SUPPORT.read_bytes())
    await phone.say(wav.samples[14_000:36_000], rate=wav.sample_rate)


def under(**rules: object) -> Policy:
    return load().model_copy(update={"residency": ResidencyRules.model_validate(rules)})


def handoffs(door: Recorded, policy: Policy) -> list[HandoffRequested]:
    state, said = VerdictsState(), []
    for event in door.events:
        state, more = decide(state, event, policy)
        said += [one for one in more if isinstance(one, HandoffRequested)]
    return said


async def test_a_caller_who_waits_hears_a_sentence_that_is_no_answer_and_then_the_answer(
    voices: Voices, spans: InMemorySpanExporter
) -> None:
    async with provider_server() as server, provider_server("late") as slow:
        stock = Stock((speaks(entry(server, "house")),), LINES.kept())
        await stock.fill()
        async with call(
            voices, lambda parts: replace(served(parts, server, model=slow), stock=stock, sign="spoken")
        ) as (phone, door):
            await until(door, AssistantHeard)
            await ask(phone)
            await heard(door, answers)
            signs = [one for one in door.of(SignPlayed) if one.turn > 0]
            assert signs
            known = (*LINES.fillers, *LINES.still)
            assert all(one.sign == "filler" and any(line.startswith(one.text) for line in known) for one in signs)
            assert phone.heard().any()
            assert not [one for one in door.of(AssistantHeard) if one.text in LINES.fillers]
            assert all(one.outcome == "answered" for one in door.of(ProviderCalled))
    assert any(noted(spans, "signs"))


async def test_a_model_that_writes_a_word_now_and_then_leaves_no_long_silence_in_its_answer(voices: Voices) -> None:
    async with provider_server() as server, provider_server("trickle") as slow:
        slow.answer = ("It ", "left. ", *("And ", "we ", "hope ", "that ", "it ", "will ", "be ", "there ", "soon."))
        stock = Stock((speaks(entry(server, "house")),), LINES.kept())
        await stock.fill()
        async with call(voices, lambda parts: replace(
            served(parts, server, model=slow), stock=stock, sign="spoken", sign_after_ms=300
        )) as (phone, door):
            await until(door, AssistantHeard)
            await ask(phone)
            whole = await heard(door, lambda one: one.text == "".join(slow.answer))
            assert not whole.mismatch
            sent = [one.utterance for one in phone.records if one.kind == "media"]
            first, last = sent.index(whole.utterance), len(sent) - sent[::-1].index(whole.utterance)
            assert "" in sent[first:last]  # a sign, between two parts of the answer


async def test_a_sign_ends_with_the_callers_next_sound(voices: Voices) -> None:
    async with provider_server() as server, provider_server("silent") as never:
        line = "Let me see about that order of yours in our books, which may take a little while today."
        stock = Stock((speaks(entry(server, "house")),), [line])
        await stock.fill()
        lines = LINES.model_copy(update={"fillers": (line,)})
        async with call(voices, lambda parts: replace(
            served(parts, server, model=never), stock=stock, sign="spoken", lines=lines
        )) as (phone, door):
            await until(door, AssistantHeard)
            await ask(phone)
            await until(door, UtteranceFinalized)
            played = len(phone.played)
            async with asyncio.timeout(60):
                while len(phone.played) == played:
                    await asyncio.sleep(0.02)
            await ask(phone)  # while it is said to her
            async with asyncio.timeout(60):
                while not (stopped := [one for one in door.of(SignPlayed) if one.ended == "stopped"]):
                    await asyncio.sleep(0.02)
            assert all(line.startswith(one.text) and one.text != line for one in stopped)


async def test_before_the_first_sentence_was_heard_the_sign_is_a_tone_and_with_all_dead_sounds_go_on(
    voices: Voices
) -> None:
    async with provider_server("silent") as dead:
        async with call(
            voices, lambda parts: replace(served(parts, dead, first_ms=3_000), sign="spoken")
        ) as (phone, door):
            (sign,) = await until(door, SignPlayed)
            assert (sign.turn, sign.sign, sign.text) == (0, "tone", "")
            (none,) = await until(door, NoProviderLeft)
            assert none.operation == "text_to_speech"
            await until(door, AssistantHeard)
            assert phone.heard().any()
        assert [one.rule for one in handoffs(door, load())] == ["providers.none_left"]


async def test_a_denied_region_is_skipped_and_hears_nothing(voices: Voices) -> None:
    policy = under(deny=[{"region": "us"}])
    async with provider_server() as there, provider_server() as here:
        far, near = entry(there, "acme", region="us-east-1"), entry(here, "house")

        def chained(parts: Parts) -> Parts:
            return replace(
                parts, policy=policy, speech_to_text=(hears(far), hears(near)),
                text_to_speech=(speaks(far), speaks(near)), language_model=(writes(far), writes(near)),
            )

        async with call(voices, chained) as (phone, door):
            await until(door, AssistantHeard)
            await ask(phone)
            await heard(door, answers)
            assert door.of(UtteranceFinalized)[0].text == HEARD
            assert not there.asked
            denied = door.of(ProviderDenied)
            assert {one.operation for one in denied} == {"speech_to_text", "chat", "text_to_speech"}
            assert {(one.rule, one.policy_version, one.left) for one in denied} == {("residency.deny", policy.label, 1)}
            assert not door.of(NoProviderLeft)


async def test_a_call_whose_providers_are_all_denied_greets_by_what_is_left_and_goes_to_a_person(
    voices: Voices
) -> None:
    policy = under(deny=[{"provider": "writer"}])
    async with provider_server() as server:
        async with call(voices, lambda parts: replace(
            served(parts, server), policy=policy, lines=LINES.model_copy(update={"greeting": None})
        )) as (_, door):
            (greeted,) = await until(door, AssistantHeard)
            assert greeted.text == LINES.greeting_fallback  # it discloses the AI all the same
            assert [(one.operation, one.why) for one in door.of(NoProviderLeft)] == [("chat", "denied")]
        assert [one.rule for one in handoffs(door, policy)] == ["residency.none_left"]
    async with provider_server() as server:
        nobody = under(allow_regions=[])
        async with call(voices, lambda parts: replace(served(parts, server), policy=nobody)) as (phone, door):
            (greeted,) = await until(door, AssistantHeard)
            assert greeted.text == ""
            assert phone.heard().any()  # a tone: no voice may speak
            assert not server.asked
            assert door.of(SpeechStarted)
        assert len(handoffs(door, nobody)) == 1
