"""Recognition by Deepgram over one socket for each call: interims as they come, the final when we end the utterance."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

from deepgram import AsyncDeepgramClient

from governance.errors import TransientError
from infra.speech.bounded import answered, named
from infra.speech.closing import hurried
from infra.speech.deepgram_client import BROKEN, FAILURES
from infra.speech.deepgram_dialects import Dialect, Said, dialect_of
from infra.speech.ports import Samples
from infra.speech.unpacked import unpacked
from infra.speech.word_places import is_news
from schemas.speech import Transcript
from schemas.turns import Provider, Word

KEEP_ALIVE_S = 4.0


class DeepgramSpeechToText:
    """Transcribes calls."""

    def __init__(
        self, client: AsyncDeepgramClient, *, model: str, region: str, timeout_ms: int, name: str = "deepgram"
    ) -> None:
        """Take an open client; the time bounds the opening of a socket and the wait for a final transcript."""
        self.provider = Provider(name=name, model=model, region=region)
        self._client = client
        self._timeout_ms = timeout_ms

    async def open(self, *, sample_rate: int) -> "DeepgramRecogniser":
        """Open the call's socket; raises TransientError."""
        recogniser = DeepgramRecogniser(
            self._client, model=self.provider.model, sample_rate=sample_rate, timeout_ms=self._timeout_ms
        )
        await recogniser.connect()
        return recogniser

    async def close(self) -> None:
        """Sockets belong to calls."""


