"""Whole calls: a request is honoured in its own turn, and ordinary calls are left alone."""

import json

import pytest
from typer.testing import CliRunner

from infra.cli_eval import app
from infra.dialogue_scores import Call, Said, score_calls
from infra.policies import load
from tests.support.tree import ROOT

pytestmark = pytest.mark.pure
CALLS = ROOT / "tests/data/escalation/calls.jsonl"


def test_every_request_is_honoured_in_its_turn_and_no_ordinary_call_is_handed_over() -> None:
    result = CliRunner().invoke(app, ["escalation", "--data", str(CALLS), "--json"])
    [scores] = json.loads(result.stdout).values()
    score = scores["callwarden"]
    assert (score["missed"], score["turns_until_handoff"]) == (0, {"0": score["asking"]})
    assert score["false_handoffs_per_100_calls"] == 0


def test_an_offer_is_no_handoff() -> None:
    call = Call(turns=(Said(text="this is absolutely ridiculous"),))
    score = score_calls([call], load())
    assert (score.false_handoffs_per_100_calls, score.offers_per_100_calls) == (0.0, 100.0)
