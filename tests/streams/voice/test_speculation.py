"""An answer begun on suspicion is heard only after the turn asked just that, and else nobody ever hears of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.speech import deepgram_client
from infra.speech.deepgram_speech_to_text import DeepgramSpeechToText
from infra.speech.wav import read_wav
from schemas.outside import ProviderCalled, SpeculationEnded
from schemas.turns import AssistantGenerated, AssistantHeard, BackchannelHeard, BargeInDetected, UtteranceFinalized
from streams.voice.lines import Lines
from streams.voice.mouth import Mouth
from streams.voice.parts import Parts
from streams.voice.speculation import same
from tests.support.chains import PATIENT_MS, entry, speaks, writes
from tests.support.deepgram_server import DeepgramServer, deepgram_server
from tests.support.provider_server import ANSWER, ProviderServer, provider_server
from tests.support.talks import noted
from tests.support.telephone import Recorded, Telephone
from tests.support.voices import LINES, RATE, SUPPORT, Voices, call, heard, until

pytestmark = pytest.mark.flow
WHOLE = "".join(ANSWER)
ASKED = "Where is my order?"


@pytest.fixture(scope="module")
def voices() -> Voices:
    return Voices("http://127.0.0.1:1/v1")  # no model of this machine takes part


class AsItIs:
    """A redaction that finds nothing, and can be asked ahead."""

    async def __call__(self, text: str, question: str | None) -> str:
        return text

    async def preview(self, text: str, question: str | None) -> str:
        return text


@dataclass
class Scene:
    """A call whose recogniser says what the test says."""

    phone: Telephone
    door: Recorded
    flux: DeepgramServer
    model: ProviderServer

    def tells(self, event: str, text: str) -> None:
        assert self.flux.script is not None
        self.flux.script.put_nowait((event, text))

    @property
    def questions(self) -> list[list[str]]:
        """What the caller said, as each question to the model holds it."""
        bodies = [json.loads(body) for port, body in self.model.asked if port == "chat"]
        return [[one["content"] for one in body["messages"] if one["role"] == "user"] for body in bodies]

    @property
    def frames(self) -> int:
        return sum(1 for one in self.phone.records if one.kind == "media")

    async def speaks(self, samples: int = 12_000) -> None:
        wav = read_wav(SUPPORT.read_bytes())
        await self.phone.say(wav.samples[14_000 : 14_000 + samples], rate=wav.sample_rate)

    async def wrote_ahead(self, count: int = 1) -> None:
        """Wait until the model has written a whole answer."""
        async with asyncio.timeout(60):
            while sum(1 for one in self.door.of(ProviderCalled) if one.operation == "chat") < count:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def scene(
    voices: Voices, *, eager: bool = True, fast: bool = True, most_calls: int = 100
) -> AsyncIterator[Scene]:
    async with provider_server() as model, deepgram_server() as flux:
        flux.script = asyncio.Queue()
        client = deepgram_client.open_client(api_key="secret", url=flux.url)
        one = entry(model, "house", first_ms=PATIENT_MS)
        hears = DeepgramSpeechToText(client, model="flux-general-en", region="eu", timeout_ms=10_000)

        def served(parts: Parts) -> Parts:
            return replace(
                parts, speech_to_text=hears, text_to_speech=(speaks(one),), language_model=(writes(one),),
                redactor=lambda _: AsItIs(), eager=eager,
            )

        async with call(voices, served, lambda: Telephone(fast=fast), most_calls) as (phone, door):
            await until(door, AssistantHeard)
            yield Scene(phone, door, flux, model)


async def test_an_answer_to_the_same_words_is_written_once_and_nothing_of_it_leaves_before(
    voices: Voices, spans: InMemorySpanExporter
) -> None:
    async with scene(voices) as at:
        await at.speaks()
        at.tells("EagerEndOfTurn", ASKED)
        await at.wrote_ahead()
        before = at.frames
        assert len(at.door.of(AssistantGenerated)) == 1  # the greeting
        assert not at.door.of(UtteranceFinalized)
        at.tells("EndOfTurn", "where is my order")
        await heard(at.door, lambda one: one.text == WHOLE)
        assert at.frames > before
        assert at.questions == [[ASKED]]
        (kept,) = at.door.of(SpeculationEnded)
        assert (kept.turn, kept.outcome, kept.because, kept.characters) == (1, "kept", "same_words", len(WHOLE))
        events = [type(one.data) for one in at.door.events]
        assert events.index(UtteranceFinalized) < events.index(SpeculationEnded)
    assert "kept" in noted(spans, "speculation")


async def test_a_caller_who_goes_on_is_answered_to_all_she_said_and_only_to_that(voices: Voices) -> None:
    async with scene(voices) as at:
        await at.speaks()
        at.tells("EagerEndOfTurn", ASKED)
        await at.wrote_ahead()
        before = at.frames
        at.tells("TurnResumed", ASKED)
        (dropped,) = await until(at.door, SpeculationEnded)
        assert (dropped.outcome, dropped.because, dropped.characters) == ("dropped", "went_on", len(WHOLE))
        assert at.frames == before
        at.tells("EndOfTurn", f"{ASKED} The blue one.")
        await heard(at.door, lambda one: one.text == WHOLE)
        assert at.questions == [[ASKED], [f"{ASKED} The blue one."]]
        assert len(at.door.of(AssistantGenerated)) == 2  # the greeting and one answer
        # The next turn knows nothing of the one that was dropped.
        await at.speaks()
        at.tells("EndOfTurn", "Thank you for that.")
        await until(at.door, AssistantHeard, 3)
        assert at.questions[2] == [f"{ASKED} The blue one.", "Thank you for that."]


async def test_a_final_with_other_words_drops_it(voices: Voices) -> None:
    async with scene(voices) as at:
        await at.speaks()
        at.tells("EagerEndOfTurn", "Cancel my order.")
        await at.wrote_ahead()
        at.tells("EndOfTurn", "Don't cancel my order.")
        await heard(at.door, lambda one: one.text == WHOLE)
        assert [one.because for one in at.door.of(SpeculationEnded)] == ["other_words"]
        assert at.questions == [["Cancel my order."], ["Don't cancel my order."]]


@pytest.mark.parametrize(("said", "line"), [
    ("I want to speak to a real person please.", LINES.connecting),
    ("My husband is having a heart attack.", Lines().urgent),
])
async def test_where_the_policy_has_its_own_words_no_model_is_asked_ahead(voices: Voices, said: str, line: str) -> None:
    async with scene(voices) as at:
        await at.speaks()
        at.tells("EagerEndOfTurn", said)
        at.tells("EndOfTurn", said)
        await heard(at.door, lambda one: one.text == line)
        assert not at.questions
        assert not at.door.of(SpeculationEnded)


async def test_an_emergency_on_the_way_drops_an_answer_to_something_else(voices: Voices) -> None:
    async with scene(voices) as at:
        await at.speaks()
        at.tells("EagerEndOfTurn", ASKED)
        await at.wrote_ahead()
        at.tells("Update", f"{ASKED} Oh my God my husband is having a heart attack.")
        (dropped,) = await until(at.door, SpeculationEnded)
        assert dropped.because == "policy"
        at.tells("EndOfTurn", f"{ASKED} Oh my God my husband is having a heart attack.")
        await heard(at.door, lambda one: one.text == LINES.urgent)
        assert WHOLE not in [one.text for one in at.door.of(AssistantGenerated)]


async def test_with_the_setting_off_nothing_is_begun(voices: Voices) -> None:
    async with scene(voices, eager=False) as at:
        await at.speaks()
        at.tells("EagerEndOfTurn", ASKED)
        at.tells("EndOfTurn", ASKED)
        await heard(at.door, lambda one: one.text == WHOLE)
        assert not at.door.of(SpeculationEnded)
        assert at.questions == [[ASKED]]


@pytest.mark.parametrize(("said", "stops"), [("Mm-hm.", False), ("Uh.", False), ("Stop, that is wrong.", True)])
async def test_the_assistant_is_still_while_the_caller_speaks_and_goes_on_after_a_backchannel(
    voices: Voices, said: str, stops: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, keep_still = list[bool](), Mouth.keep_still

    def seen(mouth: Mouth, ms: int, *, longer: bool = False) -> None:
        held.append(longer)
        keep_still(mouth, ms, longer=longer)

    monkeypatch.setattr(Mouth, "keep_still", seen)
    async with scene(voices, fast=False) as at:
        await at.speaks()
        at.tells("EndOfTurn", ASKED)
        before = at.frames
        async with asyncio.timeout(60):
            while at.frames < before + 20:
                await asyncio.sleep(0.01)
        held.clear()
        await at.speaks(4_000)
        assert held[0], "it hesitates before it is sure that she speaks"
        at.tells("EndOfTurn", said)
        if stops:
            await until(at.door, BargeInDetected)
            cut = (await until(at.door, AssistantHeard, 2))[1]
            assert cut.interrupted
            assert WHOLE.startswith(cut.text)
            assert cut.text != WHOLE
        else:
            await until(at.door, BackchannelHeard)
            answer = await heard(at.door, lambda one: one.text == WHOLE)
            assert not answer.interrupted
            assert not at.door.of(BargeInDetected)
            assert at.phone.cleared_at is None


async def test_with_models_of_this_machine_every_turn_is_answered_once_whatever_was_begun(local_models: str) -> None:
    local = Voices(local_models)

    def eager(parts: Parts) -> Parts:
        return replace(parts, redactor=lambda _: AsItIs(), eager=True)

    async with call(local, eager) as (phone, door):
        await until(door, AssistantHeard)
        await phone.say(await local.say("Where is my order?"), rate=RATE)
        await heard(door, lambda one: "order" in one.text)
        finals = door.of(UtteranceFinalized)
        assert len(door.of(AssistantGenerated)) <= len(finals) + 1
        assert all(one.turn <= len(finals) for one in door.of(SpeculationEnded) if one.outcome == "kept")


def test_words_are_the_same_whatever_their_case_and_punctuation() -> None:
    assert same("Where is my order?", "where is my order")
    assert not same("cancel my order", "don't cancel my order")
