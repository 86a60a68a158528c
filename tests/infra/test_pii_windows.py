"""A long text is read in windows: a short one as ever, and nothing that lies on a seam is lost."""

import random
import re
from itertools import pairwise

import pytest

from infra.pii import PresidioDetector
from infra.pii_windows import OVERLAP, WINDOW, read_in_windows, windows
from schemas.redaction import PiiSpan

pytestmark = pytest.mark.pure

PERSONAL = (
    "https://example.com/account/4093?name=ada", "GB82 WEST 1234 5698 7654 32", "192.168.17.204", "Ada Lovelace",
    "4111 1111 1111 1111", "ada.lovelace@example.com",
)
NUMBER = re.compile(r"\d+")
TALK = "and then they said that the parcel had been left at the door but there was nothing there when we came home "


@pytest.fixture(scope="module")
def detector() -> PresidioDetector:
    return PresidioDetector()


def numbers(text: str) -> list[PiiSpan]:
    return [
        PiiSpan(start=one.start(), end=one.end(), type="NUMERIC_ID", score=1.0, recognizer="test")
        for one in NUMBER.finditer(text)
    ]


@pytest.mark.parametrize("length", [0, 1, WINDOW - 1, WINDOW])
def test_a_text_of_one_window_is_read_as_it_is(length: int) -> None:
    assert list(windows("x" * length)) == ([(0, length)] if length else [])


@pytest.mark.parametrize("seed", range(20))
def test_windows_cover_a_text_overlap_and_cut_no_word(seed: int) -> None:
    chance = random.Random(seed)
    text = " ".join("w" * chance.randint(1, 60) for _ in range(chance.randint(100, 900)))
    places = list(windows(text))
    assert places[0][0] == 0
    assert places[-1][1] == len(text)
    for (start, end), (following, _) in pairwise(places):
        assert end - start <= WINDOW
        assert start < following <= end - OVERLAP
        assert text[end - 1].isspace()
        assert text[following - 1].isspace()


@pytest.mark.parametrize("length", [WINDOW + 1, 5 * WINDOW, 20_000])
def test_a_text_without_a_space_is_cut_and_what_was_begun_is_hidden_to_its_end(length: int) -> None:
    found = read_in_windows("7" * length, numbers)
    assert min(one.start for one in found) == 0
    assert max(one.end for one in found) == length
    assert all(start < end for start, end in windows("7" * length))


@pytest.mark.parametrize("seed", range(40))
def test_everything_that_is_found_in_a_whole_is_found_in_its_windows(seed: int) -> None:
    chance = random.Random(seed)
    words = [chance.choice(["and", "so", "12345", "x" * 30, "7" * 200]) for _ in range(chance.randint(10, 2_500))]
    text = " ".join(words)
    assert {(one.start, one.end) for one in read_in_windows(text, numbers)} == {
        (one.start, one.end) for one in numbers(text)
    }


@pytest.mark.parametrize("personal", PERSONAL)
def test_what_is_personal_is_found_wherever_a_seam_runs_through_it(detector: PresidioDetector, personal: str) -> None:
    talk = TALK * 40
    (_, seam), (following, _) = list(windows(talk))[:2]
    for place in (seam, following):
        for shift in (0, len(personal) // 2, len(personal)):
            at = talk.rfind(" ", 0, place - shift) + 1
            text = f"{talk[:at]}{personal} {talk[at:]}"
            found = detector.detect(text, context=None, language="en")
            inside = [one for one in found if one.start < at + len(personal) and one.end > at]
            assert inside, (place, shift)
            assert min(one.start for one in inside) <= at, (place, shift)
            assert max(one.end for one in inside) >= at + len(personal), (place, shift)


@pytest.mark.parametrize("personal", PERSONAL)
def test_a_short_text_gives_what_its_reader_gives(detector: PresidioDetector, personal: str) -> None:
    text = f"{TALK} {personal} {TALK}"
    assert read_in_windows(text, detector._models) == detector._models(text)
