"""What the assistant answers: the language model on redacted words, and the policy's word before it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from governance.errors import TransientError
from governance.policy import Finding, Heard, PolicyState, evaluate, evolve
from infra.call_memory import Line
from infra.speech.bounded import taking
from infra.speech.links import Link
from infra.speech.ports import LanguageModel
from schemas.policies import Policy
from schemas.speech import ChatMessage
from schemas.turns import Provider
from streams.voice.chain import Chain, followed
from streams.voice.lines import Lines
from streams.voice.reporter import Reporter
from streams.voice.spans import TurnTrace

# (what the caller said, what was asked before) -> the same without personal data
Redact = Callable[[str, str | None], Awaitable[str]]
KEPT_MESSAGES = 40
LONGEST_QUESTION = 200
WORDS_OF_ITS_OWN = frozenset({"emergency", "handoff", "offer"})
KEYS = "<NUMERIC_ID_1>"


@runtime_checkable
class Hides(Protocol):
    """A redaction that also knows the assistant's own words, where a model heard the caller in clear."""

    async def hide(self, text: str) -> str:
        """Give them without personal data; raises TransientError."""


@runtime_checkable
class Foresees(Protocol):
    """A redaction that may begin before it is asked for."""

    def foresee(self, text: str, question: str | None) -> None:
        """Take what will perhaps be asked; returns at once."""


@runtime_checkable
class Previews(Protocol):
    """A redaction that can be had without its text being taken as said."""

    async def preview(self, text: str, question: str | None) -> str:
        """Give the text without personal data; raises TransientError."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model is asked before the end of turn is certain, whom, and what it writes."""

    messages: tuple[ChatMessage, ...]
    link: Link[LanguageModel]
    pieces: AsyncIterator[str]


class Written(Protocol):
    """An answer that is being written already."""

    link: Link[LanguageModel]
    first_at: datetime | None  # when its first words came

    def pieces(self) -> AsyncIterator[str]:
        """Give it from its beginning; raises TransientError."""


