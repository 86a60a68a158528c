"""Word times out of what Pipecat passes on untouched: each vendor's own result."""

from collections.abc import Mapping
from typing import Any

from schemas.turns import Word


def words_of(result: object) -> tuple[Word, ...]:
    """Give the words of a result; none for a vendor that times none, or in a shape nobody knows here."""
    if isinstance(result, list) and all(isinstance(one, Mapping) and "start_ms" in one for one in result):
        return _of_tokens(result)
    return ()


def _of_tokens(tokens: list[Mapping[str, Any]]) -> tuple[Word, ...]:
    """Join Soniox's tokens: pieces of words, a space at the beginning of each new one."""
    words: list[Word] = []
    for token in tokens:
        text = str(token["text"])
        start_ms, end_ms = int(token["start_ms"]), int(token["end_ms"])
        sure = token.get("confidence")
        if words and not text.startswith(" "):
            last = words[-1]
            both = [one for one in (last.confidence, sure) if one is not None]
            words[-1] = last.model_copy(update={
                "text": last.text + text, "end_ms": end_ms, "confidence": min(both) if both else None,
            })
        elif text.strip():
            words.append(Word(text=text.strip(), start_ms=start_ms, end_ms=end_ms, confidence=sure))
    return tuple(words)
