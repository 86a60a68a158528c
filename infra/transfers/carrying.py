"""Has a desk take a call: each try bounded, tried again where that may help, and what came of it as one value."""

import asyncio
import time
from dataclasses import dataclass

from infra.transfers.ports import TransferDesk, TransferRefused, TransferUnsure
from schemas.transfers import TransferContext, WhyFailed

PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Carried:
    """How it ended; `why` is None where the carrier has the call."""

    tries: int
    took_ms: int
    why: WhyFailed | None


async def carry(desk: TransferDesk, context: TransferContext) -> Carried:
    """Ask until the desk has the call, refuses it, or the tries are used up."""
    began = time.perf_counter()
    why: WhyFailed | None = None
    tries = 0
    for tries in range(1, desk.bounds.tries + 1):
        try:
            async with asyncio.timeout(desk.bounds.timeout_ms / 1000):
                await desk.take(context)
            why = None
            break
        except TransferRefused:
            why = "refused"
            break
        except TransferUnsure:
            why = "failed"
        except TimeoutError:
            why = "timeout"
        if tries < desk.bounds.tries:
            await asyncio.sleep(PAUSE_S)
    return Carried(tries, int((time.perf_counter() - began) * 1000), why)
