"""Emergencies in callers' own words, written in five rounds, and what only sounds like one."""

import json
from typing import Any

import pytest

from governance.emergency import emergency
from tests.support.tree import ROOT

pytestmark = pytest.mark.pure
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (ROOT / "tests/data/emergency/callers.jsonl").read_text().splitlines()
]
DANGER = [row for row in ROWS if row["label"] != "none"]
HARMLESS = [row for row in ROWS if row["label"] == "none"]
THRESHOLD = 0.7  # of the default policy


def heard(text: str) -> bool:
    signal = emergency(text)
    return signal is not None and signal.score >= THRESHOLD


@pytest.mark.parametrize("kind", ["medical", "fire_gas_co", "violence", "self_harm"])
def test_nearly_every_emergency_of_a_kind_is_heard(kind: str) -> None:
    told = [row for row in DANGER if row["label"] == kind]
    missed = [row["text"] for row in told if not heard(row["text"])]
    assert len(missed) <= 0.05 * len(told), missed


@pytest.mark.parametrize(
    "text",
    [
        "i want to kill myself", "i'm going to end my life", "she's not breathing", "he isn't breathing anymore",
        "my house is on fire", "there's a fire in the bedroom", "i smell gas", "it smells like gas in here",
    ],
)
def test_what_must_never_be_missed_is_heard(text: str) -> None:
    assert heard(text)


def test_few_harmless_sentences_that_sound_like_danger_are_taken_for_it() -> None:
    alarms = [row["text"] for row in HARMLESS if heard(row["text"])]
    assert len(alarms) <= 0.05 * len(HARMLESS), alarms
