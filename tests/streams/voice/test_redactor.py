"""Redaction that begins while the end of the turn is being decided is not done twice, and fails closed all the same."""

import asyncio
from typing import cast

import pytest

from infra.keys import Keyring
from infra.policies import load
from schemas.redaction import PiiSpan
from streams.detection import Detection, DetectionFailed
from streams.voice.redactor import CallRedactor
from streams.voice.start import Setup

pytestmark = pytest.mark.pure
SETUP = Setup(call_id="c1", tenant="default", encoding="linear16", sample_rate=16_000, audio_partition=0)


class Counting:
    """A detector that finds nothing and remembers what it was asked; it fails as often as it is told to."""

    version = "counting"

    def __init__(self, *, fails: int = 0) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self._fails = fails

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        self.asked.append((text, context))
        if len(self.asked) <= self._fails:
            raise RuntimeError
        return []


def redactor_of(detector: Counting) -> CallRedactor:
    detection = Detection(detector, within_s=30)
    return CallRedactor(detection=detection, keyring=cast(Keyring, None), policy=load(None), setup=SETUP)


async def until_asked(detector: Counting, count: int) -> None:
    async with asyncio.timeout(30):
        while len(detector.asked) < count:
            await asyncio.sleep(0)


async def test_what_was_foreseen_is_detected_once() -> None:
    detector = Counting()
    redactor = redactor_of(detector)
    redactor.foresee("It is the blue one.", "Which one is it?")
    await until_asked(detector, 2)
    assert await redactor("It is the blue one.", "Which one is it?") == "It is the blue one."
    assert detector.asked == [("Which one is it?", None), ("It is the blue one.", "Which one is it?")]


async def test_a_text_that_changed_is_detected_as_it_became() -> None:
    detector = Counting()
    redactor = redactor_of(detector)
    redactor.foresee("It is", None)
    await until_asked(detector, 1)
    assert await redactor("It is the blue one.", None) == "It is the blue one."
    assert [text for text, _ in detector.asked] == ["It is", "It is the blue one."]


async def test_a_detection_that_failed_ahead_is_asked_again_and_one_that_fails_then_lets_nothing_pass() -> None:
    detector = Counting(fails=1)
    redactor = redactor_of(detector)
    redactor.foresee("It is the blue one.", None)
    await until_asked(detector, 1)
    with pytest.raises(DetectionFailed):
        await redactor_of(Counting(fails=9))("It is the blue one.", None)
    assert await redactor("It is the blue one.", None) == "It is the blue one."
