"""Speech that must not send anybody out: past, told, asked, denied, figurative, business; and danger beside it."""

import json
from typing import Any

import pytest

from governance.emergency import emergency
from infra.policies import load
from tests.support.tree import ROOT

pytestmark = pytest.mark.pure
THRESHOLD = load().emergency.medical.threshold


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ROOT / "tests/data/emergency" / name).read_text().splitlines()]


def heard(text: str) -> bool:
    signal = emergency(text)
    return signal is not None and signal.score >= THRESHOLD


def test_almost_nothing_of_the_must_not_dispatch_suite_is_taken_for_danger() -> None:
    suite = rows("must_not_dispatch.jsonl")
    alarms = [row["text"] for row in suite if heard(row["text"])]
    assert len(alarms) <= 0.03 * len(suite), alarms


def test_what_is_held_out_is_heard_as_often_as_the_report_says() -> None:
    held = rows("held_out.jsonl")
    danger = [row["text"] for row in held if row["label"] != "none"]
    harmless = [row["text"] for row in held if row["label"] == "none"]
    assert sum(map(heard, danger)) >= 0.95 * len(danger)
    assert sum(map(heard, harmless)) <= 0.06 * len(harmless)


@pytest.mark.parametrize(
    ("danger", "harmless"),
    [
        ("my husband stopped breathing two minutes ago", "my husband stopped breathing in surgery two years ago"),
        ("we were watching a movie and he's not breathing", "in the movie he's not breathing"),
        ("my kitchen is on fire", "does my policy cover it if my kitchen is on fire"),
        ("I smell gas, what should I do", "what should I do if I smell gas"),
        ("he had a stroke last year and now his face is drooping", "he had a stroke last year"),
        ("I want to end my life", "I want to end my lease"),
        ("I'm going to kill myself", "I'm not going to kill myself"),
        ("he says he'll kill me if I leave", "she'll kill me if I forget the cake"),
        ("the carbon monoxide alarm is going off", "the carbon monoxide alarm needs a new battery"),
        ("there's a man in my house", "there's a man in my house fixing the boiler"),
    ],
)
def test_what_surrounds_the_words_decides(danger: str, harmless: str) -> None:
    assert heard(danger)
    assert not heard(harmless)


def test_an_interim_of_a_long_monologue_is_judged_like_a_short_one() -> None:
    talk = "so I went to the branch and they said the form was missing and I sent it again and then " * 8
    assert not heard(talk)
    assert heard(talk + "oh my god my mother isn't breathing")
