"""How many server-sent streams this process holds open; one more than it has room for is refused, and told so."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from api.problems import Problem

KEPT_FILES = 256  # for everything that is no stream: database, broker, other requests
MOST_FILES = 1 << 16
RETRY_AFTER_S = "5"


def allow_files() -> int:
    """Let this process open as many files as it is ever allowed to; gives how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return MOST_FILES if soft == resource.RLIM_INFINITY else soft


class OpenStreams:
    """The places of one process."""

    def __init__(self, *, most: int, files: int) -> None:
        """Have `most` places, or fewer where the process may not open as many files."""
        self.most = max(1, min(most, files - KEPT_FILES))
        self.open = 0

    def ask(self) -> None:
        """Look for a free place before an answer begins; raises Problem 503."""
        if self.open >= self.most:
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE, "streams-full",
                f"this process holds all {self.most} streams that it has room for: try again, or at another one",
                headers={"Retry-After": RETRY_AFTER_S},
            )

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place until the block ends."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1
