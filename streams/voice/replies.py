"""Who answers a turn: the model that hears and speaks where it heard it whole, else the language model.

Both are kept up to date: what one of them says the other is told, redacted and as far as it was heard.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

from governance.errors import TransientError
from infra.speech.refusal import Refused
from streams.voice.duplex import CASCADE, Duplex
from streams.voice.mind import Mind
from streams.voice.spans import Traces
from streams.voice.vendor_answer import Sound
from streams.voice.wording import Wording


class Replies:
    """One call's conversation, whoever carries it."""

    def __init__(self, mind: Mind, traces: Traces, duplex: Duplex, wording: Wording) -> None:
        """Take the two, and how the language model's answers are worded."""
        self._mind = mind
        self._traces = traces
        self._duplex = duplex
        self._wording = wording
        self._vendors = False  # whether the words of the answer are the vendor's

    async def hear(self, text: str, *, turn: int) -> str:
        """Take what the caller said; gives it redacted."""
        redacted = await self._mind.hear(text)
        if not self._duplex.answers(turn):
            self._duplex.note("user", redacted)
        return redacted

    async def heard(self, text: str) -> None:
        """Take what was heard of what the assistant said."""
        vendors, self._vendors = self._vendors, False
        if vendors:
            self._mind.said(await self._mind.hidden(text))
            return
        self._mind.said(text)
        if text:
            self._duplex.note("assistant", text)

    async def answer(self, *, turn: int, fallback: str, question: str | None = None) -> AsyncIterator[str | Sound]:
        """Give the next answer as sound or as words; `fallback` ends one that broke off.

        What the vendor declines to say nobody else is asked: a sentence says so.

        `question` is what the caller asked, redacted, where others may ask the same.
        """
        duplex, trace = self._duplex, self._traces.of(turn)
        provider = duplex.provider if duplex.answers(turn) else None
        if provider is not None:
            failed, begun = None, False
            self._mind.writer, self._vendors = provider, True
            try:
                async with aclosing(duplex.answer(turn=turn, trace=trace)) as sounds:
                    async for sound in sounds:
                        begun = begun or len(sound.samples) > 0
                        yield sound
            except TransientError as error:
                failed = error
            if failed is None:
                return
            self._vendors, declined = begun, isinstance(failed, Refused)
            instead = "fixed phrase" if begun or declined else CASCADE
            duplex.failed(provider, failed, instead=instead, turn=turn)
            if not begun:
                self._mind.writer = None
            if begun or declined:
                said = self._wording.withheld if declined else fallback
                yield f" {said}" if begun else said
                return
        async for token in self._wording.words(question, turn=turn, trace=trace, fallback=fallback):
            yield token


async def phrased(
    tokens: AsyncIterator[str | Sound], cut: Callable[[AsyncIterator[str]], AsyncIterator[str]]
) -> AsyncIterator[str | Sound]:
    """Cut words into phrases and pass sound on between them."""
    sounds: list[Sound] = []

    async def words() -> AsyncIterator[str]:
        async for token in tokens:
            if isinstance(token, Sound):
                sounds.append(token)
                return
            yield token

    while True:
        async for phrase in cut(words()):
            yield phrase
        if not sounds:
            return
        yield sounds.pop()


async def joined(
    first: AsyncIterator[str | Sound], second: AsyncIterator[str | Sound]
) -> AsyncIterator[str | Sound]:
    """Give one after the other."""
    async for token in first:
        yield token
    async for token in second:
        yield token
