"""What the language model is told in a live call holds none of the values that the caller said or keyed in."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from governance.errors import TransientError
from infra.clock import now
from infra.database import engine
from infra.keys import Keyring
from infra.pii import PresidioDetector
from infra.policies import load
from infra.speech.links import linked
from infra.speech.ports import LanguageModel
from schemas.base import Event
from schemas.calls import DtmfPressed
from schemas.redaction import PiiSpan
from schemas.speech import ChatChunk, ChatMessage
from schemas.turns import AssistantGenerated, Provider, UtteranceFinalized
from streams.detection import Detection
from streams.voice.chain import Chain
from streams.voice.lines import Lines
from streams.voice.mind import Mind
from streams.voice.redactor import CallRedactor
from streams.voice.reporter import Reporter
from streams.voice.spans import Traces
from streams.voice.start import Setup
from tests.support.canaries import Planted, calls
from tests.support.canary_search import Search

pytestmark = pytest.mark.flow

CALLS, SEED = 220, 20261122


class Listener:
    """A language model that answers as it is told to, and keeps everything it was ever shown."""

    provider = Provider(name="tests", model="listener")

    def __init__(self) -> None:
        self.question = ""
        self.shown: list[str] = []

    async def answer(self, messages: Sequence[ChatMessage]) -> AsyncIterator[ChatChunk]:
        self.shown += [one.text for one in messages]
        yield ChatChunk(text=self.question)

    async def close(self) -> None:
        pass


class Door:
    """Takes everything."""

    async def accept(self, events: Sequence[Event]) -> None:
        pass


class Failing:
    """A detector that fails on a message which repeats what it read."""

    version = "failing"

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        raise ValueError(text)


@pytest.fixture(scope="module")
def detection() -> Detection:
    return Detection(PresidioDetector(), within_s=20)


@pytest.fixture
def keyring(database_url: str, tmp_path: Path) -> Iterator[Keyring]:
    pool = engine(database_url)
    yield Keyring(engine=pool, kek=tmp_path / "kek.json")
    pool.dispose()


async def shown(call: Planted, number: int, *, detection: Detection, keyring: Keyring) -> list[str]:
    """Hold one call's conversation; gives all that its model was shown."""
    setup = Setup(
        call_id=f"prompt-{number}", tenant="acme", encoding="mulaw", sample_rate=8000, audio_partition=None
    )
    redactor = CallRedactor(detection=detection, keyring=keyring, policy=load(None), setup=setup)
    reporter, traces = Reporter(Door(), setup, now=now), Traces(call_id=setup.call_id)
    listener = Listener()
    model: LanguageModel = listener
    models = Chain("chat", linked(model), reporter)
    mind = Mind(models, reporter, lines=Lines(), policy=load(None), redact=redactor)
    for data in call.events:
        match data:
            case AssistantGenerated(text=text):
                listener.question = text
                mind.said("".join([token async for token in mind.answer(turn=1, trace=traces.of(1), fallback="-")]))
            case UtteranceFinalized(participant="caller", text=text):
                await mind.hear(text)
            case DtmfPressed(digits=digits):
                mind.note_keys(" ".join(digits[-4:]))
                mind.said(f"Thank you, I have the number ending in {' '.join(digits[-4:])}.")
    _ = [token async for token in mind.answer(turn=2, trace=traces.of(2), fallback="-")]
    await reporter.close(within_s=5)
    return listener.shown


async def test_no_prompt_holds_what_the_caller_said_or_keyed_in(detection: Detection, keyring: Keyring) -> None:
    found: list[str] = []
    for number, call in enumerate(calls(CALLS, seed=SEED)):
        if call.form.endswith(("by the assistant", "by a person")):
            continue  # what the model wrote itself it knows, and what a person of the house says it is not shown
        search = Search([*call.values, *(" ".join(value[-4:]) for value in call.values)])
        told = await shown(call, number, detection=detection, keyring=keyring)
        assert any("<" in one for one in told[1:]) or "channel" in call.form, call.form
        search.text("prompt", "\n".join(told))
        found += [call.form for _ in search.seen]
        keyed = [one.digits for one in call.events if isinstance(one, DtmfPressed)]
        found += [call.form for digits in keyed if " ".join(digits[-4:]) in "\n".join(told)]
    assert found == []


async def test_words_that_no_detector_could_read_are_shown_to_no_model(keyring: Keyring) -> None:
    failing = Detection(Failing(), within_s=1)
    (call, *_) = calls(1, seed=SEED)
    with pytest.raises(TransientError) as failed:
        await shown(call, 0, detection=failing, keyring=keyring)
    search = Search(call.values)
    search.text("error", f"{failed.value!r} {failed.value.__cause__!r}")
    assert search.seen == {}
