"""Reads a log where it lies: a folder, or the address that serves it (C2SP tlog-tiles)."""

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from governance.errors import InputError

Read = Callable[[str], bytes | None]

TIMEOUT_S = 10
ATTEMPTS = 3
MAX_BYTES = 256 * (2 + 65_535)  # no resource of a log is larger than a full bundle


def source(place: str) -> Read:
    """Open a folder or an http(s) address as a reader of the log's paths."""
    if place.startswith(("http://", "https://")):
        return _address(place.rstrip("/"))
    folder = Path(place)
    if not folder.is_dir():
        raise InputError(f"{place} is neither a folder nor an http address")
    return _folder(folder)


def _folder(folder: Path) -> Read:
    def read(path: str) -> bytes | None:
        try:
            return (folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}") from None

    return read


def _address(prefix: str) -> Read:
    def read(path: str) -> bytes | None:
        reason = ""
        for _ in range(ATTEMPTS):
            try:
                return _get(f"{prefix}/{path}")
            except urllib.error.HTTPError as error:
                if error.code in (404, 410):
                    return None
                reason = f"status {error.code}"
                if error.code < 500:
                    break
            except (OSError, ValueError) as error:
                reason = type(error).__name__
        raise InputError(f"{prefix}/{path} cannot be read: {reason}")

    return read


def _get(address: str) -> bytes:
    request = urllib.request.Request(address)  # noqa: S310 - `source` lets only http and https in
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
        data: bytes = answer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError("too long for a log's resource")
    return data
