"""Two questions are the same only where nothing that matters differs: near misses are never taken for paraphrases."""

import json
from pathlib import Path

import pytest

from governance.same_question import nearest, plain, same, stands_alone

pytestmark = pytest.mark.pure

DATA = Path(__file__).parents[1] / "data" / "answer_cache"


def pairs(name: str, *, alike: bool) -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(row["kept"], row["asked"]) for row in rows if row["same"] is alike]


@pytest.mark.parametrize("name", ["tuned", "held_out"])
def test_no_near_miss_is_taken_for_the_same_question(name: str) -> None:
    misses = pairs(name, alike=False)
    assert len(misses) >= 50
    assert not [pair for pair in misses if same(*pair) or same(*reversed(pair))]


@pytest.mark.parametrize("name", ["tuned", "held_out"])
def test_most_paraphrases_are_the_same_question(name: str) -> None:
    alike = pairs(name, alike=True)
    assert sum(same(*pair) for pair in alike) >= 0.8 * len(alike)


def test_the_suite_has_pairs_enough_and_none_twice() -> None:
    rows = [pair for name in ("tuned", "held_out") for alike in (True, False) for pair in pairs(name, alike=alike)]
    assert len(rows) >= 150
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize(("one", "other"), [
    ("Cancel my order.", "Don't cancel my order."),
    ("can you call me", "can I call you"),
    ("is it open after nine", "is it open before nine"),
    ("do you ship to Paris", "do you ship to Rome"),
])
def test_what_turns_a_question_around_is_never_lost(one: str, other: str) -> None:
    assert plain(one) != plain(other)


@pytest.mark.parametrize("answer", ["yes", "no thank you", "the second one", "my card is <CREDIT_CARD_1>", "how is it"])
def test_what_only_the_talk_before_explains_is_no_question_of_its_own(answer: str) -> None:
    assert not stands_alone(answer)


def test_the_nearest_comes_first() -> None:
    assert [at for at, _ in nearest((1.0, 0.0), [(0.0, 1.0), (1.0, 0.0), (0.6, 0.8)])] == [1, 2, 0]
