"""The first baseline: stock Presidio alone on the same texts, in a process of its own; prints times as JSON."""

import asyncio
import json
import os
import sys
import time

from infra.bench.figures import Spread, spread
from infra.bench.machine import program
from infra.bench.sentences import SENTENCES
from infra.house import SINGLE_THREAD

ROUNDS = 5
WITHIN_S = 180.0


def timed() -> list[float]:
    """Give the seconds each text took, after one round to warm up."""
    # Imported here: who only asks for the figure does not load the models.
    from infra.pii_stock import StockPresidio

    detector = StockPresidio()
    for text in SENTENCES:
        detector.detect(text, context=None, language="en")
    took = []
    for text in SENTENCES * ROUNDS:
        began = time.perf_counter()
        detector.detect(text, context=None, language="en")
        took.append(time.perf_counter() - began)
    return took


async def measure() -> Spread:
    """Run this module as a process, with the threads the governance worker has."""
    process = await asyncio.create_subprocess_exec(
        *program("infra.bench.presidio_alone"), stdout=asyncio.subprocess.PIPE, env={**os.environ, **SINGLE_THREAD},
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return spread(json.loads(output))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(timed()))
