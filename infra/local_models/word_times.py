"""Turns Whisper's alignment of tokens with audio frames into words with a beginning and an end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

MS_PER_FRAME = 20  # one encoder frame
LONGEST_FIRST_WORD_MS = 700.0  # the alignment gives the silence before the first word to that word


@dataclass(frozen=True)
class Word:
    """One spoken word, punctuation included, and when it was spoken."""

    text: str
    start_ms: float
    end_ms: float
    probability: float

    def later(self, offset_ms: float) -> "Word":
        """The same word in a recording whose earlier part lasted `offset_ms`."""
        return replace(self, start_ms=self.start_ms + offset_ms, end_ms=self.end_ms + offset_ms)


def words_from_alignment(
    pieces: Sequence[str], alignments: Sequence[tuple[int, int]], probabilities: Sequence[float]
) -> tuple[Word, ...]:
    """Groups token texts into words; `alignments` pairs token positions with frames, in rising order."""
    first_frame: dict[int, int] = {}
    last_frame = 0
    for token, frame in alignments:
        first_frame.setdefault(token, frame)
        last_frame = frame
    groups: list[list[int]] = []
    for position, piece in enumerate(pieces):
        if piece.startswith(" ") or not groups:
            groups.append([])
        groups[-1].append(position)
    words = []
    for group in groups:
        start = first_frame.get(group[0], last_frame)
        end = max(start, first_frame.get(group[-1] + 1, last_frame))
        known = [probabilities[position] for position in group if position < len(probabilities)]
        words.append(
            Word(
                text="".join(pieces[position] for position in group).strip(),
                start_ms=float(start * MS_PER_FRAME),
                end_ms=float(end * MS_PER_FRAME),
                probability=sum(known) / len(known) if known else 0.0,
            )
        )
    spoken = [word for word in words if word.text]
    if spoken:
        first = spoken[0]
        spoken[0] = replace(first, start_ms=max(first.start_ms, first.end_ms - LONGEST_FIRST_WORD_MS))
    return tuple(spoken)
