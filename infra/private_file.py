"""Files that hold a secret: created once by whoever is first, mode 0600, refused when others can read them."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from governance.errors import InvariantError


def read_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    """Read a secret, or make it once: processes that start together end up with the same one."""
    if not path.exists():
        _create(path, make())
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        content = file.read()
    if mode & 0o077:
        raise InvariantError(f"{path.name} can be read by others: set its mode to 0600")
    return content


def _create(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, a link never replaces what another process made
        except FileExistsError:
            return
        _sync(path.parent)
    finally:
        draft.unlink()


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
