"""Whatever a provider does wrong, the next one goes on where it stopped, and the record says who did what."""

import json
from collections.abc import AsyncIterator

import numpy as np
import pytest

from governance.errors import TransientError
from infra.clock import now
from infra.speech import deepgram_client
from infra.speech.circuit import Circuit
from infra.speech.deepgram_speech_to_text import DeepgramSpeechToText
from infra.speech.links import Link
from infra.speech.ports import LanguageModel, SpeechToText, TextToSpeech
from schemas.outside import NoProviderLeft, ProviderCalled
from schemas.turns import AssistantHeard, AssistantSynthesised, ProviderFailed
from streams.voice.chain import Chain
from streams.voice.lines import Lines
from streams.voice.mind import Mind
from streams.voice.mouth import Mouth
from streams.voice.relay import Relay
from streams.voice.speaker import Speaker
from streams.voice.stock import Stock
from streams.voice.wire import Wire
from tests.support.chains import PATIENT_MS, SETUP, Outlet, entry, hears, speaks, told, writes
from tests.support.deepgram_server import deepgram_server
from tests.support.provider_server import ANSWER, BROKEN_OFF, HEARD, NEVER_BEGUN, provider_server
from tests.support.telephone import Recorded

pytestmark = pytest.mark.fault

NOBODY_LISTENS = "http://127.0.0.1:1/v1"  # a port that no process may take
SENTENCE = "Your order left the house this morning and it will be with you on Monday at the latest."
WHOLE = "".join(ANSWER)
LINES = Lines()


async def written(*links: Link[LanguageModel], turns: int = 1) -> tuple[list[str], Recorded]:
    async with told() as (reporter, door, traces):
        mind = Mind(Chain("chat", links, reporter), reporter, lines=LINES, policy=None, redact=as_it_is)
        answers = [
            "".join([token async for token in mind.answer(turn=turn, trace=traces.of(turn), fallback="Sorry.")])
            for turn in range(1, turns + 1)
        ]
    return answers, door


async def spoken(
    *links: Link[TextToSpeech], stock: Stock | None = None, text: str = SENTENCE
) -> tuple[Outlet, Recorded]:
    outlet = Outlet()
    async with told() as (reporter, door, traces):
        mouth = Mouth(Wire(outlet, SETUP), now=now, fast=True, first_played=lambda *_: None)
        speaker = Speaker(
            mouth, Chain("text_to_speech", links, reporter), reporter, SETUP, stock=stock or Stock(),
            apology=LINES.apology, line_ms=lambda: 0,
        )
        await speaker.say(phrase(text), turn=1, trace=traces.of(1), writer=lambda: None, written=lambda _: None)
    return outlet, door


async def understood(*links: Link[SpeechToText], turns: int = 1) -> tuple[list[str], Recorded]:
    texts = []
    async with told() as (reporter, door, traces):
        relay = Relay(Chain("speech_to_text", links, reporter), sample_rate=8_000, traces=traces)
        await relay.open()
        for turn in range(1, turns + 1):
            listening = relay.begin(digits=False, heard=lambda _: None)
            for _ in range(10):
                await listening.feed(np.ones(800, dtype=np.int16))
            relay.about = (turn, traces.of(turn))
            try:
                texts.append((await listening.finish()).text)
            except TransientError:
                texts.append("")
                await listening.drop()
        await relay.close()
    return texts, door


async def as_it_is(text: str, question: str | None) -> str:
    return text


async def phrase(text: str) -> AsyncIterator[str]:
    for piece in text.split("|"):
        yield piece


def outcomes(door: Recorded) -> list[tuple[str, str, str]]:
    return [(one.provider.name, one.provider.region, one.outcome) for one in door.of(ProviderCalled)]


@pytest.mark.parametrize("how", NEVER_BEGUN)
async def test_a_model_that_gives_no_answer_is_replaced_by_the_next(how: str) -> None:
    async with provider_server(how) as bad, provider_server() as good:
        first, second = entry(bad, "bad", region="us"), entry(good, "good", region="eu")
        (answer,), door = await written(writes(first), writes(second))
    assert answer == WHOLE
    (failed,) = door.of(ProviderFailed)
    assert (failed.provider.region, failed.fallback) == ("us", "good m eu")
    assert outcomes(door) == [("bad", "us", "failed"), ("good", "eu", "answered")]


@pytest.mark.parametrize("how", BROKEN_OFF)
async def test_a_model_that_breaks_off_is_ended_by_a_fixed_sentence_and_nothing_is_said_twice(how: str) -> None:
    async with provider_server(how) as bad, provider_server() as good:
        (answer,), door = await written(writes(entry(bad, "bad", first_ms=2_000)), writes(entry(good, "good")))
        assert not good.asked
    assert answer.endswith(" Sorry.")
    assert WHOLE.startswith(answer.removesuffix(" Sorry."))
    (failed,) = door.of(ProviderFailed)
    assert failed.fallback == "fixed phrase"


@pytest.mark.parametrize("how", NEVER_BEGUN)
async def test_a_voice_that_makes_no_sound_is_replaced_by_the_next(how: str) -> None:
    async with provider_server(how) as bad, provider_server() as good:
        outlet, door = await spoken(speaks(entry(bad, "bad")), speaks(entry(good, "good")))
    assert outlet.frames
    (heard,) = door.of(AssistantHeard)
    assert (heard.text, heard.mismatch) == (SENTENCE, False)
    assert outcomes(door) == [("bad", "local", "failed"), ("good", "local", "answered")]
    (made,) = door.of(AssistantSynthesised)
    assert made.provider is not None
    assert made.provider.name == "good"


