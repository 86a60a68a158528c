"""An interim costs its new words, and what was found in the words before them stays found."""

import re

import pytest

from infra.pii import PresidioDetector
from infra.pii_growing import CONTEXT, REMEMBERED, Growing
from schemas.redaction import PiiSpan

pytestmark = pytest.mark.pure

SAID = (
    "i was talking to margaret henderson from the billing team on tuesday and she told me that my account would be "
    "credited by friday but nothing came and then i spoke to someone called devon who sent it to my old place in "
    "albuquerque and i have been waiting since"
)


class Reader:
    """Finds every `x` and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, text: str) -> list[PiiSpan]:
        self.asked.append(text)
        return [
            PiiSpan(start=one.start(), end=one.end(), type="PERSON", score=0.9, recognizer="x")
            for one in re.finditer(r"\bx\w*", text)
        ]


def interims(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[: n + 1]) for n in range(len(words))]


def test_a_growing_text_is_read_by_its_new_words() -> None:
    reader = Reader()
    growing = Growing(reader.read)
    text = " ".join(f"x{n}" if n % 5 == 0 else f"w{n}" for n in range(60))
    for interim in interims(text):
        assert growing.find(interim) == Reader().read(interim)
    assert max(len(asked.split()) for asked in reader.asked[CONTEXT + 2 :]) == CONTEXT + 1


def test_another_beginning_is_read_whole() -> None:
    reader = Reader()
    growing = Growing(reader.read)
    known = " ".join(f"w{n}" for n in range(20))
    growing.find(known)
    other = known.replace("w3", "x3") + " more"
    assert [other[one.start : one.end] for one in growing.find(other)] == ["x3"]
    assert reader.asked[-1] == other


def test_what_is_remembered_has_a_bound() -> None:
    reader = Reader()
    growing = Growing(reader.read)
    first = " ".join(f"a{n}" for n in range(12))
    growing.find(first)
    for n in range(REMEMBERED):
        growing.find(f"another {n}")
    growing.find(first + " more")
    assert reader.asked[-1] == first + " more"


def test_the_names_of_a_long_interim_stay_hidden_while_it_grows() -> None:
    detector = PresidioDetector()
    for name in ("margaret", "henderson", "devon", "albuquerque"):
        at = SAID.index(name)
        heard = [text for text in interims(SAID) if len(text) >= at + len(name) + 12]
        assert heard
        for text in heard:
            spans = detector.detect(text, context=None, language="en", growing=True)
            assert any(one.start <= at and one.end >= at + len(name) for one in spans), (name, len(text))
