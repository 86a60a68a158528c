"""Answers that were given, in the memory of one voice worker: bounded, young, gone with the process, nobody's data."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from governance.answer_cache import Hit, KeptAnswer, Scope, askable, find_exact, find_similar, keepable
from governance.errors import TransientError
from governance.same_question import normalised
from infra.speech.ports import Embedder

MOST_ANSWERS = 2_000
THRESHOLD = 0.6

log = structlog.get_logger()


class KeptAnswers:
    """Shared by the calls of a process; what is kept decides `governance.answer_cache`."""

    def __init__(
        self, *, now: Callable[[], datetime], ttl: timedelta, embedder: Embedder | None = None,
        most: int = MOST_ANSWERS, threshold: float = THRESHOLD,
    ) -> None:
        """Without an embedder only the very words are found again."""
        self._now = now
        self._ttl = ttl
        self._embedder = embedder
        self._most = most
        self._threshold = threshold
        self._kept: OrderedDict[tuple[Scope, str], KeptAnswer] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    async def find(self, scope: Scope, question: str, before: Sequence[str]) -> Hit | None:
        """Give an answer that holds here; nothing where the embedder is away or late."""
        if not askable(question, before):
            return None
        there = [one for (where, _), one in self._kept.items() if where == scope]
        hit = find_exact(there, question, now=self._now(), ttl=self._ttl)
        if hit is None and there and (vector := await self._vector(question)):
            hit = find_similar(
                there, question, vector, threshold=self._threshold, now=self._now(), ttl=self._ttl
            )
        if hit is not None and (place := (scope, normalised(hit.kept.question))) in self._kept:
            self._kept.move_to_end(place)
        return hit

    async def keep(self, scope: Scope, question: str, answer: str, before: Sequence[str]) -> bool:
        """Keep an answer that was given to its end, if it may be kept; tells whether."""
        if not keepable(question, answer, before):
            return False
        vector = await self._vector(question)
        self._kept[scope, normalised(question)] = KeptAnswer(
            scope=scope, question=question, answer=answer, kept_at=self._now(), vector=vector
        )
        for place, one in list(self._kept.items()):
            if len(self._kept) > self._most or self._now() - one.kept_at >= self._ttl:
                del self._kept[place]
        return True

    def forget(self) -> None:
        """Keep nothing any more."""
        self._kept.clear()

    async def _vector(self, text: str) -> tuple[float, ...]:
        if self._embedder is None:
            return ()
        try:
            return await self._embedder.embed(text)
        except TransientError as away:
            log.warning("an answer is not looked up by meaning", error=str(away))
            return ()