class Mind:
    """One call's conversation as the language model may see it."""

    def __init__(
        self, models: Chain[LanguageModel], reporter: Reporter, *, lines: Lines, policy: Policy | None, redact: Redact
    ) -> None:
        """`redact` must never give clear text back: it raises TransientError where it cannot tell."""
        self.writer: Provider | None = None  # who wrote the last answer; None for a fixed sentence
        self._models = models
        self._reporter = reporter
        self._lines = lines
        # A document's own rules may ask for what only the stair hears (both sides, instants): they act from there.
        self._policy = policy.model_copy(update={"rules": {}}) if policy is not None else None
        self._redact = redact
        self._state = PolicyState()
        self._history: list[ChatMessage] = []
        self._question: str | None = None
        self._read_back = ""

    def foresee(self, text: str) -> None:
        """Take what the caller has perhaps said to the end: its redaction begins while the end is being decided."""
        if text and isinstance(self._redact, Foresees):
            self._redact.foresee(text, self._question)

    async def hear(self, text: str) -> str:
        """Take what the caller said; gives it redacted, as it is remembered."""
        redacted = await self._redact(text, self._question)
        self._remember("user", redacted)
        return redacted

    async def hidden(self, text: str) -> str:
        """Give the assistant's words without personal data; nothing where nobody can tell what is personal."""
        try:
            if isinstance(self._redact, Hides):
                return await self._redact.hide(text)
            return await self._redact(text, None)
        except TransientError:
            return ""

    def background(self) -> str:
        """Give what a model that joins must know: how to speak, and what was said so far, redacted."""
        said = [f"{'You' if one.role == 'assistant' else 'Caller'}: {one.text}" for one in self._history]
        return "\n".join([self._lines.persona, *(["The call so far:", *said] if said else [])])

    @property
    def last_question(self) -> str | None:
        """What the assistant said last, if it ended with a question and is short enough to be said again."""
        last = (self._question or "").strip()
        return last if last.endswith("?") and len(last) <= LONGEST_QUESTION else None

    def recall(self, lines: Sequence[Line]) -> None:
        """Take what was said before another worker carried the call."""
        for participant, text in lines:
            if participant == "assistant":
                self.said(text)
            elif participant == "caller":
                self.judge(text, event_id="", turn=0, final=True)
                self._remember("user", text)

    def note_keys(self, read_back: str) -> None:
        """Take that the caller pressed keys: which ones, nobody below may know, not even the ones read back to her."""
        self._read_back = read_back
        self._remember("user", KEYS)

    def said(self, text: str) -> None:
        """Take what the caller has really heard of an answer."""
        self._question = text or self._question
        if text:
            if self._policy is not None:  # she may say yes to an offer
                heard = Heard(event_id="", participant="assistant", text=text, final=True)
                self._state = evolve(self._state, heard, self._policy)
            self._remember("assistant", text.replace(self._read_back, KEYS) if self._read_back else text)

    def judge(self, text: str, *, event_id: str, turn: int, final: bool) -> list[Finding]:
        """Hold the caller's words against the policy, as the stair does again; without a policy nothing is found."""
        if self._policy is None:
            return []
        heard = Heard(event_id=event_id, participant="caller", text=text, final=final, turn=turn)
        found = evaluate(self._state, heard, self._policy)
        self._state = evolve(self._state, heard, self._policy)
        return found

    def messages(self, *further: ChatMessage) -> tuple[ChatMessage, ...]:
        """Give what the model would be asked now."""
        said = [*self._history, *further]
        return (ChatMessage(role="system", text=self._lines.persona), *said[-KEPT_MESSAGES:])

    async def ahead(self, text: str, *, turn: int, trace: TurnTrace) -> Draft | None:
        """Ask for an answer to what the caller has perhaps said to the end; the conversation takes nothing of it.

        None where the policy would have its own words, or nobody can tell her words without personal data.
        """
        links = self._models.order()
        if not isinstance(self._redact, Previews) or not links:
            return None
        try:
            redacted = await self._redact.preview(text, self._question)
        except TransientError:
            return None
        if self._policy is not None:
            heard = Heard(event_id="", participant="caller", text=redacted, final=True, turn=turn)
            if any(one.kind in WORDS_OF_ITS_OWN for one in evaluate(self._state, heard, self._policy)):
                return None
        messages = self.messages(ChatMessage(role="user", text=redacted))
        pieces = self._written(links[0], messages, turn=turn, trace=trace, speculative=True)
        return Draft(messages, links[0], pieces)

    async def answer(
        self, *, turn: int, trace: TurnTrace, fallback: str, ahead: Written | None = None
    ) -> AsyncIterator[str]:
        """Give the next answer token by token: the first model's that writes one, then nobody else's words.

        `ahead` is this answer where it is being written already.
        Where a model fails after words of it were given, and where none writes, `fallback` ends the answer.
        """
        messages = self.messages()
        self.writer, begun = None, False
        for link, following in followed(self._models.order(), "fixed phrase"):
            try:
                written = ahead if ahead is not None and link is ahead.link else None
                pieces = written.pieces() if written else self._written(link, messages, turn=turn, trace=trace)
                async for text in pieces:
                    if not begun:
                        at = written.first_at if written else None
                        self._reporter.mark(turn, "first_token", trace, at=at)
                    self.writer, begun = link.port.provider, True
                    yield text
            except TransientError as failed:
                instead = "fixed phrase" if begun else following
                self._models.failed(link, failed, instead=instead, turn=turn, trace=trace)
                if begun:
                    break
            else:
                return
        if not begun:
            self._models.unanswered(turn=turn, trace=trace)
            self._reporter.mark(turn, "first_token", trace)
        if self._models.lost:
            fallback = self._lines.apology if turn else fallback  # the greeting holds the disclosure
        yield f" {fallback}" if begun else fallback

    async def _written(
        self, link: Link[LanguageModel], messages: Sequence[ChatMessage], *, turn: int, trace: TurnTrace,
        speculative: bool = False,
    ) -> AsyncIterator[str]:
        with self._models.asks(link, turn=turn, trace=trace, speculative=speculative) as units:
            written = 0
            async with aclosing(taking(link.port.answer(messages), whole_ms=link.whole_ms)) as chunks:
                async for chunk in chunks:
                    if chunk.usage:
                        units.input_tokens, units.output_tokens = chunk.usage.input_tokens, chunk.usage.output_tokens
                    if chunk.text:
                        written += len(chunk.text)
                        units.characters = written
                        yield chunk.text
            if not written:
                raise TransientError("empty answer")

    def _remember(self, role: str, text: str) -> None:
        self._history.append(ChatMessage.model_validate({"role": role, "text": text}))
        del self._history[:-KEPT_MESSAGES]