class DeepgramRecogniser:
    """One call's socket; it is opened again for the next utterance when it broke."""

    def __init__(self, client: AsyncDeepgramClient, *, model: str, sample_rate: int, timeout_ms: int) -> None:
        """Take what is needed to open it."""
        self.timeout_ms = timeout_ms
        self.dialect: Dialect = dialect_of(model)
        self.ends_turns = self.dialect.ends_turns
        self._client = client
        self._model = model
        self._rate = sample_rate
        self._stack = AsyncExitStack()
        self._socket: Any = None
        self._sent = 0  # samples on this socket: its word times count from the first
        self._number = -1  # of the newest message on it
        self._tasks: list[asyncio.Task[None]] = []
        self._current: DeepgramListening | None = None
        self._flushing: deque[DeepgramListening] = deque()

    def begin(
        self, *, digits: bool, heard: Callable[[Transcript], None]  # noqa: ARG002 - named by the port
    ) -> "DeepgramListening":
        """Start an utterance; numbers are formatted by smart_format, so digits need no mode."""
        self._current = DeepgramListening(self, heard)
        return self._current

    async def connect(self) -> None:
        """Open the socket where it is not open; raises TransientError."""
        if self._socket is None:
            self._sent, self._number = 0, -1
            self._socket = await answered(self._connect, within_ms=self.timeout_ms, failures=FAILURES)
            self._tasks = [asyncio.create_task(self._read(self._socket)), asyncio.create_task(self._stay(self._socket))]

    async def send(self, listening: "DeepgramListening", samples: Samples) -> None:
        """Send audio; a failure is the utterance's, told when it is finished."""
        try:
            await self.connect()
            listening.begins(1000 * self._sent // self._rate)
            self._sent += len(samples)
            await self._socket.send_media(samples.astype("<i2").tobytes())
        except TransientError as failed:
            listening.fail(failed)
        except FAILURES as failed:
            await self._broke(named(failed))

    async def flush(self, listening: "DeepgramListening") -> None:
        """Ask for the end of an utterance."""
        if self._socket is None:
            listening.fail(TransientError("closed"))
            return
        self._flushing.append(listening)
        try:
            await self.dialect.flush(self._socket)
        except FAILURES as failed:
            await self._broke(named(failed))

    async def close(self) -> None:
        """Close the socket."""
        await self._broke(TransientError("closed"))

    async def _connect(self) -> Any:
        opening = self.dialect.connect(self._client, model=self._model, sample_rate=self._rate)
        return unpacked(hurried(await self._stack.enter_async_context(opening)))

    async def _read(self, socket: Any) -> None:
        failure = TransientError("closed")
        try:
            async for message in socket:
                if (said := self.dialect.read(message)) is not None:
                    self._tell(said)
        except BROKEN as failed:
            failure = named(failed)
        if self._socket is socket:
            self._tasks = [task for task in self._tasks if task is not asyncio.current_task()]
            await self._broke(failure)

    def _tell(self, said: Said) -> None:
        # What comes before the answer to a flush still belongs to the utterance that was flushed.
        owner = self._flushing[0] if self._flushing else self._current
        if owner is not None and self._news(said, owner):
            owner.take(said)
            if said.flushed and self._flushing:
                self._flushing.popleft()

    def _news(self, said: Said, owner: "DeepgramListening") -> bool:
        """Tell whether a message comes for the first time, and after none that is newer."""
        if said.number is not None:
            before, self._number = self._number, max(self._number, said.number)
            return said.number > before
        if said.flushed and not self._flushing and not self.ends_turns:
            return False  # nobody waits for it any more
        return not said.final or is_news(said.words, after_ms=owner.known_ms)

    async def _stay(self, socket: Any) -> None:
        with suppress(*FAILURES):
            while True:
                before = self._sent
                await asyncio.sleep(KEEP_ALIVE_S)
                if self._sent == before:  # sound of the call keeps it as well, and takes no silence into a word
                    self._sent += await self.dialect.keep_alive(socket)

    async def _broke(self, failure: TransientError) -> None:
        self._socket = None
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        for listening in (*self._flushing, self._current):
            if listening is not None:
                listening.fail(failure)
        self._flushing.clear()
        stack, self._stack = self._stack, AsyncExitStack()
        with suppress(*FAILURES):
            await stack.aclose()


class DeepgramListening:
    """One utterance on the call's socket."""

    def __init__(self, recogniser: DeepgramRecogniser, heard: Callable[[Transcript], None]) -> None:
        """Start without words."""
        self._recogniser = recogniser
        self._heard = heard
        self._segments: list[Said] = []
        self._failure: TransientError | None = None
        self._flushes: set[asyncio.Task[None]] = set()
        self._began_ms: int | None = None
        self.known_ms = 0  # place on the socket's clock up to which its words are final
        self._asked = 0
        self._answered = 0
        self._guessing = False  # words were told since the last that will not change
        self._news = asyncio.Event()

    async def feed(self, samples: Samples) -> None:
        """Send audio; an utterance that failed is not sent on to a new socket in half."""
        if self._failure is None:
            await self._recogniser.send(self, samples)

    def settle(self) -> None:
        """Ask for the final transcript on suspicion, where that does no harm."""
        if self._recogniser.dialect.flushes_early and self._failure is None:
            self._flush()

    async def finish(self) -> Transcript:
        """Give the final transcript."""
        if self._asked == 0 and (self._guessing or not self._answered):
            self._asked = self._answered  # ends that nobody asked for, after which she went on
            self._flush()
        try:
            async with asyncio.timeout(self._recogniser.timeout_ms / 1000):
                while self._answered < max(1, self._asked) and self._failure is None:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise TransientError("timeout") from None
        if self._failure is not None:
            raise self._failure
        return self._transcript()

    async def drop(self) -> None:
        """Stop asking."""
        for task in self._flushes:
            task.cancel()

    def begins(self, at_ms: int) -> None:
        """Take the place on the socket's clock of the first audio."""
        if self._began_ms is None:
            self._began_ms = self.known_ms = at_ms

    def take(self, said: Said) -> None:
        """Take a message about this utterance."""
        self._guessing = bool(said.text) and not said.final
        if said.final and said.text:
            self._segments.append(said)
            self.known_ms = max(self.known_ms, *(one.end_ms for one in said.words), 0)
        if said.flushed:
            self._answered += 1
        if said.text:
            news = {"ended": said.flushed and self._recogniser.ends_turns, "eager": said.eager, "resumed": said.resumed}
            self._heard(self._transcript(None if said.final else said).model_copy(update=news))
        self._news.set()

    def fail(self, failure: TransientError) -> None:
        """Take that the socket broke before the utterance was final."""
        self._failure = self._failure or failure
        self._news.set()

    def _flush(self) -> None:
        self._asked += 1
        self._flushes.add(task := asyncio.create_task(self._recogniser.flush(self)))
        task.add_done_callback(self._flushes.discard)

    def _transcript(self, newest: Said | None = None) -> Transcript:
        said = [*self._segments, *([newest] if newest else [])]
        sure = [one.confidence for one in said if one.confidence is not None]
        return Transcript(
            text=" ".join(one.text for one in said if one.text),
            words=tuple(_earlier(word, self._began_ms or 0) for one in said for word in one.words),
            confidence=min(1.0, max(0.0, min(sure))) if sure else None,
        )


def _earlier(word: Word, ms: int) -> Word:
    return word.model_copy(update={"start_ms": max(0, word.start_ms - ms), "end_ms": max(0, word.end_ms - ms)})
