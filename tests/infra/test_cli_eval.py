"""The scores count leaks and over-masking together, and name a bad row."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli_eval import app
from infra.detector_forms import LOWER_CASE, WITHOUT_QUESTION, forms
from infra.detector_scores import Gold, Row, score_labels, score_pii
from schemas.policies import RedactionRules
from schemas.redaction import PiiSpan

pytestmark = pytest.mark.pure


class Hiding:
    """A detector that hides the same places in every text."""

    version = "test"

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        """Take the places."""
        self._spans = spans

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        """The places that lie in the text."""
        del context, language
        return [
            PiiSpan(start=start, end=end, type="PERSON", score=1.0, recognizer="test")
            for start, end in self._spans
            if end <= len(text)
        ]


ROWS = [Row(text="I am Ada Lee", spans=(Gold(start=5, end=12, type="PERSON"),)), Row(text="hello there you")]


def test_a_half_hidden_name_leaks() -> None:
    score = score_pii(ROWS, Hiding([(5, 8)]), RedactionRules())
    assert (score.leak_rate, score.char_recall, score.span_leaks) == (1.0, 0.5, {"PERSON": "1/1"})


def test_hiding_everything_is_a_false_alarm() -> None:
    score = score_pii(ROWS, Hiding([(0, 12)]), RedactionRules())
    assert (score.leak_rate, score.false_alarm_rate) == (0.0, 1.0)


def test_letters_hidden_outside_every_label_are_over_redaction() -> None:
    assert score_pii(ROWS[:1], Hiding([(0, 12)]), RedactionRules()).over_redaction == 1.0
    assert score_pii(ROWS[:1], Hiding([(2, 12)]), RedactionRules()).over_redaction == round(2 / 3, 4)


def test_a_file_is_scored_in_lower_case_with_its_labels_in_place_and_without_the_question() -> None:
    row = Row(text="It's Ada Lee-Moor, ok?", spans=(Gold(start=5, end=17, type="PERSON"),), context="your name?")
    found = forms([row])
    assert list(found) == ["", WITHOUT_QUESTION, LOWER_CASE]
    assert found[WITHOUT_QUESTION][0].context is None
    lower = found[LOWER_CASE][0]
    assert lower.text == "it's ada lee moor ok"
    assert lower.text[lower.spans[0].start : lower.spans[0].end] == "ada lee moor"


def test_labels_give_recall_and_false_alarms() -> None:
    rows = [Row(text="a", label="escalate"), Row(text="b", label="escalate"), Row(text="a", label="none")]
    score = score_labels(rows, heard=lambda text: "found" if text == "a" else None)
    assert (score.recall, score.false_alarm_rate, score.missed, score.false_alarms) == (0.5, 1.0, 1, 1)


def test_escalation_is_scored_from_a_file(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text('{"text": "can I talk to a person", "label": "escalate"}\n{"text": "thanks", "label": "none"}\n')
    result = CliRunner().invoke(app, ["escalation", "--data", str(data), "--json"])
    assert json.loads(result.stdout)[str(data)]["callwarden"]["recall"] == 1.0


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text('{"text": "x"}\n{"txt": 4}\n')
    result = CliRunner().invoke(app, ["emergency", "--data", str(data)])
    assert result.exit_code == 2
    assert "line 2" in result.stderr


@pytest.mark.parametrize("subject", ["escalation", "emergency"])
def test_without_data_the_rows_that_come_with_it_are_scored(subject: str) -> None:
    result = CliRunner().invoke(app, [subject, "--json"])
    [scores] = json.loads(result.stdout).values()
    assert scores["callwarden"]["rows"] > 20
    assert scores["callwarden"]["recall"] is not None


def test_sources_and_hard_rows_are_scored_apart(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text(
        '{"text": "can I talk to a person", "label": "escalate", "source": "a"}\n'
        '{"text": "are you a person", "label": "none", "source": "b", "hard": true}\n'
    )
    result = CliRunner().invoke(app, ["escalation", "--data", str(data), "--json"])
    scores = json.loads(result.stdout)
    assert set(scores) == {f"{data}, a", f"{data}, b, hard"}
    assert scores[f"{data}, a"]["callwarden"]["by_kind"] == {"escalate": "1/1"}
