"""One person and one value keep their pseudonym through a call, however they are named; two people never share one."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.identities import name_words, plain_value
from governance.redaction import Pseudonyms, redact
from schemas.redaction import PiiSpan

pytestmark = pytest.mark.pure


def digest(value: str) -> str:
    """A digest for tests."""
    return hashlib.sha256(value.encode()).hexdigest()


def called(*names: str, kind: str = "PERSON", language: str = "en") -> list[str]:
    """The pseudonyms that mentions get one after another; a title stands before the name, in round brackets."""
    known = Pseudonyms(language=language)
    given: list[str] = []
    for said in names:
        title, _, name = said.rpartition(")")
        text = f"{title.lstrip('(')} {name}"
        start = len(text) - len(name)
        span = PiiSpan(start=start, end=len(text), type=kind, score=0.9, recognizer="test")
        done = redact(text, [span], known, digest=digest)
        known = Pseudonyms.model_validate(done.pseudonyms.model_dump(mode="json"))
        given.append(done.spans[0].pseudonym)
    return given


def test_a_part_of_a_name_is_the_same_person_before_and_after_the_whole() -> None:
    assert called("Jon", "Jon Smith", "(Mr)Smith", "jon", "J O N", "Smith's") == ["<PERSON_1>"] * 6
    assert called("Camille Lefèvre", "(madame)LEFEVRE", "L E F E V R E", language="fr") == ["<PERSON_1>"] * 3


def test_another_given_name_is_another_person_and_so_is_the_other_title() -> None:
    assert called("Jon Smith", "Anna Smith", "Jon", "Anna") == ["<PERSON_1>", "<PERSON_2>", "<PERSON_1>", "<PERSON_2>"]
    assert called("(Mr)Smith", "(Mrs)Smith") == ["<PERSON_1>", "<PERSON_2>"]


def test_a_name_that_could_be_either_is_neither() -> None:
    assert called("Jon Smith", "Anna Smith", "Smith", "Smith")[2:] == ["<PERSON_3>", "<PERSON_3>"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("CREDIT_CARD", ("4111 1111 1111 1111", "four one one one one one one one one one one one one one one one")),
        ("PHONE_NUMBER", ("+1 415 555 0134", "four one five, five five five, oh one three four", "415 555-0134")),
        ("EMAIL_ADDRESS", ("ada.lee92@example.com", "ada dot lee ninety two at example dot com")),
        ("ADDRESS", ("12 Main Street", "twelve main street")),
    ],
)  # fmt: skip
def test_a_value_said_and_written_is_one_value(kind: str, said: tuple[str, ...]) -> None:
    assert set(called(*said, kind=kind)) == {f"<{kind}_1>"}


def test_a_french_value_is_read_in_french() -> None:
    said = ("06 12 34 56 78", "zéro six douze trente-quatre cinquante-six soixante-dix-huit", "+33 6 12 34 56 78")
    assert set(called(*said, kind="PHONE_NUMBER", language="fr")) == {"<PHONE_NUMBER_1>"}


@given(st.text(min_size=1, max_size=30))
def test_every_text_has_a_value_and_a_name_has_words_or_none(said: str) -> None:
    assert plain_value(said) == plain_value(said, language="en")
    assert all(name_words(said))


def test_an_interim_gives_no_numbers() -> None:
    span = PiiSpan(start=0, end=3, type="PERSON", score=0.9, recognizer="test")
    before = redact("Ada", [span], Pseudonyms(), digest=digest)
    known = redact("Ada", [span], before.pseudonyms, digest=digest, numbering=False)
    fresh = redact("Eve", [span], before.pseudonyms, digest=digest, numbering=False)
    assert (known.text, fresh.text, fresh.pseudonyms) == ("<PERSON_1>", "<PERSON>", before.pseudonyms)


def test_the_state_holds_no_word_of_a_name() -> None:
    span = PiiSpan(start=0, end=9, type="PERSON", score=0.9, recognizer="test")
    kept = redact("Jon Smith", [span], Pseudonyms(), digest=digest).pseudonyms.model_dump_json().lower()
    assert "jon" not in kept
    assert "smith" not in kept
