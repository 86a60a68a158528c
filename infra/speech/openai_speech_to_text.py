"""Recognition behind any OpenAI-compatible server: POST /v1/audio/transcriptions of the growing utterance.

The endpoint transcribes files, so interims are the whole utterance decoded again; a final begins on suspicion, while
the end of turn is still being decided.
"""

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress

import numpy as np
from openai import AsyncOpenAI
from openai.types.audio import Transcription, TranscriptionVerbose

from governance.errors import TransientError
from infra.speech import openai_client
from infra.speech.bounded import answered
from infra.speech.openai_client import FAILURES
from infra.speech.ports import Samples
from infra.speech.wav import Wav, write_wav
from schemas.speech import Transcript
from schemas.turns import Provider, Word

INTERIM_EVERY_S = 0.4
FIRST_INTERIM_S = 0.25  # sooner, because it tells a barge-in from a backchannel
SHORTEST_S = 0.3
# Whisper writes digits as it was shown them; without this, connected digits are its weak spot.
DIGIT_PROMPT = "My number is 4 0 9 3, 2 7 1 5, 8 6 0 4, 1 9 5 2."


class OpenAISpeechToText:
    """Transcribes utterances."""

    def __init__(
        self, client: AsyncOpenAI, *, model: str, region: str, timeout_ms: int, name: str = "openai"
    ) -> None:
        """Take an open client; the time bounds one transcription."""
        self.provider = Provider(name=name, model=model, region=region)
        self._client = client
        self._timeout_ms = timeout_ms

    async def open(self, *, sample_rate: int) -> "OpenAIRecogniser":
        """Begin a call; the endpoint has no session, so nothing is sent."""
        return OpenAIRecogniser(self, sample_rate=sample_rate)

    async def warm(self) -> None:
        """Connect before the first question."""
        await openai_client.warm(self._client)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def transcribe(self, wav: Wav, *, digits: bool, timed: bool = False) -> Transcript:
        """Transcribe one recording; `timed` asks for the times of its words, which Whisper's kin know."""
        content = write_wav(wav)
        return await answered(
            lambda: self._ask(content, digits=digits, timed=timed), within_ms=self._timeout_ms, failures=FAILURES
        )

    async def _ask(self, content: bytes, *, digits: bool, timed: bool) -> Transcript:
        create = self._client.audio.transcriptions.create
        file = ("utterance.wav", content, "audio/wav")
        model = self.provider.model
        if "whisper" not in model.lower():  # only Whisper and its kin tell how sure they are
            plain: Transcription = await create(file=file, model=model, response_format="json")
            return Transcript(text=_said(plain.text))
        prompt = DIGIT_PROMPT if digits else ""
        full: TranscriptionVerbose = await create(
            file=file, model=model, response_format="verbose_json", prompt=prompt,
            timestamp_granularities=["segment", "word"] if timed else ["segment"],
        )
        # Compatible servers leave fields out, and the library does not check.
        told = [getattr(segment, "avg_logprob", None) for segment in full.segments or ()]
        logprobs = [one for one in told if isinstance(one, float | int)]
        confidence = math.exp(min(0.0, min(logprobs))) if logprobs else None
        return Transcript(text=_said(full.text), confidence=confidence, words=_words(full))


def _said(text: object) -> str:
    # The library does not check: a server may send another shape, or a page of its own.
    if not isinstance(text, str):
        raise TypeError
    return text.strip()


def _words(full: TranscriptionVerbose) -> tuple[Word, ...]:
    return tuple(
        Word(text=one.word.strip(), start_ms=max(0, int(1000 * one.start)), end_ms=max(0, int(1000 * one.end)))
        for one in full.words or ()
    )


class OpenAIRecogniser:
    """One call's utterances, each transcribed on its own."""

    def __init__(self, speech: OpenAISpeechToText, *, sample_rate: int) -> None:
        """Take the adapter and the rate of the call's audio."""
        self._speech = speech
        self._sample_rate = sample_rate

    def begin(self, *, digits: bool, heard: Callable[[Transcript], None]) -> "OpenAIListening":
        """Start an utterance."""
        return OpenAIListening(self._speech, sample_rate=self._sample_rate, digits=digits, heard=heard)

    async def close(self) -> None:
        """Nothing is held between utterances."""


class OpenAIListening:
    """One growing utterance."""

    def __init__(
        self, speech: OpenAISpeechToText, *, sample_rate: int, digits: bool, heard: Callable[[Transcript], None]
    ) -> None:
        """Start decoding it again and again."""
        self._speech = speech
        self._sample_rate = sample_rate
        self._digits = digits
        self._heard = heard
        self._audio: list[Samples] = []
        self._final: asyncio.Task[Transcript] | None = None
        self._interims = asyncio.create_task(self._decode_interims())

    async def feed(self, samples: Samples) -> None:
        """Take the next audio."""
        self._audio.append(samples)

    def settle(self) -> None:
        """Begin the final transcript of what there is; a later hint replaces it."""
        if self._final is not None:
            self._final.cancel()
        self._final = self._decode_all()

    async def finish(self) -> Transcript:
        """Give the final transcript."""
        await self._stop_interims()
        self._final = self._final or self._decode_all()
        return await self._final

    async def drop(self) -> None:
        """Stop decoding."""
        await self._stop_interims()
        if self._final is not None:
            self._final.cancel()

    async def _stop_interims(self) -> None:
        self._interims.cancel()
        with suppress(asyncio.CancelledError):
            await self._interims

    async def _decode_interims(self) -> None:
        """Decode as often as the recogniser keeps up with; an interim that fails is only late news."""
        loop = asyncio.get_running_loop()
        decoded, pause_s = 0, FIRST_INTERIM_S
        while True:
            await asyncio.sleep(pause_s)
            wav = self._wav()
            pause_s = INTERIM_EVERY_S
            if len(wav.samples) < SHORTEST_S * self._sample_rate or len(wav.samples) == decoded:
                continue
            decoded, began = len(wav.samples), loop.time()
            with suppress(TransientError):
                self._heard(await self._speech.transcribe(wav, digits=False))
            pause_s = max(INTERIM_EVERY_S, loop.time() - began)

    def _decode_all(self) -> "asyncio.Task[Transcript]":
        task = asyncio.create_task(self._speech.transcribe(self._wav(), digits=self._digits, timed=True))
        task.add_done_callback(self._believe)
        return task

    def _believe(self, task: "asyncio.Task[Transcript]") -> None:
        """Tell what was begun on suspicion as an interim: the end of turn is decided by it."""
        if not task.cancelled() and task.exception() is None and task.result().text:
            self._heard(task.result())

    def _wav(self) -> Wav:
        samples = np.concatenate(self._audio) if self._audio else np.zeros(0, dtype=np.int16)
        self._audio = [samples]
        return Wav(samples, self._sample_rate)
