"""What of an answer was heard: its phrases, how long each sounds, and the words up to a moment of the playback."""

from dataclasses import dataclass, field

from schemas.turns import Word

FRAME_MS = 20


@dataclass(slots=True)
class Phrase:
    """One phrase and its place in the audio of the answer."""

    text: str
    start_ms: int
    end_ms: int


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
        """Give each phrase that became audio with its place in the answer's audio."""
        return tuple(
            Word(text=phrase.text.strip(), start_ms=phrase.start_ms, end_ms=phrase.end_ms)
            for phrase in self.phrases if phrase.end_ms > phrase.start_ms
        )

    def heard(self, played_ms: int) -> str:
        """Give the words that were played whole; of a phrase cut off, in proportion of its time."""
        words = []
        for phrase in self.phrases:
            if played_ms >= phrase.end_ms - FRAME_MS and phrase.end_ms > phrase.start_ms:
                words.append(phrase.text)
            elif phrase.start_ms < played_ms < phrase.end_ms:
                words.append(_part(phrase, played_ms - phrase.start_ms))
        return "".join(words).strip()


def _part(phrase: Phrase, played_ms: int) -> str:
    reached = len(phrase.text) * played_ms // (phrase.end_ms - phrase.start_ms)
    cut = phrase.text.rfind(" ", 0, reached + 1)
    return phrase.text[:cut] if cut > 0 else ""
