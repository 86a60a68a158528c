"""A detector asked within a bound, once for the same words; late, broken or stuck, it fails by name.

What the assistant says comes three times: generated, synthesised and heard.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from governance.errors import TransientError
from governance.redaction import PiiDetector
from infra.languages import LanguageNotInstalled
from infra.pii_known import Known
from schemas.redaction import PiiSpan

THREADS = 4


class DetectionFailed(TransientError):
    """There is no answer, so nothing of the text may pass; `kind` names the failure, never content."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"redaction failed: {kind}")
        self.kind = kind


class Detection:
    """Asks one detector in threads of its own, so that one that hangs takes no thread from anybody else.

    The bound holds for a detector that waits or computes; one C call that never lets go of the interpreter it
    cannot interrupt.
    """

    def __init__(self, detector: PiiDetector, *, within_s: float) -> None:
        """`within_s`: a detector that takes longer has failed."""
        self._detector = detector
        self._within_s = within_s
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="detector")
        self._late: set[Future[list[PiiSpan]]] = set()
        self._known = Known()

    @property
    def version(self) -> str:
        """What answers."""
        return self._detector.version

    async def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        """Give the spans; raises DetectionFailed, whatever the detector did."""
        place = self._known.place(text, context, language, growing=growing)
        if (known := self._known.get(place)) is not None:
            return known
        if len(self._late) >= THREADS:
            raise DetectionFailed("DetectorStuck")  # every thread hangs: no text waits behind them
        ask: Callable[[], list[PiiSpan]] = partial(
            self._detector.detect, text, context=context, language=language, growing=growing
        )
        asked = self._threads.submit(ask)
        try:
            async with asyncio.timeout(self._within_s):
                found = await asyncio.wrap_future(asked)
        except LanguageNotInstalled as wrong:
            raise DetectionFailed(f"LanguageNotInstalled: {wrong.language}") from None
        except Exception as wrong:  # noqa: BLE001 - fails closed: whatever the detector does, no text passes
            if not asked.done() and not asked.cancel():
                self._late.add(asked)
                asked.add_done_callback(self._late.discard)
            raise DetectionFailed(type(wrong).__name__) from None
        self._known.keep(place, found)
        return found