@pytest.mark.parametrize("how", BROKEN_OFF)
async def test_a_voice_that_breaks_off_is_continued_at_the_word_that_was_not_said(how: str) -> None:
    async with provider_server(how) as bad, provider_server() as good:
        outlet, door = await spoken(speaks(entry(bad, "bad", first_ms=2_000)), speaks(entry(good, "good")))
        ((_, body),) = good.asked
    rest = json.loads(body)["input"]
    assert outlet.frames
    assert SENTENCE.endswith(f" {rest}")
    assert 0 < len(rest) < len(SENTENCE)
    (heard,) = door.of(AssistantHeard)
    assert heard.text == SENTENCE


@pytest.mark.parametrize("how", [*NEVER_BEGUN, *BROKEN_OFF])
async def test_a_recogniser_that_understands_nothing_hands_the_audio_to_the_next(how: str) -> None:
    async with provider_server(how) as bad, provider_server() as good:
        (text,), door = await understood(hears(entry(bad, "bad", region="us")), hears(entry(good, "good")))
        assert any(len(body) > 16_000 for _, body in good.asked)  # the whole second of 8 kHz audio
    assert text == HEARD
    assert outcomes(door) == [("bad", "us", "failed"), ("good", "local", "answered")]
    assert [one.audio_ms for one in door.of(ProviderCalled)] == [1_000, 1_000]


async def test_a_live_recogniser_that_is_lost_in_mid_utterance_hands_all_of_it_to_the_next() -> None:
    async with deepgram_server() as lost, provider_server() as good:
        lost.breaks_after_bytes = 4_000
        client = deepgram_client.open_client(api_key="secret", url=lost.url)
        live = DeepgramSpeechToText(client, model="nova-3", region="us", timeout_ms=PATIENT_MS, name="bad")
        (text,), door = await understood(Link(live, PATIENT_MS), hears(entry(good, "good")))
        assert any(len(body) > 16_000 for _, body in good.asked)
    assert text == HEARD
    assert outcomes(door) == [("bad", "us", "failed"), ("good", "local", "answered")]


async def test_nobody_who_listens_at_the_address_is_a_failure_like_any_other() -> None:
    async with provider_server() as good:
        dead = entry(NOBODY_LISTENS, "dead")
        assert (await written(writes(dead), writes(entry(good, "good"))))[0] == [WHOLE]
        assert (await spoken(speaks(dead), speaks(entry(good, "good"))))[0].frames
        assert (await understood(hears(dead), hears(entry(good, "good"))))[0] == [HEARD]


async def test_a_provider_that_failed_is_left_out_and_tried_again_by_one_question() -> None:
    clock = [0.0]
    circuit = Circuit(open_ms=1_000, clock=lambda: clock[0])
    async with provider_server("500") as first, provider_server() as second:
        bad, good = writes(entry(first, "bad"), circuit), writes(entry(second, "good"))
        await written(bad, good)
        asked = len(first.asked)
        await written(bad, good)  # another call of the process
        assert len(first.asked) == asked
        first.how, clock[0] = "good", 2.0
        (answer,), door = await written(bad, good)
        assert answer == WHOLE
        assert outcomes(door) == [("bad", "local", "answered")]
        assert circuit.ready


@pytest.mark.parametrize("how", ["500", "empty"])
async def test_without_any_voice_the_caller_hears_the_kept_apology_and_a_person_is_asked_for(how: str) -> None:
    async with provider_server() as server:
        link = speaks(entry(server, "only"))
        stock = Stock([link], LINES.kept())
        assert await stock.fill()
        server.how = how
        outlet, door = await spoken(link, stock=stock)
    assert outlet.frames
    (heard,) = door.of(AssistantHeard)
    assert heard.mismatch
    assert LINES.apology.startswith(heard.text)
    assert heard.text
    assert [(one.operation, one.why) for one in door.of(NoProviderLeft)] == [("text_to_speech", "failed")]


async def test_a_fixed_sentence_is_said_whole_from_memory_and_no_voice_is_asked() -> None:
    async with provider_server() as server:
        link = speaks(entry(server, "only"))
        stock = Stock([link], LINES.kept())
        await stock.fill()
        server.how = "hangup"
        _, door = await spoken(link, stock=stock, text="Let me see.")
    (heard,) = door.of(AssistantHeard)
    assert (heard.text, heard.mismatch) == ("Let me see.", False)
    assert door.of(ProviderFailed) == []


async def test_a_fixed_sentence_keeps_its_space_from_the_one_before() -> None:
    async with provider_server() as server:
        link = speaks(entry(server, "only"))
        stock = Stock([link], LINES.kept())
        await stock.fill()
        _, door = await spoken(link, stock=stock, text="Thank you for calling.| Let me see.")
    (heard,) = door.of(AssistantHeard)
    assert (heard.text, heard.mismatch) == ("Thank you for calling. Let me see.", False)


async def test_where_no_voice_ever_worked_there_is_a_tone() -> None:
    async with provider_server("hangup") as server:
        link = speaks(entry(server, "only"))
        stock = Stock([link], LINES.kept())
        assert not await stock.fill()
        outlet, door = await spoken(link, stock=stock)
    assert outlet.frames
    assert door.of(AssistantHeard)[0].text == ""


async def test_two_turns_without_an_answer_bring_a_person_once() -> None:
    async with provider_server("429") as server:
        answers, door = await written(writes(entry(server, "only")), turns=3)
        texts, deaf = await understood(hears(entry(server, "only")), turns=3)
    assert answers == ["Sorry.", LINES.apology, LINES.apology]
    assert [(one.operation, one.turn) for one in door.of(NoProviderLeft)] == [("chat", 2)]
    assert texts == ["", "", ""]
    assert [(one.operation, one.turn) for one in deaf.of(NoProviderLeft)] == [("speech_to_text", 2)]
