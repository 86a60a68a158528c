"""What of an answer was heard: its phrases, how long each sounds, and the words up to a moment of the playback."""

from dataclasses import dataclass, field
from itertools import accumulate
from unicodedata import normalize

from schemas.turns import Word

FRAME_MS = 20
MS_A_CHARACTER = 55  # of a phrase whose length is not known yet
PAUSES = ",.;:?!"


@dataclass(slots=True)
class Phrase:
    """One phrase and its place in the audio of the answer."""

    text: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...] = ()  # where the voice times them: from the phrase's first sample


@dataclass(slots=True)
class Spoken:
    """An answer as it is turned into sound."""

    phrases: list[Phrase] = field(default_factory=list)

    @property
    def audio_ms(self) -> int:
        """How much audio there is so far."""
        return self.phrases[-1].end_ms if self.phrases else 0

    @property
    def text(self) -> str:
        """The text that became audio."""
        return "".join(phrase.text for phrase in self.phrases if phrase.end_ms > phrase.start_ms).strip()

    def words(self) -> tuple[Word, ...]:
        """Give each phrase that became audio with its place in the answer's audio; word by word where timed."""
        return tuple(word for phrase in self.phrases if phrase.end_ms > phrase.start_ms for word in _words(phrase))

    def heard(self, played_ms: int) -> str:
        """Give the words that were played whole; of a phrase cut off, by the voice's times or `lengths`."""
        words = []
        for phrase in self.phrases:
            if played_ms >= phrase.end_ms - FRAME_MS and phrase.end_ms > phrase.start_ms:
                words.append(phrase.text)
            elif phrase.start_ms < played_ms < phrase.end_ms:
                words.append(_part(phrase, played_ms - phrase.start_ms))
        return "".join(words).strip()


def _part(phrase: Phrase, played_ms: int) -> str:
    if phrase.words:
        # The last word lasts to the phrase's end, which was not reached; the space before the first is not a word's.
        words = " ".join(word.text for word in phrase.words[:-1] if word.end_ms <= played_ms + FRAME_MS)
        return phrase.text[: len(phrase.text) - len(phrase.text.lstrip())] + words
    sounding = lengths(phrase.text)
    reached = sum(sounding) * played_ms / (phrase.end_ms - phrase.start_ms)
    told = zip(phrase.text, accumulate(sounding), strict=True)
    cuts = [at for at, (one, by_then) in enumerate(told) if one == " " and by_then <= reached]
    return phrase.text[: cuts[-1]] if cuts else ""


def lengths(text: str) -> list[float]:
    """Give how long each character sounds beside the others: a syllable's vowel and a pause are what takes time."""
    found, in_vowel = [], False
    for one in text:
        vowel = normalize("NFD", one)[0].lower() in "aeiouy"
        found.append(_length(one, vowel=vowel, in_vowel=in_vowel))
        in_vowel = vowel
    return found


def _length(one: str, *, vowel: bool, in_vowel: bool) -> float:
    if vowel:
        return 0.5 if in_vowel else 3.0
    if one.isdecimal() or one in PAUSES:
        return 5.0  # a digit is said as a word
    return 0.0 if one.isspace() else 1.0


def _words(phrase: Phrase) -> tuple[Word, ...]:
    if not phrase.words:
        return (Word(text=phrase.text.strip(), start_ms=phrase.start_ms, end_ms=phrase.end_ms),)
    return tuple(
        Word(text=one.text, start_ms=phrase.start_ms + one.start_ms, end_ms=phrase.start_ms + one.end_ms)
        for one in phrase.words
    )
