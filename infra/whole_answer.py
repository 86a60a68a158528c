"""Bounds a blocking question as a whole: a server that gives one byte at a time is not waited for."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def whole_answer(ask: Callable[[], T], *, within_s: float) -> T:
    """Give what `ask` gives, or raise what it raises, or TimeoutError once the time is up.

    The standard library bounds each read alone. The thread of a question that was given up ends with its connection.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except Exception as failed:  # noqa: BLE001 - it is raised where the answer is waited for
            answer.set_exception(failed)

    Thread(target=run, daemon=True, name="whole-answer").start()
    return answer.result(timeout=within_s)
