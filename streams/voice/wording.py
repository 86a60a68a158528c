"""Gives a turn's answer: one that was given before where it holds, else the model's, which may then be kept."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from governance.answer_cache import Scope
from governance.errors import TransientError
from schemas import telemetry as registry
from schemas.policies import Policy
from schemas.turns import AssistantHeard, Provider
from streams.voice.lines import Lines
from streams.voice.mind import Mind
from streams.voice.phrasing import phrases, whole
from streams.voice.rail import Rail
from streams.voice.reporter import Reporter
from streams.voice.spans import TurnTrace
from streams.voice.speculation import Speculations
from streams.voice.start import Setup
from streams.voice.tactics import Tactics

CACHE = Provider(name="callwarden", model="answer-cache")


class Wording:
    """One call's answers to questions."""

    def __init__(
        self, mind: Mind, reporter: Reporter, setup: Setup, *, tactics: Tactics, lines: Lines, policy: Policy | None,
        ahead: Speculations,
    ) -> None:
        """Take the call's mind, what it may have begun to write already, and where its answers hold."""
        self.withheld = lines.withheld  # said where who was asked declines
        self._mind = mind
        self._ahead = ahead
        self._reporter = reporter
        self._tactics = tactics
        self._where = {
            "tenant": setup.tenant, "persona": _digest((lines.persona,)), "language": setup.language,
            "policy_version": policy.label if policy is not None else "",
        }
        self._rail = Rail(policy if tactics.rail else None, reporter, instead=lines.withheld)
        self._asked: tuple[Scope, str, tuple[str, ...]] | None = None
        self._written = ""
        self._keeping: asyncio.Task[None] | None = None

    def words(self, question: str | None, *, turn: int, trace: TurnTrace, fallback: str) -> AsyncIterator[str]:
        """Give the next answer as it may be spoken; without a question nothing was asked that others ask too."""
        if question is None:
            tokens = self._answer(turn=turn, trace=trace, fallback=fallback)
        else:
            tokens = self._reply(question, turn=turn, trace=trace, fallback=fallback)
        return self._rail.passed(tokens, turn=turn, trace=trace)

    def phrases(self, tokens: AsyncIterator[str], *, trace: TurnTrace) -> AsyncIterator[str]:
        """Cut an answer for the voice."""
        trace.note({registry.BY_PHRASE: self._tactics.phrases, registry.WARMED: self._tactics.warming is not None})
        return phrases(tokens) if self._tactics.phrases else whole(tokens)

    async def _reply(self, question: str, *, turn: int, trace: TurnTrace, fallback: str) -> AsyncIterator[str]:
        # The question is redacted, and is the last thing that the mind remembers.
        self._asked, self._written = None, ""
        answers = self._tactics.answers
        if answers is not None and not self._mind.personal:
            before = self._mind.before_last()
            scope = Scope(**self._where, before=_digest(before))
            hit = await answers.find(scope, question, before)
            trace.note({registry.CACHED: hit is not None, registry.CACHE_MATCH: hit.match if hit else "miss"})
            if hit is not None:
                self._ahead.drop("kept_answer")
                self._mind.writer = CACHE
                self._reporter.mark(turn, "first_token", trace)
                yield hit.kept.answer
                return
            self._asked = (scope, question, before)
        async for text in self._answer(turn=turn, trace=trace, fallback=fallback):
            self._written += text
            yield text

    async def _answer(self, *, turn: int, trace: TurnTrace, fallback: str) -> AsyncIterator[str]:
        ahead = self._ahead.take(turn=turn)
        async for text in self._mind.answer(turn=turn, trace=trace, fallback=fallback, ahead=ahead):
            yield text

    def heard(self, last: AssistantHeard | None) -> None:
        """Take how the answer was heard: what was cut, replaced or stood beside a statement is not kept."""
        asked, self._asked = self._asked, None
        answer = self._written.strip()
        if asked is None or last is None or not self._mind.whole or last.interrupted or last.mismatch:
            return
        if last.text.strip() == answer:
            self._keeping = asyncio.create_task(self._keep(answer, *asked))

    async def close(self) -> None:
        """Keep nothing more."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])

    async def _keep(self, answer: str, scope: Scope, question: str, before: tuple[str, ...]) -> None:
        if self._tactics.answers is None:
            return
        with suppress(TransientError):  # nobody can tell whether it is clean
            if await self._tactics.clean(f"{question}\n{answer}", self._where["language"][:2]):
                await self._tactics.answers.keep(scope, question, answer, before)


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()
