"""Says an answer: phrases to the voice, audio to the mouth, and the three facts of spoken truth to the record."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress

import numpy as np

from governance.errors import TransientError
from infra.speech.bounded import taking
from infra.speech.links import Link
from infra.speech.ports import Samples, TextToSpeech
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    Provider,
    SpeechStarted,
    SpeechStopped,
)
from streams.voice.chain import Chain, followed
from streams.voice.frames import Framer, tone
from streams.voice.mouth import Mouth
from streams.voice.playing import Answer
from streams.voice.reporter import Reporter
from streams.voice.spans import TurnTrace
from streams.voice.spoken import FRAME_MS, MS_A_CHARACTER, Phrase
from streams.voice.start import Setup
from streams.voice.stock import Kept, Stock
from streams.voice.timing import audio_of
from streams.voice.vendor_answer import Sound, VendorAnswer

AHEAD_MS = 8_000  # no more is synthesised before it is needed: the caller may cut in
SILENCE = np.zeros(0, dtype=np.int16)
MOST_TEXT = 16_000
PRINTABLE, PROBED = frozenset(range(0x20, 0x7F)) | {9, 10, 13}, 64


class Speaker:
    """The assistant's voice in one call."""

    def __init__(
        self, mouth: Mouth, voices: Chain[TextToSpeech], reporter: Reporter, setup: Setup, *, stock: Stock,
        apology: str, line_ms: Callable[[], int],
    ) -> None:
        """`apology` is said from the stock where no voice answers; `line_ms` gives the place in the call's audio."""
        self._mouth = mouth
        self._voices = voices
        self._stock = stock
        self._apology = apology
        self._spoke: Provider | None = None  # whose voice the answer has; of several the last
        self._sounded: VendorAnswer | None = None  # whose sound the answer has, where a model spoke itself
        self._mute_in = ""  # the answer in which no voice answered
        self._reporter = reporter
        self._setup = setup
        self._line_ms = line_ms
        self._count = 0
        self.last: AssistantHeard | None = None  # what was heard of the answer before

    async def say(
        self, phrases: AsyncIterator[str | Sound], *, turn: int, trace: TurnTrace,
        writer: Callable[[], Provider | None], written: Callable[[str], None],
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
        if self._sounded is not None:
            self._sounded.played(played.ms, interrupted=answer.interrupted)
        self.last = AssistantHeard(
            utterance=answer.utterance, turn=turn, text=heard[:MOST_TEXT], played_ms=played.ms, method=played.method,
            interrupted=answer.interrupted, mismatch=heard != "".join(texts).strip(),
        )
        self._reporter.report(self.last, trace)
        return heard

    async def _make(
        self, answer: Answer, phrases: AsyncIterator[str | Sound], texts: list[str], *, turn: int, trace: TurnTrace,
        writer: Callable[[], Provider | None], written: Callable[[str], None],
    ) -> None:
        """Turn phrases into frames; what was written and made is reported also when the caller cut in."""
        self._spoke = self._sounded = None
        try:
            async for piece in phrases:
                if isinstance(piece, Sound):
                    self._sound(answer, piece, turn=turn, trace=trace)
                    texts.append(piece.text)
                    continue
                texts.append(piece)
                await self._speak(answer, piece, turn=turn, trace=trace)
        finally:
            whole = "".join(texts).strip()
            written(whole)
            self._reporter.report(AssistantGenerated(
                utterance=answer.utterance, turn=turn, text=whole[:MOST_TEXT], provider=writer(),
            ), trace)
            self._reporter.report(AssistantSynthesised(
                utterance=answer.utterance, turn=turn, text=answer.spoken.text[:MOST_TEXT],
                audio_ms=len(answer.frames) * FRAME_MS, words=answer.spoken.words(), provider=self._spoke,
            ), trace)

    async def _speak(self, answer: Answer, text: str, *, turn: int, trace: TurnTrace) -> None:
        said = answer.spoken.phrases
        if not any(one.isalnum() for one in text):
            if said:
                said[-1].text += text  # a lone bracket or dash has no sound of its own
            return
        if (ahead_ms := (len(answer.frames) - answer.sent) * FRAME_MS) > AHEAD_MS:
            await asyncio.sleep((ahead_ms - AHEAD_MS) / 1000)
        if (kept := self._kept(text)) is not None:  # at once, and whoever is slow or dead
            self._reporter.mark(turn, "first_audio", trace)
            self._add_kept(answer, kept, text)
            return
        if self._mute_in != answer.utterance:  # nobody could say the phrase before: they are not asked again at once
            for link, following in followed(self._voices.order(), "tone"):
                try:
                    await self._speak_with(link, answer, text, turn=turn, trace=trace)
                except TransientError as failed:
                    text = take_back(answer, said[-1])
                    self._voices.failed(link, failed, instead=following, turn=turn, trace=trace)
                    if text.strip():
                        continue
                return
            self._voices.unanswered(turn=turn, trace=trace)
        self._speak_unvoiced(answer)

    def _sound(self, answer: Answer, sound: Sound, *, turn: int, trace: TurnTrace) -> None:
        self._sounded, self._spoke = sound.of, sound.of.provider
        if len(sound.samples):
            self._reporter.mark(turn, "first_audio", trace)
        sound.of.join(answer, sound, self._framer)

    async def _speak_with(
        self, link: Link[TextToSpeech], answer: Answer, text: str, *, turn: int, trace: TurnTrace
    ) -> None:
        start_ms = len(answer.frames) * FRAME_MS
        phrase = Phrase(text, start_ms, start_ms)
        answer.spoken.phrases.append(phrase)
        framer, made = self._framer(link.port.sample_rate), 0
        with self._voices.asks(link, turn=turn, trace=trace) as units:
            units.characters = len(text.strip())
            async with aclosing(taking(audio_of(link.port, phrase), whole_ms=link.whole_ms)) as audio:
                async for samples in audio:
                    if not made and is_writing(samples):
                        raise TransientError("an answer that is no sound")
                    self._reporter.mark(turn, "first_audio", trace)
                    made += len(samples)
                    units.audio_ms, self._spoke = 1000 * made // link.port.sample_rate, link.port.provider
                    answer.add(framer.push(samples))
                    phrase.end_ms = max(len(answer.frames) * FRAME_MS, start_ms + MS_A_CHARACTER * len(text))
            if not made:
                raise TransientError("no audio")
        answer.add(framer.push(SILENCE, last=True))
        phrase.end_ms = len(answer.frames) * FRAME_MS

    def _speak_unvoiced(self, answer: Answer) -> None:
        """Apologise from memory, or sound a tone, once in an answer."""
        if self._mute_in == answer.utterance:
            return
        self._mute_in = answer.utterance
        kept = self._kept(self._apology)
        if kept is None:
            answer.add(self._framer(self._setup.sample_rate).push(tone(self._setup.sample_rate), last=True))
            return
        before = "".join(one.text for one in answer.spoken.phrases[-1:])
        self._add_kept(answer, kept, f"{kept.text} " if before.endswith(" ") else f" {kept.text} ")

    def _add_kept(self, answer: Answer, kept: Kept, text: str) -> None:
        # As it was written: the space before a phrase may be its own, and two sentences without one read as an address.
        start_ms = len(answer.frames) * FRAME_MS
        answer.add(self._framer(kept.rate).push(kept.samples, last=True))
        answer.spoken.phrases.append(Phrase(text, start_ms, len(answer.frames) * FRAME_MS))
        self._spoke = kept.provider

    def _kept(self, text: str) -> Kept | None:
        return self._stock.of(text, voices=[link.port.provider for link in self._voices.links])

    def _framer(self, source_rate: int) -> Framer:
        return Framer(
            source_rate=source_rate, sample_rate=self._setup.sample_rate, encoding=self._setup.encoding
        )


def take_back(answer: Answer, phrase: Phrase) -> str:
    """Undo a phrase that broke off; gives its words that are still to be said.

    What the caller has not begun to hear is said again from its beginning. Else what was made stays, and its words are
    reckoned from its length: the word in which it broke off is said again, and none before it.
    """
    start = phrase.start_ms // FRAME_MS
    if answer.sent <= start:
        del answer.frames[start:]
        answer.spoken.phrases.remove(phrase)
        return phrase.text
    made_ms = len(answer.frames) * FRAME_MS - phrase.start_ms
    cut = max(0, phrase.text.rfind(" ", 0, made_ms // MS_A_CHARACTER + 1))
    rest = phrase.text[cut:] if made_ms < MS_A_CHARACTER * len(phrase.text.strip()) else ""
    phrase.text = phrase.text.removesuffix(rest)
    phrase.end_ms = len(answer.frames) * FRAME_MS if phrase.text else phrase.start_ms
    return rest


def is_writing(samples: Samples) -> bool:
    """Tell whether the first piece of what should be sound is a page or a message: printable characters alone."""
    return len(samples) > 0 and all(byte in PRINTABLE for byte in samples.astype("<i2").tobytes()[:PROBED])
