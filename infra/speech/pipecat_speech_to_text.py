"""Recognition by any Pipecat service: one session for each call, the end of an utterance asked for by us.

Pipecat opens a lost socket again without a word; what was said before is gone, so a loss fails the utterance here.
An utterance without words has no final transcript at all, so after a silence an answering recogniser is believed.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterimTranscriptionFrame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)

from governance.errors import TransientError
from infra.speech.bounded import answered
from infra.speech.pipecat_session import PipecatSession
from infra.speech.pipecat_words import words_of
from infra.speech.ports import Samples
from infra.speech.word_places import is_news
from schemas.speech import Transcript
from schemas.turns import Provider, Word

QUIET_S = 1.0  # longer than any vendor's final takes (P99 0.74 s)
SETTLED_S = 0.1  # of silence, as the ear measured it
MakeRecogniser = Callable[[int], Any]


class PipecatSpeechToText:
    """Transcribes calls."""

    def __init__(self, make: MakeRecogniser, *, provider: Provider, timeout_ms: int) -> None:
        """`make` builds the service anew; the time bounds connecting and the wait for a final transcript."""
        self.provider = provider
        self._make = make
        self._timeout_ms = timeout_ms

    async def open(self, *, sample_rate: int) -> "PipecatRecogniser":
        """Open the call's session; raises TransientError."""
        recogniser = PipecatRecogniser(self._make, sample_rate=sample_rate, timeout_ms=self._timeout_ms)
        await recogniser.connect()
        return recogniser

    async def close(self) -> None:
        """Sessions belong to calls."""


