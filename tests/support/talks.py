"""One call's mind and wording with each tactic, in front of a local model that says what a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.clock import now
from infra.speech.links import Link
from infra.speech.ports import LanguageModel
from schemas.policies import Policy
from schemas.turns import AssistantHeard
from streams.voice.chain import Chain
from streams.voice.choosing import Choosing
from streams.voice.kept_answers import KeptAnswers
from streams.voice.knowing import Knowing
from streams.voice.lines import Lines
from streams.voice.mind import Mind
from streams.voice.spans import Traces
from streams.voice.speculation import Speculations
from streams.voice.start import Setup
from streams.voice.tactics import Tactics
from streams.voice.wording import Wording
from tests.support.chains import SETUP, entry, told, writes
from tests.support.provider_server import ProviderServer, provider_server
from tests.support.telephone import Recorded

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
    """One call's mind and wording."""

    mind: Mind
    wording: Wording
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
        tokens = self.wording.words(redacted, turn=self.turn, trace=trace, fallback="Sorry.")
        phrases = [one async for one in self.wording.phrases(tokens, trace=trace)]
        whole = "".join(phrases).strip()
        heard = whole[:10] if cut else whole
        self.mind.said(heard)
        self.wording.heard(AssistantHeard(
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
        ahead = Speculations(mind=mind, reporter=reporter, traces=traces, now=now, on=False)
        wording = Wording(mind, reporter, setup, tactics=tactics, lines=LINES, policy=policy, ahead=ahead)
        mind.said("Hello.")
        try:
            yield Talk(mind, wording, door, traces, knowing)
        finally:
            await wording.close()
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
