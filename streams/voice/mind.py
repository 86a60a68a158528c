"""What the assistant answers: the language model on redacted words, and the policy's word before it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol, runtime_checkable

from governance.errors import TransientError
from governance.policy import Finding, Heard, PolicyState, evaluate, evolve
from infra.call_memory import Line
from infra.speech.ports import LanguageModel
from infra.telemetry import annotate
from schemas.policies import Policy
from schemas.speech import ChatMessage
from schemas.telemetry import CHAT, INPUT_TOKENS, OUTPUT_TOKENS
from streams.voice.lines import Lines
from streams.voice.reporter import Reporter, failure
from streams.voice.spans import TurnTrace

# (what the caller said, what was asked before) -> the same without personal data
Redact = Callable[[str, str | None], Awaitable[str]]
KEPT_MESSAGES = 40
LONGEST_QUESTION = 200
KEYS = "<NUMERIC_ID_1>"


@runtime_checkable
class Foresees(Protocol):
    """A redaction that may begin before it is asked for."""

    def foresee(self, text: str, question: str | None) -> None:
        """Take what will perhaps be asked; returns at once."""


class Mind:
    """One call's conversation as the language model may see it."""

    def __init__(
        self, model: LanguageModel, reporter: Reporter, *, lines: Lines, policy: Policy | None, redact: Redact
    ) -> None:
        """`redact` must never give clear text back: it raises TransientError where it cannot tell."""
        self.model = model
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

    async def answer(self, *, turn: int, trace: TurnTrace, fallback: str) -> AsyncIterator[str]:
        """Give the next answer token by token; the fallback where the model fails before or while it writes."""
        messages = [ChatMessage(role="system", text=self._lines.persona), *self._history[-KEPT_MESSAGES:]]
        begun = False
        try:
            with trace.asks(CHAT, self.model.provider) as span:
                async for chunk in self.model.answer(messages):
                    if chunk.text and not begun:
                        begun = True
                        self._reporter.mark(turn, "first_token", trace)
                    if chunk.usage:
                        annotate(span, {
                            INPUT_TOKENS: chunk.usage.input_tokens, OUTPUT_TOKENS: chunk.usage.output_tokens,
                        })
                    if chunk.text:
                        yield chunk.text
        except TransientError as failed:
            error = failed
        else:
            if begun:
                return
            error = TransientError("empty answer")
        self._reporter.failed(failure(self.model.provider, "chat", error, fallback="fixed phrase", turn=turn), trace)
        if not begun:
            self._reporter.mark(turn, "first_token", trace)
        yield f" {fallback}" if begun else fallback

    def _remember(self, role: str, text: str) -> None:
        self._history.append(ChatMessage.model_validate({"role": role, "text": text}))
        del self._history[:-KEPT_MESSAGES]
