"""Interrupted at many points, the words on record are those that really sounded, give or take what is at the edge."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
import pytest

from infra.clock import now
from infra.speech.links import Link
from infra.speech.ports import Samples, TextToSpeech
from infra.speech.wav import Wav
from schemas.audio import AudioRecord
from schemas.turns import AssistantGenerated, AssistantHeard, AssistantSynthesised, Provider, Word
from streams.voice.chain import Chain
from streams.voice.mouth import Mouth
from streams.voice.speaker import Speaker
from streams.voice.spoken import FRAME_MS
from streams.voice.stock import Stock
from streams.voice.wire import Wire
from tests.support.chains import SETUP, told
from tests.support.voices import RATE, RENDERINGS, Voices

pytestmark = pytest.mark.flow
SENTENCE = "I am an automated assistant and this call is recorded so that we can help you better."
WORDS = SENTENCE.split()
POINTS = 30
MOSTLY = 0.9
WAY_S = 0.02  # from the session to the telephone, and back
LIVE = SETUP.model_copy(update={"fast": False})


@dataclass(frozen=True)
class Sounds:
    """The sentence as sound, and when each of its words sounds."""

    pieces: list[Samples]
    words: tuple[Word, ...]

    def sounded(self, played_ms: int) -> int:
        """Give how many words had ended by then."""
        return sum(1 for one in self.words if one.end_ms <= played_ms)


class Voice:
    """Says that sentence."""

    provider = Provider(name="house", model="word-by-word")
    sample_rate = RATE

    def __init__(self, sounds: Sounds) -> None:
        self.sounds = sounds

    async def speak(self, text: str) -> AsyncIterator[Samples]:
        for piece in self.sounds.pieces:
            yield piece

    async def close(self) -> None: ...


class TimingVoice(Voice):
    """Reports the words' times, as some vendors do."""

    async def speak_timed(self, text: str, *, timed: Callable[[tuple[Word, ...]], None]) -> AsyncIterator[Samples]:
        timed(self.sounds.words)
        for piece in self.sounds.pieces:
            yield piece


