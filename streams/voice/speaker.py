"""Says an answer: phrases to the voice, audio to the mouth, and the three facts of spoken truth to the record."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress

import numpy as np

from governance.errors import TransientError
from infra.speech.ports import TextToSpeech
from schemas.telemetry import TEXT_TO_SPEECH
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    Provider,
    SpeechStarted,
    SpeechStopped,
)
from streams.voice.frames import Framer, tone
from streams.voice.mouth import Answer, Mouth
from streams.voice.reporter import Reporter, failure
from streams.voice.spans import TurnTrace
from streams.voice.spoken import FRAME_MS, Phrase
from streams.voice.start import Setup
from streams.voice.timing import audio_of

AHEAD_MS = 8_000  # no more is synthesised before it is needed: the caller may cut in
MS_A_CHARACTER = 55  # of a phrase whose length is not known yet
SILENCE = np.zeros(0, dtype=np.int16)
MOST_TEXT = 16_000


class Speaker:
    """The assistant's voice in one call."""

    def __init__(
        self, mouth: Mouth, voice: TextToSpeech, reporter: Reporter, setup: Setup, *, line_ms: Callable[[], int]
    ) -> None:
        """`line_ms` gives the place in the call's audio."""
        self._mouth = mouth
        self._voice = voice
        self._reporter = reporter
        self._setup = setup
        self._line_ms = line_ms
        self._count = 0
        self.last: AssistantHeard | None = None  # what was heard of the answer before

    async def say(
        self, phrases: AsyncIterator[str], *, turn: int, trace: TurnTrace, writer: Provider | None,
        written: Callable[[str], None],
    ) -> str:
        """Say phrases as they come; gives the words that were heard. `written` is told the text when it is complete."""
        answer = Answer(f"assistant-{self._setup.first_number}-{self._count}", turn)
        self._count += 1
        texts: list[str] = []
        making = asyncio.create_task(self._make(answer, phrases, texts, turn=turn, trace=trace, writer=writer,
                                                written=written))
        making.add_done_callback(lambda _: answer.finish())  # however it ends, nobody waits for more audio
        self._reporter.report(SpeechStarted(participant="assistant", at_ms=self._line_ms(), turn=turn), trace)
        try:
            played = await self._mouth.play(answer)
        finally:
            making.cancel()
            with suppress(asyncio.CancelledError):
                await making
        self._reporter.report(SpeechStopped(participant="assistant", at_ms=self._line_ms(), turn=turn), trace)
        trace.heard(played_ms=played.ms, interrupted=answer.interrupted)
        heard = answer.spoken.heard(played.ms)
        self.last = AssistantHeard(
            utterance=answer.utterance, turn=turn, text=heard[:MOST_TEXT], played_ms=played.ms, method=played.method,
            interrupted=answer.interrupted, mismatch=heard != "".join(texts).strip(),
        )
        self._reporter.report(self.last, trace)
        return heard

    async def _make(
        self, answer: Answer, phrases: AsyncIterator[str], texts: list[str], *, turn: int, trace: TurnTrace,
        writer: Provider | None, written: Callable[[str], None],
    ) -> None:
        """Turn phrases into frames; what was written and made is reported also when the caller cut in."""
        try:
            async for text in phrases:
                texts.append(text)
                await self._speak(answer, text, turn=turn, trace=trace)
        finally:
            whole = "".join(texts).strip()
            written(whole)
            self._reporter.report(AssistantGenerated(
                utterance=answer.utterance, turn=turn, text=whole[:MOST_TEXT], provider=writer,
            ), trace)
            self._reporter.report(AssistantSynthesised(
                utterance=answer.utterance, turn=turn, text=answer.spoken.text[:MOST_TEXT],
                audio_ms=len(answer.frames) * FRAME_MS, words=answer.spoken.words(), provider=self._voice.provider,
            ), trace)

    async def _speak(self, answer: Answer, text: str, *, turn: int, trace: TurnTrace) -> None:
        said = answer.spoken.phrases
        if not any(one.isalnum() for one in text):
            if said:
                said[-1].text += text  # a lone bracket or dash has no sound of its own
            return
        if (ahead_ms := (len(answer.frames) - answer.sent) * FRAME_MS) > AHEAD_MS:
            await asyncio.sleep((ahead_ms - AHEAD_MS) / 1000)
        start_ms = len(answer.frames) * FRAME_MS
        phrase = Phrase(text, start_ms, start_ms)
        said.append(phrase)
        framer = self._framer()
        try:
            with trace.asks(TEXT_TO_SPEECH, self._voice.provider):
                async with aclosing(audio_of(self._voice, phrase)) as audio:
                    async for samples in audio:
                        if start_ms == 0 and phrase.end_ms == 0:
                            self._reporter.mark(turn, "first_audio", trace)
                        answer.add(framer.push(samples))
                        phrase.end_ms = max(len(answer.frames) * FRAME_MS, start_ms + MS_A_CHARACTER * len(text))
            answer.add(framer.push(SILENCE, last=True))
            phrase.end_ms = len(answer.frames) * FRAME_MS
        except TransientError as failed:
            phrase.end_ms = start_ms  # nobody heard these words
            provider = self._voice.provider
            self._reporter.failed(failure(provider, "text_to_speech", failed, fallback="tone", turn=turn), trace)
            answer.add(framer.push(tone(self._voice.sample_rate), last=True))

    def _framer(self) -> Framer:
        return Framer(
            source_rate=self._voice.sample_rate, sample_rate=self._setup.sample_rate, encoding=self._setup.encoding
        )
