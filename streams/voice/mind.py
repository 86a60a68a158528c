"""What the assistant answers: the language model on redacted words, and the policy's word before it."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from governance.errors import TransientError
from governance.policy import ASKED, Finding, Heard, PolicyState, evaluate, evolve, rearm
from governance.policy import judge as judged
from governance.window import Remembered, take
from infra.call_memory import Line
from infra.speech.bounded import taking
from infra.speech.links import Link
from infra.speech.ports import LanguageModel
from infra.speech.refusal import Refused
from schemas import telemetry as registry
from schemas.policies import Policy
from schemas.speech import ChatMessage
from schemas.turns import Provider
from streams.voice.chain import Chain, followed
from streams.voice.choosing import Choosing, Doubted
from streams.voice.knowing import Knowing
from streams.voice.lines import Lines
from streams.voice.ports import Draft, Foresees, Hides, Previews, Redact, Written
from streams.voice.reporter import Reporter
from streams.voice.spans import TurnTrace
from streams.voice.tactics import Window

LONGEST_QUESTION = 200
WORDS_OF_ITS_OWN = frozenset({"emergency", "handoff", "offer"})
KEYS = "<NUMERIC_ID_1>"


class Mind:
    """One call's conversation as the language model may see it."""

    def __init__(
        self, models: Chain[LanguageModel], reporter: Reporter, *, lines: Lines, policy: Policy | None, redact: Redact,
        choosing: Choosing | None = None, window: Window | None = None, knowing: Knowing | None = None,
    ) -> None:
        """`redact` must never give clear text back: it raises TransientError where it cannot tell."""
        self.writer: Provider | None = None  # who wrote the last answer; None for a fixed sentence
        self.whole = False  # whether the last answer is all that its writer wrote, and nothing else
        self._choosing = choosing or Choosing(())
        self._window = window or Window()
        self._knowing = knowing
        self._models = models
        self._reporter = reporter
        self._lines = lines
        # A document's own rules may ask for what only the stair hears (both sides, instants): they act from there.
        self._policy = policy.model_copy(update={"rules": {}}) if policy is not None else None
        self._redact = redact
        self._state = PolicyState()
        self._talk = Remembered()
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
        said = [f"{'You' if one.role == 'assistant' else 'Caller'}: {one.text}" for one in self._told()]
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
        found, self._state = judged(self._state, heard, self._policy)
        self._choosing.flagged = final and bool(found)
        return found

    def may_ask_again(self) -> None:
        """Take that nobody comes: her next wish for a person counts anew."""
        self._state = rearm(self._state, ASKED)

    def messages(self, *further: ChatMessage) -> tuple[ChatMessage, ...]:
        """Give what the model would be asked now."""
        return (ChatMessage(role="system", text=self._lines.persona), *self._told(), *further)

    async def ahead(self, text: str, *, turn: int, trace: TurnTrace) -> Draft | None:
        """Ask for an answer to what the caller has perhaps said to the end; the conversation takes nothing of it.

        None where the policy would have its own words, or nobody can tell her words without personal data.
        """
        if not isinstance(self._redact, Previews):
            return None
        try:
            redacted = await self._redact.preview(text, self._question)
        except TransientError:
            return None
        if self._policy is not None:
            heard = Heard(event_id="", participant="caller", text=redacted, final=True, turn=turn)
            if any(one.kind in WORDS_OF_ITS_OWN for one in evaluate(self._state, heard, self._policy)):
                return None
        links = self._order(redacted, trace, turns=1)
        if not links:
            return None
        messages = self.messages(ChatMessage(role="user", text=redacted))
        pieces = self._written(links[0], messages, turn=turn, trace=trace, speculative=True)
        return Draft(messages, links[0], pieces)

    async def answer(
        self, *, turn: int, trace: TurnTrace, fallback: str, ahead: Written | None = None
    ) -> AsyncIterator[str]:
        """Give the next answer token by token: the first model's that writes one, then nobody else's words.

        `ahead` is this answer where it is being written already.
        Where a model fails after words of it were given, and where none writes, `fallback` ends the answer; where one
        declines, a sentence that says so.
        """
        messages = self.messages()
        self._show(trace)
        self.writer, self.whole, begun, declined = None, False, False, False
        asked = next((one.text for one in reversed(self._talk.messages) if one.role == "user"), "")
        order = self._order(asked, trace)
        for link, following in followed(order, "fixed phrase"):
            written = ahead if ahead is not None and link is ahead.link else None
            writing = written.pieces() if written else self._written(link, messages, turn=turn, trace=trace)
            if self._choosing.may_doubt(link, order):
                writing = self._choosing.sure(writing)
            try:
                async for text in writing:
                    if not begun:
                        at = written.first_at if written else None
                        self._reporter.mark(turn, "first_token", trace, at=at)
                    self.writer, begun = link.port.provider, True
                    yield text
            except TransientError as failed:
                declined = isinstance(failed, Refused)
                instead = "fixed phrase" if begun or declined else following
                self._choosing.failed(link, trace=trace, doubted=False)
                self._models.failed(link, failed, instead=instead, turn=turn, trace=trace)
                if begun or declined:
                    break
            except Doubted:
                self._choosing.failed(link, trace=trace, doubted=True)
            else:
                self.whole = True
                return
        if not begun and not declined:
            self._models.unanswered(turn=turn, trace=trace)
        self._reporter.mark(turn, "first_token", trace)
        if turn and (declined or self._models.lost):  # the greeting holds the disclosure
            fallback = self._lines.withheld if declined else self._lines.apology
        yield f" {fallback}" if begun else fallback

    def _order(self, text: str, trace: TurnTrace, *, turns: int = 0) -> tuple[Link[LanguageModel], ...]:
        turns += sum(one.role == "user" for one in self._talk.messages)
        return self._choosing.order(
            self._models.order(), text=text, turns=turns, trace=trace, summarised=bool(self._talk.lines)
        )

    async def _written(
        self, link: Link[LanguageModel], messages: Sequence[ChatMessage], *, turn: int, trace: TurnTrace,
        speculative: bool = False,
    ) -> AsyncGenerator[str, None]:
        with self._models.asks(link, turn=turn, trace=trace, speculative=speculative) as units:
            written = 0
            async with aclosing(taking(link.port.answer(messages), whole_ms=link.whole_ms)) as chunks:
                async for chunk in chunks:
                    if chunk.usage:
                        units.input_tokens, units.output_tokens = chunk.usage.input_tokens, chunk.usage.output_tokens
                    units.ended = chunk.ended or units.ended
                    if chunk.text:
                        written += len(chunk.text)
                        units.characters = written
                        yield chunk.text
            if not written:
                raise TransientError("empty answer")

    @property
    def personal(self) -> bool:
        """Whether something of this caller is known, or may be soon: what she is answered is then hers alone."""
        return self._knowing is not None and self._knowing.possible

    def before_last(self) -> tuple[str, ...]:
        """Give all that the model sees of the call before the last thing that was said."""
        return tuple(one.text for one in self._told()[:-1])

    def _told(self) -> list[ChatMessage]:
        known = self._knowing.text if self._knowing is not None else None
        about = [ChatMessage(role="system", text=text) for text in (known, self._talk.summary) if text]
        return [*about, *self._talk.messages]

    def _show(self, trace: TurnTrace) -> None:
        trace.note({
            registry.SUMMARISED: len(self._talk.lines),
            registry.CALLER_CONTEXT: self._knowing.state if self._knowing is not None else "off",
        })

    def _remember(self, role: str, text: str) -> None:
        message = ChatMessage.model_validate({"role": role, "text": text})
        talk = take(self._talk, message, most_messages=self._window.messages, budget=self._window.tokens)
        self._talk = talk if self._window.summary else talk.model_copy(update={"lines": ()})
