"""Times one detector on its own, in a process with one core's threads: `ours`, `stock`, or `interims` of ours."""

import json
import sys
import time
from collections.abc import Callable, Iterator

from infra.bench.sentences import SENTENCES

WORDS = 15
ROUNDS = 5


def texts() -> list[str]:
    """Give utterances of exactly fifteen words, each cut from sentences that follow each other."""
    words = " ".join(SENTENCES).split()
    return [" ".join(words[at : at + WORDS]) for at in range(0, len(words) - WORDS, WORDS)]


def growing(text: str) -> Iterator[str]:
    """Give a text as interims do: one word more each time."""
    words = text.split()
    return (" ".join(words[:n]) for n in range(1, len(words) + 1))


def detector(which: str) -> Callable[[str], object]:
    """Load a detector; gives what asks it."""
    # Imported here: each process loads only what it times.
    if which == "stock":
        from infra.pii_stock import StockPresidio

        stock = StockPresidio()
        return lambda text: stock.detect(text, context=None, language="en")
    from infra.pii import PresidioDetector

    ours = PresidioDetector()
    ours.warm_up()
    return lambda text: ours.detect(text, context=None, language="en", growing=which == "interims")


def timed(which: str) -> list[float]:
    """Give the seconds of each question, after one round to warm up."""
    ask = detector(which)
    asked = [one for text in texts() for one in (growing(text) if which == "interims" else (text,))]
    for text in texts():
        ask(text)
    took = []
    for _ in range(ROUNDS):
        for text in asked:
            began = time.perf_counter()
            ask(text)
            took.append(time.perf_counter() - began)
    return took


if __name__ == "__main__":
    sys.stdout.write(json.dumps(timed(sys.argv[1])))
