"""When a vendor that turned a question away says to come again: Retry-After (RFC 9110, 10.2.3), and OpenAI's in ms.

Nobody on the telephone waits for it: the next provider is asked at once, and this one is left out for so long.
"""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from governance.errors import TransientError
from infra.clock import now

MOST_MS = 300_000  # who asks for more is tried again all the same: a wrong header must not cost a provider for good


class TurnedAway(TransientError):
    """A question that was answered by a status; `wait_ms`: how long its sender wants to be left alone, 0: no word."""

    def __init__(self, told: str, *, status_code: int | None, wait_ms: int) -> None:
        super().__init__(f"{told}, asked to wait {math.ceil(wait_ms / 1000)} s" if wait_ms else told)
        self.status_code = status_code
        self.wait_ms = wait_ms


def wait_ms_of(failed: TransientError) -> int:
    """Give how long a provider that failed so is to be left alone; 0 where it said nothing."""
    return failed.wait_ms if isinstance(failed, TurnedAway) else 0


def status_of(failed: BaseException) -> int | None:
    """Give the status of an answer, also of one to the opening of a socket."""
    for one in (failed, getattr(failed, "response", None)):
        status = getattr(one, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def asked_to_wait_ms(failed: BaseException) -> int:
    """Read the headers of the answer that an exception of any library holds; 0 where they say nothing readable."""
    if isinstance(failed, TurnedAway):
        return failed.wait_ms
    return next((ms for headers in _headers(failed) if (ms := told_ms(headers))), 0)


def told_ms(headers: Iterable[tuple[object, object]]) -> int:
    """Read an answer's headers: milliseconds of OpenAI's, else seconds, else a date by the sender's own clock."""
    told = {str(name).lower(): str(value).strip() for name, value in headers}
    if (ms := _number(told.get("retry-after-ms"))) is not None:
        return _bounded(ms)
    after = told.get("retry-after")
    if (seconds := _number(after)) is not None:
        return _bounded(1000 * seconds)
    at, sent = _instant(after), _instant(told.get("date")) or now()
    return _bounded(1000 * (at - sent).total_seconds()) if at is not None else 0


def _headers(failed: BaseException) -> Iterator[Iterable[tuple[object, object]]]:
    # Deepgram's SDK gives the headers of its own question where the opening of a socket was refused; the answer's are
    # in the exception behind it.
    for one in (failed, failed.__cause__, failed.__context__):
        for holder in (getattr(one, "response", None), one):
            headers = getattr(holder, "headers", None)
            # websockets refuses to tell a header that stands there twice, as cookies do, in any other way.
            items = getattr(headers, "raw_items", None) or getattr(headers, "items", None)
            if items is not None:
                yield items()


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _instant(text: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _bounded(ms: float) -> int:
    return int(min(max(0.0, ms), MOST_MS))
