"""Reads a text that grows by what is new in it: an interim repeats everything the ones before it said."""

import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from schemas.redaction import PiiSpan

Read = Callable[[str], list[PiiSpan]]
WORD = re.compile(r"\S+")
NEW_WORDS = 8  # more than this are no growth of the same interim: everything is read
CONTEXT = 8  # words before the new ones that a model needs to tell a name from a word
SETTLED = 3  # words at the end of what was read before, whose answer the new words may still change
REMEMBERED = 256  # texts, of all calls that are heard at the moment; in memory only, and the oldest goes


class Growing:
    """Asks a reader for the last words of a text when it knows what the reader said of the text before them.

    What was found in a word that the new ones cannot change stays found. Safe to ask from many threads.
    """

    def __init__(self, read: Read) -> None:
        """`read` answers with the spans of any text; it is asked for the whole of one that is not known."""
        self._read = read
        self._known: OrderedDict[str, list[PiiSpan]] = OrderedDict()
        self._lock = Lock()

    def find(self, text: str) -> list[PiiSpan]:
        """The spans of a text; where an earlier one begins it, at the price of its new words."""
        words = [match.start() for match in WORD.finditer(text)]
        found = self._grown(text, words)
        spans = self._read(text) if found is None else found
        self._remember(text.rstrip(), spans)
        return spans

    def _grown(self, text: str, words: list[int]) -> list[PiiSpan] | None:
        # Newest first: the longest beginning that is known. At the least one word is left of it.
        for new in range(1, min(NEW_WORDS, len(words) - CONTEXT - 1) + 1):
            first = len(words) - new
            with self._lock:
                before = self._known.get(text[: words[first]].rstrip())
            if before is None:
                continue
            start, settled = words[first - CONTEXT], words[first - SETTLED]
            here = [
                one.model_copy(update={"start": one.start + start, "end": one.end + start})
                for one in self._read(text[start:])
            ]
            return [*(one for one in before if one.start < settled), *(one for one in here if one.end > settled)]
        return None

    def _remember(self, text: str, spans: list[PiiSpan]) -> None:
        with self._lock:
            self._known[text] = spans
            self._known.move_to_end(text)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