@dataclass
class Phone:
    """Plays at the pace of sound what comes some milliseconds late; what it has played is the truth."""

    returns_marks: bool
    returns_cleared: bool = False  # as Twilio does
    mouth: Mouth | None = None
    played_ms: int = 0
    _queue: list[AudioRecord] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, record: AudioRecord, *, partition: int | None) -> None:
        asyncio.get_running_loop().call_later(WAY_S, self._come, record)

    def _come(self, record: AudioRecord) -> None:
        if record.kind == "clear":
            dropped, self._queue = self._queue, []
            for one in dropped:
                if one.kind == "mark" and self.returns_cleared:
                    self._return(one)
            return
        # A record may hold several frames; what is cleared stops between two of them.
        size = SETUP.sample_rate * FRAME_MS // 1000 * (2 if record.encoding == "linear16" else 1)
        frames = max(1, len(record.payload) // size) if record.kind == "media" else 1
        self._queue += [record] * frames
        self._news.set()

    async def play(self) -> None:
        due, loop = 0.0, asyncio.get_running_loop()
        while True:
            while not self._queue:
                self._news.clear()
                await self._news.wait()
                due = max(due, loop.time())  # it has run dry; else a timer that is late makes no frame longer
            record = self._queue.pop(0)
            if record.kind == "media":
                due += FRAME_MS / 1000
                await asyncio.sleep(due - loop.time())
                self.played_ms += FRAME_MS
            elif record.kind == "mark" and self.returns_marks:
                self._return(record)

    def _return(self, record: AudioRecord) -> None:
        assert self.mouth is not None
        asyncio.get_running_loop().call_later(WAY_S, self.mouth.returned, json.loads(record.payload)["name"])


@dataclass(frozen=True)
class Cut:
    """One interruption: what is on record of it and what the telephone had played."""

    heard: AssistantHeard
    generated: AssistantGenerated
    synthesised: AssistantSynthesised
    words_off: int  # on record more than sounded


async def one_cut(voice: Voice, phone: Phone, *, after_s: float, held: bool) -> Cut:
    async with told() as (reporter, door, traces):
        phone.mouth = mouth = Mouth(Wire(phone, LIVE), now=now, fast=False, first_played=lambda _, at: None)
        chain = Chain[TextToSpeech]("text_to_speech", [Link(voice)], reporter)
        speaker = Speaker(mouth, chain, reporter, LIVE, stock=Stock(), apology="", line_ms=lambda: 0)

        async def text() -> AsyncIterator[str]:
            yield SENTENCE

        playing = asyncio.create_task(phone.play())
        saying = asyncio.create_task(speaker.say(
            text(), turn=1, trace=traces.of(1), writer=lambda: None, written=lambda _: None
        ))
        async with asyncio.timeout(60):
            while not phone.played_ms:
                await asyncio.sleep(0.005)
        await asyncio.sleep(after_s)
        assert mouth.current is not None
        if held:  # her first sound stops the sending, the barge-in comes later
            mouth.keep_still(1_000)
            await asyncio.sleep(0.25)
        mouth.current.interrupt()
        heard = await saying
        playing.cancel()
    (on_record,) = door.of(AssistantHeard)
    (generated,) = door.of(AssistantGenerated)
    (synthesised,) = door.of(AssistantSynthesised)
    assert heard == on_record.text
    sounded = voice.sounds.sounded(phone.played_ms)
    return Cut(on_record, generated, synthesised, len(heard.split()) - sounded)


async def word_by_word(local_models: str) -> Sounds:
    """Each word said alone by the local voice: the instants are exact, the melody is not."""
    pieces = [tight(one) for one in await said_by(Voices(local_models), WORDS)]
    ends = [int(one) for one in np.cumsum([len(one) for one in pieces]) * 1000 // RATE]
    return Sounds(pieces, tuple(
        Word(text=text, start_ms=start, end_ms=end)
        for text, start, end in zip(WORDS, [0, *ends[:-1]], ends, strict=True)
    ))


async def natural(local_models: str) -> Sounds:
    """The whole sentence by the local voice, its words placed by the local recogniser."""
    local = Voices(local_models)

    async def placed(samples: Samples) -> tuple[Word, ...]:
        recogniser = local.recogniser(local.url)
        try:
            return (await recogniser.transcribe(Wav(samples, RATE), digits=False, timed=True)).words
        finally:
            await recogniser.close()

    for _ in range(RENDERINGS):  # each sounds another way, and not each is understood to the last word
        (samples,) = await said_by(local, [SENTENCE])
        words = await placed(samples)
        if [one.text for one in words] == WORDS:
            return Sounds([samples], words)
    raise AssertionError(f"heard: {' '.join(one.text for one in words)}")


async def said_by(local: Voices, texts: Sequence[str]) -> list[Samples]:
    voice = local.speaker(local.url)
    try:
        return [np.concatenate([piece async for piece in voice.speak(text)]) for text in texts]
    finally:
        await voice.close()


def tight(samples: Samples) -> Samples:
    """Cut the silence before and after a word said alone."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 300)
    return samples[loud[0] : loud[-1] + 1]


@pytest.mark.parametrize(("how", "held"), [
    ("playback_mark", False), ("playback_mark", True), ("vendor_words", False), ("audio_clock", False),
    ("twilio_clear", False),
])
async def test_what_is_on_record_is_what_sounded_wherever_the_caller_cuts_in(
    local_models: str, how: str, held: bool
) -> None:
    chance = Random(11)
    timed = how in {"vendor_words", "twilio_clear"}
    sounds = await (word_by_word if timed else natural)(local_models)  # said anew for each try
    length_s = sounds.words[-1].end_ms / 1000

    def cut() -> "asyncio.Task[Cut]":
        voice = TimingVoice(sounds) if timed else Voice(sounds)
        phone = Phone(returns_marks=how != "audio_clock", returns_cleared=how == "twilio_clear")
        return asyncio.create_task(one_cut(voice, phone, after_s=chance.uniform(0, length_s - 0.4), held=held))

    cuts = await asyncio.gather(*(cut() for _ in range(POINTS)))
    off = Counter(one.words_off for one in cuts)
    for one in cuts:
        assert one.heard.method == ("audio_clock" if how == "audio_clock" else "playback_mark")
        assert one.generated.text == SENTENCE
        assert one.synthesised.text == SENTENCE
        assert SENTENCE.startswith(one.heard.text)
        assert one.heard.interrupted
        assert one.heard.mismatch == (one.heard.text != SENTENCE)
    if timed:
        assert set(off) <= {-1, 0, 1}, off
    else:  # placed by what sounds long: now and then a second word at the edge
        assert off[-1] + off[0] + off[1] >= MOSTLY * POINTS, off
        assert set(off) <= {-2, -1, 0, 1, 2}, off
