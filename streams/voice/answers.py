"""The assistant's side of one call: at most one answer is on its way, the next one waits or takes its place."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial

import structlog

from governance.errors import TransientError
from governance.number_question import asks_for_number, last_digits
from schemas.turns import BargeInDetected, Provider
from streams.voice.consenting import Consenting, only_answers
from streams.voice.ear import Ear, Speech
from streams.voice.lines import Lines
from streams.voice.mind import WORDS_OF_ITS_OWN, Mind
from streams.voice.mouth import Mouth
from streams.voice.playing import stopped_after
from streams.voice.replies import Replies, joined, phrased
from streams.voice.reporter import Reporter, failure
from streams.voice.signs import Signs
from streams.voice.spans import Traces
from streams.voice.speaker import Speaker
from streams.voice.speculation import Speculations
from streams.voice.vendor_answer import Sound
from streams.voice.wording import Wording

POLITE_STEPS, POLITE_STEP_S = 50, 0.1  # how long a sentence nobody asked for waits for the caller to finish hers

REDACTOR = Provider(name="callwarden", model="redaction")

log = structlog.get_logger()


class Answers:
    """Says what the mind writes, and the fixed sentences."""

    def __init__(
        self, *, mind: Mind, mouth: Mouth, speaker: Speaker, reporter: Reporter, traces: Traces, lines: Lines,
        ear: Callable[[], Ear], signs: Signs, consenting: Consenting, now: Callable[[], datetime], replies: Replies,
        ahead: Speculations, wording: Wording,
    ) -> None:
        """Take one call's parts."""
        self.silent = False  # a person has the call: the assistant says no more
        self.connecting = False  # the caller has been told that she is being connected
        self.urgent = False  # somebody may be in danger, and has not been told that help is sought
        self._mind = mind
        self._mouth = mouth
        self._speaker = speaker
        self._reporter = reporter
        self._traces = traces
        self._lines = lines
        self._ear = ear
        self._signs = signs
        self._consenting = consenting
        self._ahead = ahead
        self._now = now
        self._replies = replies
        self._wording = wording
        self._reply: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._reply is not None and not self._reply.done()

    def keep_still(self, ms: int, *, longer: bool = False) -> None:
        """Hold back the answer that is on its way, or let it go on (0); `longer` never shortens a hold."""
        self._mouth.keep_still(ms, longer=longer)

    def stop(self, *, turn: int, speech: Speech | None) -> None:
        """Stop the answer that is on its way; the speaker reports what was heard of it."""
        self._signs.hush(up_to=turn)
        answer = self._mouth.current
        if answer is None:
            if self._reply is not None:
                self._reply.cancel()
            return
        if speech is not None and answer.sent and not answer.interrupted:
            self._reporter.report(BargeInDetected(
                turn=answer.turn, at_ms=speech.began_ms, utterance=answer.utterance,
                stopped_after_ms=stopped_after(speech.began_at, answer),
            ), self._traces.of(turn))
        answer.interrupt()

    def greet(self, *, turn: int) -> None:
        """Open the call; what the policy wants the caller to hear and to answer comes first."""
        self._signs.expect(turn)
        asks, opening = self._consenting.asks, self._consenting.opening()
        greeting = self._lines.greeting
        if greeting is not None or (opening and asks):
            line = opening if asks and opening else f"{opening} {greeting}".strip()
            self._begin(lambda: self._say(turn, self._fixed(turn, line), writer=nobody))
            return
        welcome = self._model(turn, self._lines.greeting_fallback)
        if opening:
            welcome = joined(self._fixed(turn, f"{opening} "), welcome)
        self._begin(lambda: self._say(turn, welcome, writer=self._writer))

    def take_up(self, *, turn: int, unanswered: bool) -> None:
        """Take a running call up again: say so, and answer what nobody has answered."""
        self._signs.expect(turn)
        owed = self._consenting.owed()
        if unanswered and not self.connecting:
            said = self._fixed(turn, f"{self._lines.interrupted} {owed} " if owed else f"{self._lines.interrupted} ")
            tokens = joined(said, self._model(turn, self._lines.no_answer))
            self._begin(lambda: self._say(turn, tokens, writer=self._writer))
            return
        question = self._mind.last_question
        line = f"{self._lines.interrupted} {question}" if question else self._lines.again
        if self.connecting:
            line = self._lines.connecting
        line = f"{line} {owed}".strip() if owed else line
        self._begin(lambda: self._say(turn, self._fixed(turn, line), writer=nobody))

    def respond(self, *, turn: int, text: str, event_id: str) -> None:
        """Answer what the caller said."""
        self._begin(lambda: self._respond(turn, text, event_id))

    def respond_to_keys(self, *, turn: int, keys: str) -> None:
        """Answer a number that was keyed in; at most its last digits are said."""
        digits = last_digits(keys)
        self._mind.note_keys(digits)
        taken = self._lines.keys_taken.format(digits=digits) if digits else self._lines.few_keys_taken
        tokens = joined(self._fixed(turn, f"{taken} "), self._model(turn, self._lines.no_answer))
        self._begin(lambda: self._say(turn, tokens, writer=self._writer))

    def say(
        self, line: str, *, turn: int, at_once: bool = False, always: bool = False
    ) -> "asyncio.Task[None]":
        """Say a fixed sentence after the answer on its way, or in its place; `always`: also beside a person."""
        if at_once:
            self.stop(turn=turn, speech=None)
            self._signs.expect(turn)
        return self._begin(lambda: self._fixed_line(turn, line, wait=not at_once, always=always))

    async def close(self) -> None:
        """Stop speaking."""
        self.stop(turn=0, speech=None)
        await self._signs.close()
        await self._wording.close()
        if self._reply is not None:
            self.silent = True
            await asyncio.wait([self._reply])

    def _begin(self, answer: Callable[[], Awaitable[object]]) -> "asyncio.Task[None]":
        previous = self._reply

        async def run() -> None:
            if previous is not None and not previous.done():
                try:
                    await asyncio.wait([previous])
                except asyncio.CancelledError:
                    previous.cancel()  # who stops what is said last stops all that is still to be said
                    await asyncio.wait([previous])
                    raise
            await answer()

        self._reply = asyncio.create_task(run())
        self._reply.add_done_callback(_observe)
        return self._reply

    async def _respond(self, turn: int, text: str, event_id: str) -> None:
        try:
            redacted = await asyncio.shield(self._replies.hear(text, turn=turn))  # remembered, also where she speaks on
        except TransientError as failed:  # fails closed: what cannot be redacted is not answered
            told = failure(REDACTOR, "redaction", failed, fallback="spoken apology", turn=turn)
            self._reporter.failed(told, self._traces.of(turn))
            self._ahead.drop("failed")
            await self._say(turn, self._fixed(turn, self._lines.not_heard), writer=nobody)
            return
        agreed = self._consenting.answered(redacted)
        kinds = {one.kind for one in self._mind.judge(redacted, event_id=event_id, turn=turn, final=True)}
        if self.urgent or self.silent or kinds & WORDS_OF_ITS_OWN:
            self._ahead.drop("policy")
        if self.urgent or "emergency" in kinds:
            self.connecting = True
            heard = await self._say(turn, self._fixed(turn, self._lines.urgent), writer=nobody)
            self.urgent = len(heard) < len(self._lines.urgent)  # she spoke on: it is said again when she has finished
        elif "handoff" in kinds and not self.connecting:
            self.connecting = True
            await self._say(turn, self._fixed(turn, self._lines.connecting), writer=nobody)
        elif "offer" in kinds and not self.connecting:
            await self._say(turn, self._fixed(turn, self._lines.offer), writer=nobody)
        elif agreed is not None and only_answers(redacted):
            await self._say(turn, self._fixed(turn, agreed), writer=nobody)
        else:
            tokens = self._model(turn, self._lines.no_answer, question=redacted)
            before, after = agreed or self._consenting.owed(), self._consenting.question()
            if before:
                tokens = joined(self._fixed(turn, f"{before} "), tokens)
            if after:
                tokens = joined(tokens, self._fixed(turn, f" {after}"))
            await self._say(turn, tokens, writer=self._writer)
            self._wording.heard(self._speaker.last)

    async def _fixed_line(self, turn: int, line: str, *, wait: bool, always: bool) -> None:
        for _ in range(POLITE_STEPS):
            if not wait or self._ear().speech is None:
                break
            await asyncio.sleep(POLITE_STEP_S)
        await self._say(turn, self._fixed(turn, line), writer=nobody, always=always)

    async def _say(
        self, turn: int, tokens: AsyncIterator[str | Sound], *, writer: Callable[[], Provider | None],
        always: bool = False,
    ) -> str:
        """Give what of it was heard."""
        if self.silent and not always:
            self._signs.hush(up_to=turn)
            return ""
        trace = self._traces.of(turn)
        try:
            cut = partial(self._wording.phrases, trace=trace)
            heard = await self._speaker.say(
                phrased(tokens, cut), turn=turn, trace=trace, writer=writer, written=self._written
            )
        finally:
            self._signs.hush(up_to=turn)
        await asyncio.shield(self._replies.heard(heard))
        if self._speaker.last is not None:
            self._consenting.heard(self._speaker.last, at=self._now())
        trace.end()
        return heard

    def _written(self, text: str) -> None:
        ear = self._ear()
        ear.expects_digits, ear.urgent = asks_for_number(text), False

    def _writer(self) -> Provider | None:
        return self._mind.writer

    def _model(self, turn: int, fallback: str, *, question: str | None = None) -> AsyncIterator[str | Sound]:
        return self._replies.answer(turn=turn, fallback=fallback, question=question)

    async def _fixed(self, turn: int, line: str) -> AsyncIterator[str | Sound]:
        self._reporter.mark(turn, "first_token", self._traces.of(turn))
        yield line


def nobody() -> None:
    """Give nobody: a fixed sentence was written by no model."""


def _observe(reply: "asyncio.Task[None]") -> None:
    if not reply.cancelled() and (wrong := reply.exception()) is not None:
        # The kind and the place alone: a message might repeat what was said.
        place = traceback.extract_tb(wrong.__traceback__)[-1]
        log.error("an answer failed", error=type(wrong).__name__, at=f"{place.name}:{place.lineno}")
