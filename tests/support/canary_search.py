"""Reads every place again as a thief would, in any way of writing: digits, words for digits, spelled, hex, base64."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.canaries import DIGITS, TEENS, TENS

BLOCK, OVERLAP = 1 << 22, 4096
WINDOW_FROM = 13  # shorter numbers must stand alone: a longer run of digits holds any of them by chance
RUN = re.compile(r"\d(?:[ .()/-]{0,2}\d){7,}")
TOKEN = re.compile(r"[a-z0-9]{5,34}")
NUMBER_WORDS = "|".join(sorted([*DIGITS, "oh", "double", "triple", *TEENS, *filter(None, TENS)], key=len, reverse=True))
SPOKEN = re.compile(rf"\b(?:(?:{NUMBER_WORDS})[ ,-]+){{3,}}(?:{NUMBER_WORDS})\b")
SPELLED = re.compile(r"\b(?:[a-z][ -]){4,}[a-z]\b")
HEX = re.compile(r"\\x([0-9a-f]{16,})")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
WORTH = {
    **{word: str(n) for n, word in enumerate(DIGITS)}, "oh": "0", **{word: str(10 + n) for n, word in enumerate(TEENS)},
}


class Search:
    """Looks for planted values; says which it saw where."""

    def __init__(self, planted: Iterable[str]) -> None:
        self._planted = frozenset(planted)
        self._long = {len(one) for one in self._planted if one.isdigit() and len(one) >= WINDOW_FROM}
        self.seen: dict[str, set[str]] = {}
        self.bytes_read = 0

    def text(self, place: str, content: str) -> None:
        """Look through a text, and through what is encoded in it."""
        self._look(place, content.lower())
        for found in HEX.finditer(content):
            self._look(f"{place} (hex)", bytes.fromhex(found[1][: len(found[1]) // 2 * 2]).decode("latin-1").lower())
        for found in BASE64.finditer(content):
            self._look(f"{place} (base64)", _decoded(found[0]).lower())

    def content(self, place: str, content: bytes) -> None:
        """Look through bytes."""
        self.text(place, content.decode("latin-1"))

    def folder(self, folder: Path) -> int:
        """Look through every file below a folder; gives how many there were."""
        files = 0
        for path in sorted(folder.rglob("*")):
            try:
                if path.is_symlink() or not path.is_file():
                    continue
                with path.open("rb") as file:
                    before = ""
                    while block := file.read(BLOCK):
                        self._look(f"file {path.relative_to(folder)}", before + block.decode("latin-1").lower())
                        before = block[-OVERLAP:].decode("latin-1").lower()
            except FileNotFoundError:
                continue  # a running database removes files of its own
            files += 1
        return files

    def of(self, values: Iterable[str]) -> dict[str, set[str]]:
        """Give which of these were seen, and where."""
        return {value: self.seen[value] for value in values if value in self.seen}

    def _look(self, place: str, text: str) -> None:
        self.bytes_read += len(text)
        for value in _candidates(text, self._long):
            if value in self._planted:
                self.seen.setdefault(value, set()).add(place)


def _candidates(text: str, windows: Iterable[int]) -> Iterator[str]:
    for found in TOKEN.finditer(text):
        yield found[0]
    for found in RUN.finditer(text):
        yield from _numbers("".join(one for one in found[0] if one.isdigit()), windows)
    for found in SPOKEN.finditer(text):
        yield from _numbers(_worth(found[0]), windows)
    for found in SPELLED.finditer(text):
        yield found[0].replace(" ", "").replace("-", "")


def _numbers(digits: str, windows: Iterable[int]) -> Iterator[str]:
    yield digits
    if len(digits) == 11 and digits[0] == "1":
        yield digits[1:]
    for size in windows:
        for at in range(len(digits) - size + 1):
            yield digits[at : at + size]


def _worth(said: str) -> str:
    digits, times = "", 1
    words = re.split(r"[ ,-]+", said)
    for place, word in enumerate(words):
        if word in ("double", "triple"):
            times = 2 if word == "double" else 3
        elif word in TENS:
            ones = words[place + 1] if place + 1 < len(words) else ""
            digits += str(TENS.index(word)) + ("" if ones in DIGITS[1:] else "0")
        else:
            digits += WORTH[word] * times
            times = 1
    return digits


def _decoded(written: str) -> str:
    text = written.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("latin-1")
    except binascii.Error:
        return ""
