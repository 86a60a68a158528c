"""Spoken characters are read as what they stand for, and lead back to the words they came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.spoken.runs import runs
from tests.support.speech_forms import spoken_digits

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("four one four one seven five six", "4141756"),
        ("five two eight seven seven ninety two", "5287792"),
        ("seven double nine triple oh", "799000"),
        ("forty-one eleven twenty twenty", "41112020"),
        ("eight hundred five five five one two one two", "8005551212"),
        ("whiskey two zero alpha bravo", "w20ab"),
        ("t for Tommy q as in queen b like boy", "tqb"),
        ("B U T L E R", "butler"),
        ("four two um four uh two", "4242"),
        ("4111 1111-1111 1111", "4111111111111111"),
    ],
)
def test_a_read_out_becomes_its_characters(said: str, meant: str) -> None:
    [run] = runs(said)
    assert run.value == meant


@pytest.mark.parametrize("said", ["at 9:30 pm", "two hundred and sixteen dollars", "1,250 items", "12.50", "may 5"])
def test_amounts_times_and_dates_are_no_read_outs(said: str) -> None:
    assert [run.value for run in runs(said) if len(run.value) > 1] == []


@given(st.text("0123456789", min_size=1, max_size=20).flatmap(spoken_digits))
def test_every_character_leads_back_into_the_text(spoken: str) -> None:
    said = f"it is {spoken} thanks"
    for run in runs(said):
        assert len(run.places) == len(run.value)
        assert all(run.start <= start < end <= run.end for start, end in run.places)
        assert list(run.places) == sorted(run.places)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for run in runs(text):
        assert 0 <= run.start < run.end <= len(text)
