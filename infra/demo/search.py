"""Looks for clear text in every byte below a folder: what a thief of the disk would find."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Search:
    """What was sought, where, and what of it was there."""

    files: int
    in_files: frozenset[str]
    in_texts: frozenset[str]

    @property
    def found(self) -> frozenset[str]:
        """Whatever was found, wherever."""
        return self.in_files | self.in_texts


def search(wanted: Iterable[str], *, places: Iterable[Path], texts: Iterable[str] = ()) -> Search:
    """Look for each of the wanted in the files below the places and in the texts, without regard to case."""
    names = {name.lower().encode(): name for name in wanted}
    if not names:
        return Search(files=0, in_files=frozenset(), in_texts=frozenset())
    in_texts = _in("\n".join(texts).lower().encode(), names)
    in_files: set[bytes] = set()
    files = 0
    overlap = max(map(len, names)) - 1
    for path in (path for place in places for path in place.rglob("*")):
        try:
            if path.is_symlink() or not path.is_file():
                continue
            in_files |= _in_file(path, names, overlap=overlap)
        except FileNotFoundError:
            continue  # a running database removes files of its own
        files += 1
    return Search(
        files=files, in_files=frozenset(names[one] for one in in_files),
        in_texts=frozenset(names[one] for one in in_texts),
    )


def _in_file(path: Path, names: Iterable[bytes], *, overlap: int) -> set[bytes]:
    found: set[bytes] = set()
    window = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            window = window[-overlap:] + block.lower() if overlap else block.lower()
            found |= _in(window, names)
    return found


def _in(content: bytes, names: Iterable[bytes]) -> set[bytes]:
    # One pass for each name: a pattern of all of them takes a hundred times as long.
    return {name for name in names if name in content}
