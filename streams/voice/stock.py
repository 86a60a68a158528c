"""Fixed sentences kept as sound in memory, so that the caller hears words also when no voice answers."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import structlog

from governance.errors import TransientError
from infra.speech.bounded import taking
from infra.speech.links import Link
from infra.speech.ports import Samples, TextToSpeech
from schemas.turns import Provider
from streams.voice.phrasing import phrases

PAUSE_S = 0.5  # between phrases: a voice of this machine serves calls meanwhile
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 60.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kept:
    """A phrase as sound, and who made it."""

    text: str
    samples: Samples
    rate: int
    provider: Provider


class Stock:
    """Of one process; made before it is needed, and from no caller's words."""

    def __init__(self, voices: Sequence[Link[TextToSpeech]] = (), lines: Iterable[str] = ()) -> None:
        """Take the voices, best first, and the sentences; an empty stock gives nothing."""
        self._voices = tuple(voices)
        self._lines = tuple(dict.fromkeys(lines))
        self._kept: dict[str, Kept] = {}

    def of(self, text: str, *, voices: Collection[Provider]) -> Kept | None:
        """Give a phrase where it is kept in one of these voices."""
        kept = self._kept.get(text.strip())
        return kept if kept is not None and kept.provider in voices else None

    async def all_of(self, line: str, *, voices: Collection[Provider]) -> list[Kept]:
        """Give the phrases of a whole sentence; nothing where one of them is missing."""
        kept = [self.of(phrase, voices=voices) for phrase in await phrases_of(line)]
        return [one for one in kept if one is not None] if all(kept) else []

    async def keep(self) -> None:
        """Make what is missing, again and again until all of it is there."""
        pause_s = FIRST_PAUSE_S
        while not await self.fill(pause_s=PAUSE_S):
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def fill(self, *, pause_s: float = 0.0) -> bool:
        """Make what is missing, one phrase after the other; tells whether all is there."""
        wanted = [phrase for line in self._lines for phrase in await phrases_of(line)]
        for phrase in wanted:
            if phrase in self._kept:
                continue
            if not await self._make(phrase):
                return False
            await asyncio.sleep(pause_s)
        return True

    async def _make(self, phrase: str) -> bool:
        for link in self._voices:
            if not link.circuit.ready:
                continue
            try:
                speaking = taking(link.port.speak(phrase), whole_ms=link.whole_ms)
                pieces = [piece async for piece in speaking]
            except TransientError as failed:
                log.warning("a fixed sentence could not be made", error=str(failed), provider=link.port.provider.name)
                continue
            if pieces:
                samples = np.concatenate(pieces)
                self._kept[phrase] = Kept(phrase, samples, link.port.sample_rate, link.port.provider)
                return True
        return False


async def phrases_of(line: str) -> list[str]:
    """Cut a sentence as the speaker does."""

    async def written() -> AsyncIterator[str]:
        yield line

    return [phrase.strip() async for phrase in phrases(written())]
