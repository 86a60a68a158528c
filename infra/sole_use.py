"""One `callwarden up` for each data folder: the second is told so before anything starts (flock)."""

import fcntl
import os
from pathlib import Path
from typing import IO

from governance.errors import InputError

FILE = "up.lock"


class SoleUse:
    """Holds a data folder until it is given back, or this process ends in any way."""

    def __init__(self, data: Path) -> None:
        """Take it; raises InputError where another process has it."""
        self._file: IO[str] = (data / FILE).open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            pid = self._file.read(20).strip()
            self._file.close()
            raise InputError(
                f"process {pid} of Callwarden runs with the data folder {data}: end it, or give another --data"
            ) from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def stop(self) -> None:
        """Give it back."""
        self._file.close()
