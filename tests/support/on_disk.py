"""What lies on disk now, below folders that running programs write to."""

from collections.abc import Iterator
from pathlib import Path


def contents(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Give the name and the content of every file; one that its program removed meanwhile is passed over."""
    for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
        try:
            if path.is_file() and not path.is_symlink():
                yield path.name, path.read_bytes()
        except FileNotFoundError:
            continue
