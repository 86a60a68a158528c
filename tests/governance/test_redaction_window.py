"""Digits read out over several lines are one number, also with back-channels in between."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.recognizers.every import recognize
from governance.redaction_window import Window, follow
from schemas.base import Participant
from tests.support.speech_forms import ONES, cards

pytestmark = pytest.mark.pure


def read(lines: list[tuple[Participant, str]]) -> list[dict[str, set[int]]]:
    """Per line: the hidden characters by type, after every line has been followed."""
    hidden: list[dict[str, set[int]]] = []
    window = Window()
    for who, text in lines:
        found, earlier, window, _ = follow(window, text, recognize(text), participant=who)
        hidden.append({})
        for number, span in [*earlier, *((len(hidden), one) for one in found)]:
            hidden[number - 1].setdefault(span.type, set()).update(range(span.start, span.end))
    return hidden


def test_a_card_in_four_pieces_is_a_card_in_every_piece() -> None:
    lines: list[tuple[Participant, str]] = []
    for _ in range(4):
        lines += [("caller", "four two four two"), ("assistant", "mm-hm")]
    assert all("CREDIT_CARD" in line for line in read(lines)[::2])


def test_pairs_too_short_to_stand_alone_are_hidden_once_joined() -> None:
    first, _, second = read([("caller", "four two"), ("assistant", "okay"), ("caller", "seven nine")])
    assert first
    assert second


def test_a_new_subject_closes_the_number() -> None:
    lines: list[tuple[Participant, str]] = [
        ("caller", "four two"),
        ("assistant", "Thank you. And how would you like to pay for the flowers today?"),
        ("caller", "two"),
    ]
    assert read(lines) == [{}, {}, {}]


def test_counted_things_do_not_join() -> None:
    assert read([("caller", "I need two"), ("assistant", "two what?"), ("caller", "two tickets for friday")])[2] == {}


def test_the_window_holds_no_digits() -> None:
    window = follow(Window(), "four two four two", [], participant="caller").window
    assert "4242" not in window.model_dump_json()
    assert Window.model_validate_json(window.model_dump_json()) == window


@settings(max_examples=100, deadline=None)
@given(cards(), st.lists(st.integers(1, 12), min_size=1, max_size=3))
def test_no_card_leaks_however_it_is_split(card: str, cuts: list[int]) -> None:
    places = sorted({0, *(cut for cut in cuts if cut < len(card)), len(card)})
    pieces = [card[a:b] for a, b in itertools.pairwise(places)]
    lines: list[tuple[Participant, str]] = []
    for piece in pieces:
        lines += [("caller", " ".join(ONES[int(char)] for char in piece)), ("assistant", "yes")]
    for (_, text), hidden in zip(lines[::2], read(lines)[::2], strict=True):
        shown = set().union(*hidden.values()) if hidden else set()
        assert all(at in shown for at, char in enumerate(text) if char.isalnum())
