"""One answer of a model that hears and speaks: its sound and words as they come, and its place in what is played."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import numpy as np

from governance.errors import TransientError
from infra.speech.ports import Samples
from infra.speech.refusal import Refused
from schemas.speech import Usage
from schemas.turns import Provider
from streams.voice.frames import Framer
from streams.voice.playing import Answer
from streams.voice.spoken import FRAME_MS, MS_A_CHARACTER, Phrase

NOTHING: Samples = np.zeros(0, dtype=np.int16)


@dataclass(frozen=True, slots=True)
class Sound:
    """The next sound or words of an answer, which no voice need speak."""

    of: "VendorAnswer"
    samples: Samples
    text: str = ""
    last: bool = False
    whole: bool = True  # false where the answer broke off


class VendorAnswer:
    """What the vendor makes of one turn; `over` once it has ended or failed."""

    def __init__(self, provider: Provider, *, rate: int, cut: Callable[["VendorAnswer", int], None]) -> None:
        """`cut` tells the vendor how many milliseconds of it were played."""
        self.item = ""  # as the vendor names it, once it has begun
        self.provider = provider
        self.closed = False  # nothing more of it is wanted
        self.over = asyncio.Event()
        self.news = asyncio.Event()
        self.failed: TransientError | None = None
        self.interrupted = False
        self.usage: Usage | None = None
        self.samples = 0
        self.characters = 0
        self._rate = rate
        self._cut = cut
        self._sounds: asyncio.Queue[Sound] = asyncio.Queue()
        self._phrase: Phrase | None = None
        self._framer: Framer | None = None

    @property
    def audio_ms(self) -> int:
        """How much sound there is so far."""
        return 1000 * self.samples // self._rate

    def add(self, samples: Samples) -> None:
        """Take the next sound."""
        self.samples += len(samples)
        self._put(Sound(self, samples))

    def write(self, text: str) -> None:
        """Take the next words."""
        self.characters += len(text)
        self._put(Sound(self, NOTHING, text))

    def end(self, *, interrupted: bool, usage: Usage | None, refused: Refused | None = None) -> None:
        """Take that nothing more will come; `refused` where its vendor withholds it."""
        self.interrupted, self.usage = interrupted, usage
        if refused is not None:
            self.fail(refused)
        elif not self.samples and not interrupted:
            self.fail(TransientError("empty answer"))
        elif not self.over.is_set():
            self.over.set()
            self._put(Sound(self, NOTHING, last=True, whole=not interrupted))

    def fail(self, error: TransientError) -> None:
        """Take that it broke off."""
        if not self.over.is_set():
            self.failed = error
            self.over.set()
            self._put(Sound(self, NOTHING, last=True, whole=False))

    async def sounds(self) -> AsyncIterator[Sound]:
        """Give what comes; raises TransientError where it broke off, after the last of it."""
        while True:
            sound = await self._sounds.get()
            yield sound
            if sound.last:
                if self.failed is not None:
                    raise self.failed
                return

    def join(self, answer: Answer, sound: Sound, framer: Callable[[int], Framer]) -> None:
        """Put sound into what is being played; while more is to come the words are reckoned by their length."""
        if self._phrase is None or self._framer is None:
            start_ms = len(answer.frames) * FRAME_MS
            self._phrase, self._framer = Phrase("", start_ms, start_ms), framer(self._rate)
            answer.spoken.phrases.append(self._phrase)
        phrase = self._phrase
        phrase.text += sound.text
        if len(sound.samples) or (sound.last and self.samples):
            answer.add(self._framer.push(sound.samples, last=sound.last))
        made_ms = len(answer.frames) * FRAME_MS
        reckoned_ms = phrase.start_ms + MS_A_CHARACTER * len(phrase.text)
        if sound.last and not sound.whole and reckoned_ms > made_ms:  # words that never became sound
            spoken = (made_ms - phrase.start_ms) // MS_A_CHARACTER
            phrase.text = phrase.text[: phrase.text.rfind(" ", 0, spoken + 1) + 1]
        phrase.end_ms = made_ms if sound.last else max(made_ms, reckoned_ms if self.samples else 0)

    def played(self, played_ms: int, *, interrupted: bool) -> None:
        """Take how far the whole answer was played; a vendor that can be told forgets the rest of a cut one."""
        self.closed = True
        if interrupted and self._phrase is not None:
            self._cut(self, min(self.audio_ms, max(0, played_ms - self._phrase.start_ms)))

    def _put(self, sound: Sound) -> None:
        self.news.set()
        if not self.closed:
            self._sounds.put_nowait(sound)
