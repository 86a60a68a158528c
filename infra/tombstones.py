"""Remembers destroyed keys outside the database, beside the key that wraps them: no restored backup revives one."""

import os
import threading
import time
from collections.abc import Collection
from pathlib import Path

FILE = "destroyed-keys"
LOOK_EVERY_S = 0.05  # each frame of audio asks: a look at the file for each would cost more than sealing it


class Tombstones:
    """A file of key ids, one a line, that only grows; each process here sees a new one within LOOK_EVERY_S."""

    def __init__(self, path: Path) -> None:
        """The file is made when the first key is destroyed."""
        self._path = path
        self._lock = threading.Lock()
        self._read_to = 0
        self._dead: set[str] = set()
        self._looked_at = 0.0

    def __contains__(self, key_id: str) -> bool:
        if key_id in self._dead:
            return True
        return time.monotonic() - self._looked_at >= LOOK_EVERY_S and key_id in self._known()

    def all(self) -> frozenset[str]:
        """Give every id."""
        return frozenset(self._known())

    def add(self, key_ids: Collection[str]) -> None:
        """Remember keys, durably; those that are there stay once."""
        new = sorted(set(key_ids) - self._known())
        if not new:
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # a crash within a line: it ends here
            file.write((b"\n" if torn else b"") + "".join(f"{one}\n" for one in new).encode())
            os.fsync(descriptor)
        self._looked_at = 0.0

    def _known(self) -> set[str]:
        self._looked_at = time.monotonic()
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return self._dead
        if size == self._read_to:
            return self._dead
        with self._lock, self._path.open("rb") as file:
            file.seek(self._read_to)
            whole, _, _ = file.read().rpartition(b"\n")
            if whole:
                self._dead.update(whole.decode().split("\n"))
                self._read_to += len(whole) + 1
        return self._dead
