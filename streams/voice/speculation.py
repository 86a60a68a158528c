"""An answer begun while the end of the caller's turn is only believed: kept if she said just that, else dropped.

Until it is taken nothing of it leaves: no audio, no event of words, no line of the conversation's memory. It asks the
model what the turn would ask, so whether it may be kept is whether the turn asks the same.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Literal

from governance.errors import TransientError
from infra.speech.links import Link
from infra.speech.ports import LanguageModel
from infra.speech.refusal import Refused
from schemas.outside import SpeculationEnded
from schemas.speech import ChatMessage
from streams.voice.mind import Mind
from streams.voice.ports import Draft
from streams.voice.reporter import Reporter
from streams.voice.spans import Traces

WORD = re.compile(r"\w+")
GOES_ON_MS = 160  # speech after the belief that is more than the last syllable's tail
MOST_IN_A_TURN = 3  # a hesitant caller costs no more than so many questions in vain
Because = Literal["same_words", "other_words", "went_on", "policy", "no_turn", "failed", "call_over",
                  "kept_answer"]


class Ahead:
    """One answer as it is being written."""

    def __init__(self, draft: Draft, *, turn: int, text: str, at_ms: int, now: Callable[[], datetime]) -> None:
        """Take what is asked; `at_ms` is the place of the caller's last sound when it was begun."""
        self.turn = turn
        self.text = text
        self.at_ms = at_ms
        self.link: Link[LanguageModel] = draft.link
        self.asked_at = now()
        self.first_at: datetime | None = None
        self.written = 0
        self._messages = draft.messages
        self._now = now
        self._pieces: list[str] = []
        self._failed: TransientError | None = None
        self._news = asyncio.Event()
        self._writing = asyncio.create_task(self._write(draft.pieces))
        self._writing.add_done_callback(lambda _: self._news.set())

    @property
    def failed(self) -> bool:
        """Whether the model failed before a word of it was written; one that declined is not asked the same again."""
        return self._failed is not None and not self.written and not isinstance(self._failed, Refused)

    def asks(self, messages: Sequence[ChatMessage]) -> bool:
        """Tell whether the turn asks the model the same; her last words may differ in case and punctuation."""
        mine, its = self._messages, messages
        return len(mine) == len(its) and list(mine[:-1]) == list(its[:-1]) and same(mine[-1].text, its[-1].text)

    async def pieces(self) -> AsyncGenerator[str, None]:
        """Give what is written, from its beginning; ends with whoever takes it. Raises TransientError."""
        given = 0
        try:
            while True:
                while given < len(self._pieces):
                    given += 1
                    yield self._pieces[given - 1]
                if self._writing.done():
                    break
                self._news.clear()
                await self._news.wait()
        finally:
            self.stop()
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        """Close the model's stream."""
        self._writing.cancel()

    async def _write(self, pieces: AsyncIterator[str]) -> None:
        try:
            async with aclosing(_closing(pieces)) as writing:
                async for piece in writing:
                    self.first_at = self.first_at or self._now()
                    self.written += len(piece)
                    self._pieces.append(piece)
                    self._news.set()
        except TransientError as failed:
            self._failed = failed


class Speculations:
    """One call's; at most one is being written."""

    def __init__(
        self, *, mind: Mind, reporter: Reporter, traces: Traces, now: Callable[[], datetime], on: bool
    ) -> None:
        """With `on` false nothing is ever begun."""
        self._mind = mind
        self._reporter = reporter
        self._traces = traces
        self._now = now
        self._on = on
        self._ahead: Ahead | None = None
        self._beginning: asyncio.Task[None] | None = None
        self._count: dict[int, int] = {}

    def begin(self, *, turn: int, text: str, at_ms: int) -> None:
        """Begin an answer to what she has perhaps said to the end; the same is not begun twice."""
        if not self._on or not text or self._count.get(turn, 0) >= MOST_IN_A_TURN:
            return
        if self._ahead is not None and self._ahead.turn == turn and same(self._ahead.text, text):
            return
        self.drop("other_words")
        self._count[turn] = self._count.get(turn, 0) + 1
        self._beginning = asyncio.create_task(self._begin(turn, text, at_ms))

    def went_on(self, at_ms: int) -> None:
        """Take that the caller is still speaking, up to this place."""
        if self._ahead is not None and at_ms - self._ahead.at_ms > GOES_ON_MS:
            self.drop("went_on")

    def drop(self, because: Because) -> None:
        """Give up what is being written; nothing happens where nothing is."""
        if self._beginning is not None:
            self._beginning.cancel()
            self._beginning = None
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            ahead.stop()
            self._tell(ahead, "dropped", because)

    def take(self, *, turn: int) -> Ahead | None:
        """Give what was written to the caller's turn, where the turn asks the same; else it is dropped."""
        ahead = self._ahead
        if ahead is None or ahead.failed or ahead.turn != turn or not ahead.asks(self._mind.messages()):
            self.drop("failed" if ahead is not None and ahead.failed else "other_words")
            return None
        self._ahead = self._beginning = None
        self._tell(ahead, "kept", "same_words")
        return ahead

    async def _begin(self, turn: int, text: str, at_ms: int) -> None:
        draft = await self._mind.ahead(text, turn=turn, trace=self._traces.of(turn))
        if draft is not None:
            self._ahead = Ahead(draft, turn=turn, text=text, at_ms=at_ms, now=self._now)

    def _tell(self, ahead: Ahead, outcome: Literal["kept", "dropped"], because: Because) -> None:
        trace = self._traces.of(ahead.turn)
        trace.speculated(outcome)
        self._reporter.report(SpeculationEnded(
            turn=ahead.turn, outcome=outcome, because=because, characters=ahead.written,
            ahead_ms=max(0, int((self._now() - ahead.asked_at) / timedelta(milliseconds=1))),
        ), trace)


def same(one: str, other: str) -> bool:
    """Tell whether two texts have the same words, whatever their case and punctuation."""
    return WORD.findall(one.casefold()) == WORD.findall(other.casefold())


async def _closing(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    async for piece in pieces:
        yield piece
