"""Cold caches for a bench: PostgreSQL started again, and its files given back by the kernel's page cache."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from sqlalchemy import Engine, text

from infra import embedded_database
from infra.database import engine

Timed = Callable[[Engine], object]


def first_ms(data: Path, work: Timed, *, before: Timed | None = None) -> float:
    """Time what is done first on a server that was just started on files that no cache holds; or `before` it."""
    forget(data)
    with _started(data) as pool:
        with pool.connect() as connection:
            connection.execute(text("SELECT 1"))  # a service has connected long before
        if before is not None:
            before(pool)
        started = perf_counter()
        work(pool)
        return (perf_counter() - started) * 1000


def forget(folder: Path) -> None:
    """Have the kernel drop what it holds of the files below a folder, and of no others."""
    for each in folder.rglob("*"):
        if not each.is_file() or each.is_symlink():
            continue
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fdatasync(descriptor)  # what is not written yet cannot be dropped
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


@contextmanager
def _started(data: Path) -> Iterator[Engine]:
    database = embedded_database.start(data)
    pool = engine(database.url)
    try:
        yield pool
    finally:
        pool.dispose()
        database.stop()
