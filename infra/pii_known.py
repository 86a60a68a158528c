"""What a detector said of the last texts, under a keyed digest with a key of this process: no copy of words is left."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Sequence

from schemas.redaction import PiiSpan

REMEMBERED = 256  # texts, of all calls that are heard at the moment


class Known:
    """One process's answers; not for use from several threads."""

    def __init__(self) -> None:
        """Know nothing."""
        self._key = secrets.token_bytes(32)
        self._spans: OrderedDict[bytes, tuple[PiiSpan, ...]] = OrderedDict()

    def place(self, text: str, context: str | None, language: str, *, growing: bool) -> bytes:
        """Name a question."""
        asked = repr((text, context, language, growing))
        return hashlib.blake2b(asked.encode(), digest_size=16, key=self._key).digest()

    def get(self, place: bytes) -> list[PiiSpan] | None:
        """Give the answer to a question that was asked lately."""
        spans = self._spans.get(place)
        if spans is None:
            return None
        self._spans.move_to_end(place)
        return list(spans)

    def keep(self, place: bytes, spans: Sequence[PiiSpan]) -> None:
        """Remember an answer; the oldest goes."""
        self._spans[place] = tuple(spans)
        if len(self._spans) > REMEMBERED:
            self._spans.popitem(last=False)
