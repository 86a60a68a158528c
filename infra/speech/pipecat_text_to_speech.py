"""A voice by any Pipecat service, with what Pipecat leaves open put right.

Heard words come from the vendor's times alone (Pipecat calls every word spoken once a context ends); a context that
ends without the vendor's own end was cut off; late audio is waited for as long as we allow, not three seconds.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pipecat.frames.frames import Frame, TTSAudioRawFrame, TTSSpeakFrame, TTSStoppedFrame
from websockets.protocol import State

from governance.errors import TransientError
from infra.speech.bounded import streamed
from infra.speech.pipecat_session import ContextEnded, PipecatSession
from infra.speech.ports import Samples
from infra.speech.word_places import placed
from schemas.turns import Provider, Word

RATE = 24_000
MOST_IDLE = 4  # sessions kept connected between phrases
PATIENCE_S = 30.0  # Pipecat's own limit of silence lies beyond ours, which ends the phrase and says so
# A service for audio of this rate; it must pass `stop_frame_timeout_s` on to Pipecat.
MakeVoice = Callable[[int, float], Any]


class PipecatTextToSpeech:
    """Speaks phrases; one Pipecat session speaks one phrase at a time."""

    sample_rate = RATE

    def __init__(self, make: MakeVoice, *, provider: Provider, timeout_ms: int) -> None:
        """`make` builds the service anew; the time bounds connecting, and the wait for each next piece of audio."""
        self.provider = provider
        self._make = make
        self._timeout_ms = timeout_ms
        self._idle: list[_Voice] = []
        self._ending: set[asyncio.Task[None]] = set()

    def speak(self, text: str) -> AsyncIterator[Samples]:
        """Give the audio of a phrase as it arrives."""
        return self.speak_timed(text, timed=lambda _: None)

    def speak_timed(self, text: str, *, timed: Callable[[tuple[Word, ...]], None]) -> AsyncIterator[Samples]:
        """Give the audio; `timed` is told the words so far with the vendor's times, from the phrase's first sample."""
        return streamed(
            lambda: self._ask(text, timed), within_ms=self._timeout_ms, failures=(TransientError, OSError)
        )

    async def close(self) -> None:
        """End the sessions that wait."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(voice.session.close() for voice in idle), *self._ending)

    async def _ask(self, text: str, timed: Callable[[tuple[Word, ...]], None]) -> AsyncGenerator[Samples, None]:
        voice = self._waiting() or await self._open()
        clean = False
        phrase = voice.expect()
        try:
            await voice.session.push(TTSSpeakFrame(text, append_to_context=False))
            while (piece := await phrase.news.get()) is not None:
                if len(piece):
                    yield piece
                phrase.tell(text, timed)
            phrase.tell(text, timed)
            if phrase.fault is not None:
                raise TransientError(phrase.fault)
            clean = True
        finally:
            self._give_back(voice, clean=clean)

    async def _open(self) -> "_Voice":
        voice = _Voice(self._make(RATE, PATIENCE_S))
        await voice.session.start(within_ms=self._timeout_ms)
        return voice

    def _waiting(self) -> "_Voice | None":
        """Give a session that still has its socket; one that a vendor closed meanwhile would cost the whole bound."""
        while self._idle:
            voice = self._idle.pop()
            if voice.connected:
                return voice
            self._end(voice, interrupts=False)
        return None

    def _give_back(self, voice: "_Voice", *, clean: bool) -> None:
        voice.phrase = None
        if clean and len(self._idle) < MOST_IDLE:
            voice.rest()
            self._idle.append(voice)
            return
        self._end(voice, interrupts=not clean)

    def _end(self, voice: "_Voice", *, interrupts: bool) -> None:
        # Beside the call: a barge-in does not wait until the vendor has understood.
        task = asyncio.create_task(_end(voice.session, interrupts=interrupts))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _end(session: PipecatSession, *, interrupts: bool) -> None:
    if interrupts:
        await session.interrupt()
    await session.close()


@dataclass(slots=True)
class _Phrase:
    """What came of one phrase; None in `news` is its end."""

    context: str | None = None
    stopped: bool = False
    fault: str | None = None
    samples: int = 0
    odd: bytes = b""
    tokens: list[tuple[str, int]] = field(default_factory=list)
    news: "asyncio.Queue[Samples | None]" = field(default_factory=asyncio.Queue)

    def tell(self, text: str, timed: Callable[[tuple[Word, ...]], None]) -> None:
        """Tell the words that were timed so far."""
        if self.tokens:
            timed(placed(text, self.tokens, audio_ms=1000 * self.samples // RATE))


class _Voice:
    """A session and the phrase it speaks."""

    def __init__(self, service: Any) -> None:
        self.phrase: _Phrase | None = None
        self.session = PipecatSession(
            service, input_rate=16_000, output_rate=RATE, took=self._took, failed=self._failed
        )
        self._service = service
        self._socket: Any = None
        self._listen_in(service)

    def rest(self) -> None:
        """Remember the socket that spoke."""
        self._socket = getattr(self._service, "_websocket", None)

    @property
    def connected(self) -> bool:
        """Whether that socket is open still; Pipecat may be opening another behind our back."""
        socket = getattr(self._service, "_websocket", None)
        return socket is not None and socket is self._socket and socket.state is State.OPEN

    def expect(self) -> _Phrase:
        """Expect a phrase."""
        self.phrase = _Phrase()
        return self.phrase

    def _listen_in(self, service: Any) -> None:
        """Hear of word times and of the end of a context where Pipecat itself hears of them."""
        times, ended = service.add_word_timestamps, service.on_audio_context_completed

        async def add_word_timestamps(
            word_times: list[tuple[str, float]], context_id: str | None = None,
            includes_inter_frame_spaces: bool | None = None, pre_merge_tokens: bool = False,
        ) -> None:
            phrase = self.phrase
            if phrase is not None and phrase.context in {None, context_id}:
                phrase.tokens += [(word, max(0, round(1000 * at))) for word, at in word_times]
                phrase.news.put_nowait(np.zeros(0, dtype=np.int16))  # times without audio are news too
            await times(word_times, context_id, includes_inter_frame_spaces, pre_merge_tokens)

        async def on_audio_context_completed(context_id: str) -> None:
            await ended(context_id)
            await service.push_frame(ContextEnded(context_id=context_id))  # behind the context's last audio

        service.add_word_timestamps = add_word_timestamps
        service.on_audio_context_completed = on_audio_context_completed

    def _took(self, frame: Frame) -> None:
        phrase = self.phrase
        if phrase is None:
            return
        match frame:
            case TTSAudioRawFrame(audio=audio):
                phrase.context = phrase.context or frame.context_id
                data = phrase.odd + audio
                whole = len(data) - len(data) % 2
                phrase.odd = data[whole:]
                if whole:
                    phrase.samples += whole // 2
                    phrase.news.put_nowait(np.frombuffer(data[:whole], dtype="<i2").astype(np.int16))
            case TTSStoppedFrame():
                phrase.stopped = True
            case ContextEnded():
                if not phrase.stopped or not phrase.samples:
                    phrase.fault = phrase.fault or ("truncated" if phrase.samples else "no audio")
                phrase.news.put_nowait(None)
            case _:
                return

    def _failed(self, kind: str) -> None:
        if self.phrase is not None:
            self.phrase.fault = kind
            self.phrase.news.put_nowait(None)
