"""Places of words in the sound: a vendor's times on a text that is ours, and what it has told before."""

from collections.abc import Sequence

from schemas.turns import Word


def placed(text: str, tokens: Sequence[tuple[str, int]], *, audio_ms: int) -> tuple[Word, ...]:
    """Give the words of `text` that a token names, each up to the beginning of the next; tokens are (text, start_ms).

    Vendors glue tokens together, split them and write numbers out: a word nobody timed belongs to the one before it.
    """
    begins: list[tuple[int, int]] = []  # place in the text, instant
    plain, reached = text.lower(), 0
    for token, start_ms in tokens:
        wanted = token.strip().lower()
        if wanted and (at := plain.find(wanted, reached)) >= 0:
            begins.append((_word_begin(text, at), start_ms))
            reached = at + len(wanted)
    words: list[Word] = []
    for index, (at, start_ms) in enumerate(begins):
        following, end_ms = begins[index + 1] if index + 1 < len(begins) else (len(text), audio_ms)
        if following == at:
            begins[index + 1] = (at, start_ms)  # two tokens of one word: it begins with the first
            continue
        words.append(Word(text=text[at:following].strip(), start_ms=start_ms, end_ms=max(start_ms, end_ms)))
    return tuple(words)


def is_news(words: Sequence[Word], *, after_ms: int) -> bool:
    """Tell whether words reach beyond what is known already; those that nobody timed may."""
    return not words or words[-1].end_ms > after_ms


def _word_begin(text: str, at: int) -> int:
    return text.rfind(" ", 0, at + 1) + 1