class PipecatRecogniser:
    """One call's session; a broken one is replaced with the next utterance."""

    def __init__(self, make: MakeRecogniser, *, sample_rate: int, timeout_ms: int) -> None:
        """Take what is needed to open it."""
        self.timeout_ms = timeout_ms
        self.speaks = False  # whether this session has ever answered
        self._make = make
        self._rate = sample_rate
        self._session: PipecatSession | None = None
        self._sent = 0  # samples of this session: its word times count from the first
        self._current: PipecatListening | None = None
        self._flushing: deque[PipecatListening] = deque()
        self._ending: set[asyncio.Task[None]] = set()

    def begin(
        self, *, digits: bool, heard: Callable[[Transcript], None]  # noqa: ARG002 - named by the port
    ) -> "PipecatListening":
        """Start an utterance."""
        self._current = PipecatListening(self, heard)
        return self._current

    async def connect(self) -> None:
        """Open the session where it is not open; raises TransientError."""
        if self._session is None:
            self._session = await answered(self._open, within_ms=self.timeout_ms, failures=(TransientError, OSError))

    async def send(self, listening: "PipecatListening", samples: Samples) -> None:
        """Send audio; a failure is the utterance's, told when it is finished."""
        try:
            await self.connect()
        except TransientError as failed:
            listening.fail(failed)
            return
        if self._session is None:
            return
        if listening.begins(1000 * self._sent // self._rate):
            await self._session.push(VADUserStartedSpeakingFrame())
        self._sent += len(samples)
        audio = samples.astype("<i2").tobytes()
        await self._session.push(InputAudioRawFrame(audio=audio, sample_rate=self._rate, num_channels=1))

    async def flush(self, listening: "PipecatListening") -> None:
        """Ask for the end of an utterance."""
        if self._session is None:
            listening.fail(TransientError("closed"))
            return
        self._flushing.append(listening)
        await self._session.push(VADUserStoppedSpeakingFrame(stop_secs=SETTLED_S))

    def forget(self, listening: "PipecatListening") -> None:
        """Expect no more answers for an utterance."""
        self._flushing = deque(one for one in self._flushing if one is not listening)
        if self._current is listening:
            self._current = None

    async def close(self) -> None:
        """End the session."""
        self._broke("closed")
        await asyncio.gather(*self._ending)

    async def _open(self) -> PipecatSession:
        service = self._make(self._rate)
        session = PipecatSession(
            service, input_rate=self._rate, output_rate=self._rate, took=self._took,
            failed=lambda kind: self._broke(kind) if self._session is session else None,
        )
        self._sent, self.speaks = 0, False
        await session.start(within_ms=self.timeout_ms)

        async def lost(_service: Any) -> None:
            if self._session is session:
                self._broke("lost")

        service.add_event_handler("on_disconnected", lost)
        return session

    def _took(self, frame: Frame) -> None:
        if not isinstance(frame, InterimTranscriptionFrame | TranscriptionFrame):
            return
        self.speaks = True
        final, words = isinstance(frame, TranscriptionFrame), words_of(frame.result)
        # What comes before the answer to a flush still belongs to the utterance that was flushed.
        owner = self._flushing[0] if self._flushing else self._current
        if owner is None or (final and not is_news(words, after_ms=owner.known_ms)):
            return  # told twice, or after what is newer
        if final and self._flushing:
            self._flushing.popleft()
        owner.take(frame.text.strip(), words, final=final)

    def _broke(self, kind: str) -> None:
        session, self._session = self._session, None
        waiting = [*self._flushing, *([self._current] if self._current else [])]
        self._flushing.clear()
        for listening in waiting:
            listening.fail(TransientError(kind))
        if session is not None:
            task = asyncio.create_task(session.close())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


class PipecatListening:
    """One utterance in the call's session."""

    def __init__(self, recogniser: PipecatRecogniser, heard: Callable[[Transcript], None]) -> None:
        """Start without words."""
        self._recogniser = recogniser
        self._heard = heard
        self._finals: list[tuple[str, tuple[Word, ...]]] = []
        self._failure: TransientError | None = None
        self._flushes: set[asyncio.Task[None]] = set()
        self._began_ms: int | None = None
        self.known_ms = 0  # place in the session up to which its words are final
        self._asked = 0
        self._guessing = False  # words were heard that no final has confirmed yet
        self._news = asyncio.Event()

    async def feed(self, samples: Samples) -> None:
        """Send the next audio."""
        await self._recogniser.send(self, samples)

    def settle(self) -> None:
        """Ask for the final of what there is; more audio is asked for again."""
        self._asked += 1
        task = asyncio.create_task(self._recogniser.flush(self))
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)

    async def finish(self) -> Transcript:
        """Wait for every final that was asked for; raises TransientError."""
        if self._asked == 0:
            self.settle()
        try:
            async with asyncio.timeout(self._recogniser.timeout_ms / 1000):
                while len(self._finals) < self._asked and self._failure is None:
                    if not await self._something():
                        break
        except TimeoutError:
            self._failure = TransientError("timeout")
        self._recogniser.forget(self)
        if self._failure is not None:
            raise self._failure
        return self._transcript()

    async def drop(self) -> None:
        """Stop asking."""
        for task in self._flushes:
            task.cancel()
        self._recogniser.forget(self)

    def begins(self, at_ms: int) -> bool:
        """Take the place of the first audio in the session; whether this was the first."""
        first = self._began_ms is None
        if first:
            self._began_ms = self.known_ms = at_ms
        return first

    def take(self, text: str, words: tuple[Word, ...], *, final: bool) -> None:
        """Take what the recogniser believes: a final stays, an interim is the newest guess behind the finals."""
        self._guessing = bool(text) and not final
        if final:
            self._finals.append((text, words))
            self.known_ms = max(self.known_ms, *(one.end_ms for one in words), 0)
        if text:
            self._heard(self._transcript([] if final else [(text, words)]))
        self._news.set()

    def fail(self, failure: TransientError) -> None:
        """Take that the session broke before the utterance was final."""
        self._failure = self._failure or failure
        self._news.set()

    async def _something(self) -> bool:
        """Wait for news; False where a recogniser that does answer had nothing to say of this utterance."""
        self._news.clear()
        try:
            async with asyncio.timeout(QUIET_S):
                await self._news.wait()
        except TimeoutError:
            return self._guessing or not self._recogniser.speaks
        return True

    def _transcript(self, newest: list[tuple[str, tuple[Word, ...]]] | None = None) -> Transcript:
        said, began = [*self._finals, *(newest or [])], self._began_ms or 0
        words = tuple(
            one.model_copy(update={"start_ms": max(0, one.start_ms - began), "end_ms": max(0, one.end_ms - began)})
            for _, placed in said for one in placed
        )
        sure = [one.confidence for one in words if one.confidence is not None]
        return Transcript(
            text=" ".join(text for text, _ in said if text), words=words, confidence=min(sure) if sure else None
        )
