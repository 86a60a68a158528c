"""Sound over sound: a voice that fails while she cuts in, a greeting nobody waits for, keys pressed in mid-sentence."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from infra.speech import deepgram_client
from infra.speech.deepgram_speech_to_text import DeepgramSpeechToText
from infra.speech.links import Link
from infra.speech.ports import TextToSpeech
from schemas.calls import DtmfPressed
from schemas.outside import NoProviderLeft, ProviderCalled
from schemas.turns import AssistantHeard, BargeInDetected, ProviderFailed, SpeechStarted, UtteranceFinalized
from streams.voice.lines import Lines
from streams.voice.parts import Parts
from streams.voice.stock import Stock
from tests.streams.voice.test_speculation import ASKED, WHOLE, Scene
from tests.support.chains import entry, speaks, writes
from tests.support.deepgram_server import deepgram_server
from tests.support.provider_server import ProviderServer, provider_server
from tests.support.telephone import Telephone
from tests.support.voices import LINES, Voices, call, heard, until

pytestmark = pytest.mark.fault

CUTS_IN = "Stop, that is wrong."
WELCOME = LINES.greeting_fallback
SOUNDING = 6  # records of an answer: enough to be cut in on, and less than is made before the voice dies


@pytest.fixture(scope="module")
def voices() -> Voices:
    return Voices("http://127.0.0.1:1/v1")  # no model of this machine takes part


@asynccontextmanager
async def talk(
    voices: Voices, model: ProviderServer, said_by: Sequence[Link[TextToSpeech]], *, lines: Lines = LINES,
) -> AsyncIterator[Scene]:
    """Have a call whose recogniser says what the test says; the voices' fixed sentences are kept."""
    stock = Stock(said_by, [LINES.apology])
    await stock.fill()
    async with deepgram_server() as flux:
        flux.script = asyncio.Queue()
        client = deepgram_client.open_client(api_key="secret", url=flux.url)
        hears = DeepgramSpeechToText(client, model="flux-general-en", region="eu", timeout_ms=10_000)

        def served(parts: Parts) -> Parts:
            return replace(
                parts, speech_to_text=hears, text_to_speech=tuple(said_by), stock=stock, lines=lines,
                language_model=(writes(entry(model, "writer")),),
            )

        async with call(voices, served, Telephone) as (phone, door):
            yield Scene(phone, door, flux, model)


@asynccontextmanager
async def greeted(voices: Voices, left: str) -> AsyncIterator[tuple[Scene, ProviderServer]]:
    """Have a call that heard its greeting, and the server of its voice, behind which another is `left` or nobody."""
    async with provider_server() as bad, provider_server() as good:
        said_by = [speaks(entry(bad, "bad")), speaks(entry(good, "good"))][: 2 if left == "another" else 1]
        async with talk(voices, good, said_by) as at:
            await until(at.door, AssistantHeard)
            yield at, bad


async def sounds(at: Scene, *, beyond: int) -> None:
    async with asyncio.timeout(60):
        while at.frames < beyond + SOUNDING:
            await asyncio.sleep(0.01)


async def noticed(at: Scene, times: int) -> None:
    """Wait until it is known that she speaks, so often."""
    async with asyncio.timeout(60):
        while sum(one.participant == "caller" for one in at.door.of(SpeechStarted)) < times:
            await asyncio.sleep(0.01)


async def asks(at: Scene) -> None:
    await at.speaks()
    at.tells("EndOfTurn", ASKED)


@pytest.mark.parametrize("left", ["another", "nobody"])
async def test_a_voice_that_answers_well_and_says_nothing_is_replaced_or_apologised_for(
    voices: Voices, left: str
) -> None:
    async with greeted(voices, left) as (at, bad):
        bad.how = "empty"
        await asks(at)
        answer = (await until(at.door, AssistantHeard, 2))[1]
        failed = at.door.of(ProviderFailed)[0]
    assert (failed.provider.name, failed.operation, failed.error) == ("bad", "text_to_speech", "no audio")
    assert [one.outcome for one in at.door.of(ProviderCalled) if one.operation == "text_to_speech"][1] == "failed"
    if left == "another":
        assert (answer.text, failed.fallback) == (WHOLE, "good m local")
    else:
        assert answer.mismatch
        assert answer.text == LINES.apology
        assert [(one.operation, one.why) for one in at.door.of(NoProviderLeft)] == [("text_to_speech", "failed")]


@pytest.mark.parametrize("left", ["another", "nobody"])
async def test_a_voice_that_dies_just_as_the_caller_cuts_in_says_and_apologises_for_nothing_over_her(
    voices: Voices, left: str
) -> None:
    async with greeted(voices, left) as (at, bad):
        bad.how, before = "dies", at.frames
        await asks(at)
        await sounds(at, beyond=before)
        cutting_in = asyncio.create_task(at.speaks())
        await noticed(at, 2)
        bad.how = "good"
        bad.dies.set()
        (failed,) = await until(at.door, ProviderFailed)
        at.tells("EndOfTurn", CUTS_IN)
        await cutting_in
        await until(at.door, BargeInDetected)
        cut, answer = (await until(at.door, AssistantHeard, 3))[1:]
    assert (failed.provider.name, failed.operation) == ("bad", "text_to_speech")
    assert cut.interrupted
    assert cut.mismatch
    assert cut.text
    assert WHOLE.startswith(cut.text)
    assert len(cut.text) < len(WHOLE)
    assert (answer.text, answer.interrupted) == (WHOLE, False)
    assert [one.text for one in at.door.of(UtteranceFinalized)] == [ASKED, CUTS_IN]
    assert not any(LINES.apology in one.text for one in at.door.of(AssistantHeard))


async def test_a_caller_who_talks_over_the_greeting_is_listened_to_and_the_record_says_how_much_of_it_she_heard(
    voices: Voices
) -> None:
    async with provider_server() as server:
        lines = LINES.model_copy(update={"greeting": WELCOME})
        async with talk(voices, server, [speaks(entry(server, "house"))], lines=lines) as at:
            await sounds(at, beyond=0)
            await asks(at)
            (barged,) = await until(at.door, BargeInDetected)
            greeted = (await until(at.door, AssistantHeard))[0]
            answer = await heard(at.door, lambda one: one.text == WHOLE)
    assert (barged.turn, barged.utterance) == (0, greeted.utterance)
    assert greeted.interrupted
    assert greeted.mismatch
    assert WELCOME.startswith(greeted.text)
    assert len(greeted.text) < len(WELCOME)
    assert not answer.interrupted
    assert [one.text for one in at.door.of(UtteranceFinalized)] == [ASKED]
    assert at.questions == [[ASKED]]


async def test_keys_pressed_while_she_speaks_are_taken_and_so_are_her_words_and_nothing_is_said_over_her(
    voices: Voices
) -> None:
    async with provider_server() as server, talk(voices, server, [speaks(entry(server, "house"))]) as at:
        await until(at.door, AssistantHeard)
        before = at.frames
        speaking = asyncio.create_task(at.speaks())
        await noticed(at, 1)
        for key in "4217#":
            await at.phone.press(key)
        (pressed,) = await until(at.door, DtmfPressed)
        await speaking
        assert at.frames == before
        at.tells("EndOfTurn", ASKED)
        (finalized,) = await until(at.door, UtteranceFinalized)
        await heard(at.door, lambda one: one.turn == finalized.turn and one.text == WHOLE)
    assert (pressed.digits, finalized.text) == ("4217", ASKED)
    assert pressed.turn != finalized.turn
    assert any(one == ASKED for one in at.questions[-1])
    assert len(at.questions[-1]) > 1  # and that she has keyed in a number
