"""A detector that fails, hangs or is late gives no text away and takes nobody's time but its own."""

import asyncio
import threading
import time

import pytest

from schemas.redaction import PiiSpan
from streams.detection import THREADS, Detection, DetectionFailed

pytestmark = pytest.mark.pure

SAID = "my card is 4111 1111 1111 1111"
FOUND = [PiiSpan(start=11, end=30, type="CREDIT_CARD", score=1.0, recognizer="card")]


class Detector:
    """Answers as it is told to: at once, when it is let go, or with an error that repeats the text."""

    version = "tests 1"

    def __init__(self, how: str) -> None:
        self.how = how
        self.let_go = threading.Event()
        self.asked: list[tuple[str, str | None]] = []

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        self.asked.append((text, context))
        if self.how == "broken":
            raise ValueError(text)
        if self.how == "stuck":
            self.let_go.wait(120)
        return FOUND


async def failure(detection: Detection) -> DetectionFailed:
    with pytest.raises(DetectionFailed) as failed:
        await detection.detect(SAID, context=None, language="en")
    assert failed.value.__cause__ is None
    assert "4111" not in f"{failed.value} {failed.value.kind}"
    return failed.value


async def test_an_answer_in_time_is_given() -> None:
    detection = Detection(Detector("ready"), within_s=5)
    assert await detection.detect(SAID, context=None, language="en") == FOUND
    assert detection.version == "tests 1"


async def test_the_same_words_are_read_once_and_after_another_question_again() -> None:
    detector = Detector("ready")
    detection = Detection(detector, within_s=5)
    for context in (None, None, "your card?", None):
        assert await detection.detect(SAID, context=context, language="en") == FOUND
    assert detector.asked == [(SAID, None), (SAID, "your card?")]


async def test_what_was_read_is_remembered_without_the_words_and_a_failure_is_asked_again() -> None:
    detector = Detector("broken")
    detection = Detection(detector, within_s=5)
    await failure(detection)
    detector.how = "ready"
    assert await detection.detect(SAID, context=None, language="en") == FOUND
    assert "4111" not in repr([vars(detection), vars(detection._known)])


async def test_an_error_is_told_by_its_kind_alone() -> None:
    assert (await failure(Detection(Detector("broken"), within_s=5))).kind == "ValueError"


async def test_a_detector_that_hangs_is_not_waited_for_and_works_again_when_it_is_back() -> None:
    detector = Detector("stuck")
    detection = Detection(detector, within_s=0.05)
    begun = time.monotonic()
    kinds = [(await failure(detection)).kind for _ in range(THREADS + 3)]
    assert kinds == ["TimeoutError"] * THREADS + ["DetectorStuck"] * 3
    assert time.monotonic() - begun < 60
    assert await asyncio.to_thread(lambda: "others still have their threads")
    detector.how = "ready"
    detector.let_go.set()
    async with asyncio.timeout(60):
        while detection._late:
            await asyncio.sleep(0.01)
    detection._within_s = 60  # that it is back is shown here, not how fast a busy machine is
    assert await detection.detect(SAID, context=None, language="en") == FOUND
