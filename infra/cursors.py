"""Opaque cursors of lists: where a page ended, in a form nobody needs to read."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime

from governance.errors import InputError

MAX_CHARACTERS = 1000


def write(place: Sequence[str | int]) -> str:
    """Give the cursor of a place."""
    return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


def read(cursor: str, *, fields: int) -> list[str]:
    """Give the place of a cursor as text; raises InputError for one that no list gave out."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor[:MAX_CHARACTERS] + "=" * (-len(cursor) % 4)))
        json.dumps(place, ensure_ascii=False).encode()  # half of a pair of surrogates is no text for a database
    except (binascii.Error, ValueError, RecursionError):
        place = None
    if not isinstance(place, list) or len(place) != fields or not all(isinstance(each, str | int) for each in place):
        raise InputError("the cursor is not one this list gave out")
    return [str(each) for each in place]


def read_place(cursor: str) -> tuple[datetime, str]:
    """Give the place in a list that is ordered by an instant and an id."""
    at, name = read(cursor, fields=2)
    try:
        return datetime.fromisoformat(at), name
    except ValueError:
        raise InputError("the cursor is not one this list gave out") from None
