"""Each check of the demo fails on evidence of the contrary: a demo that cannot fail proves nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.demo import checks
from infra.demo.checks import BLOCK, nowhere
from infra.demo.desk import Taken
from infra.demo.evidence import CallEvidence, LogEvidence
from infra.demo.scenes import Expected, Scene

pytestmark = pytest.mark.pure

SECRET = "4242424242424242"
SCENE = Scene(
    name="scene", title="", call_id="c1", caller="+15550100", script=(),
    expected=Expected(
        entities=frozenset({"CREDIT_CARD"}), rules=frozenset({"disclosure.ai"}), handoff=True, desk=True,
        emergency="medical", barge_in=True, keys=16,
    ),
)
Spoil = Callable[[CallEvidence], object]


def true_evidence() -> CallEvidence:
    """A call in which everything happened that the scene expects."""
    spans = [{"entity": "CREDIT_CARD"}]
    steps = ("dtmf_redacted", "handoff_claimed", "handoff_accepted", "handoff_completed")
    return CallEvidence(
        scene=SCENE,
        detail={
            "verdicts": [{"rule": "disclosure.ai"}], "emergency": "medical", "handoffs": [{"state": "completed"}],
        },
        turns=[{"turn": 1, "ttfa_ms": 700.0, "waterfall": [{"name": "a", "ms": 300.0}, {"name": "b", "ms": 400.0}]}],
        lines=[
            {"turn": 1, "participant": "caller", "interrupted": False, "text": "<CREDIT_CARD_1>",
             "stages": {"final": {"text": "<CREDIT_CARD_1>", "spans": spans}}},
            {"turn": 1, "participant": "assistant", "interrupted": True, "text": "You can",
             "stages": {"generated": {"text": "You can return it.", "spans": []}}},
        ],
        entries=[{"type": one} for one in steps],
        taken=Taken(packet={"summary": [{"text": "", "turns": [1]}]}, refused_status=409),
        proven_index=3, log_size=9, proven=True,
    )


def failed(found: CallEvidence) -> list[str]:
    return [one.name for one in checks.of_call(found) if not one.held]


def test_a_call_in_which_all_of_it_happened_fails_no_check() -> None:
    judged = checks.of_call(true_evidence())
    assert len(judged) == 13
    assert [one.name for one in judged if not one.held] == []


def line(found: CallEvidence, at: int) -> dict[str, Any]:
    return found.lines[at]


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (lambda one: line(one, 0)["stages"]["final"]["spans"].clear(), "CREDIT_CARD was redacted"),
        (lambda one: one.entries.pop(0), "keys were taken and hidden"),
        (lambda one: one.detail["verdicts"].clear(), "disclosure.ai was found"),
        (lambda one: one.detail.update(emergency="fire"), "the emergency is known"),
        (lambda one: one.detail["handoffs"][0].update(state="expired"), "the handoff was completed"),
        (lambda one: setattr(one.taken, "refused_status", 200), "a second agent could not claim it"),
        (lambda one: setattr(one.taken, "packet", None), "the packet's summary cites turns of the call"),
        (
            lambda one: setattr(one.taken, "packet", {"summary": [{"turns": [7]}]}),
            "the packet's summary cites turns of the call",
        ),
        (lambda one: one.entries.pop(), "every step of the desk is in the log"),
        (lambda one: one.turns[0].update(ttfa_ms=702.0), "the waterfall sums to TTFA"),
        (lambda one: one.turns.clear(), "the waterfall sums to TTFA"),
        (
            lambda one: line(one, 1).update(text="You can return it."),
            "what was heard is less than what was generated",
        ),
        (lambda one: setattr(one, "proven", False), "entry 3 is proven"),
    ],
)
def test_one_wrong_piece_of_evidence_fails_the_check_that_is_about_it(spoil: Spoil, check: str) -> None:
    found = true_evidence()
    spoil(found)
    assert failed(found) == [f"scene: {check}"]


def test_a_call_that_nobody_asked_to_take_over_or_cut_fails_both() -> None:
    found = true_evidence()
    found.detail["handoffs"].clear()
    line(found, 1)["interrupted"] = False
    assert {"scene: a person was asked for", "scene: playback stopped for the caller"} <= set(failed(found))


@pytest.mark.parametrize("verified", [True, False])
def test_the_log_holds_when_its_verifier_says_so(verified: bool) -> None:
    (judged,) = checks.of_log(LogEvidence(size=1, verified=verified))
    assert judged.held is verified


def test_nothing_planted_is_nothing_found(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"4242-4242 <CREDIT_CARD_1>")
    (judged,) = nowhere([SECRET], [tmp_path], ["<CREDIT_CARD_1>"])
    assert judged.held
    assert "1 files" in judged.seen


@pytest.mark.parametrize("at", [0, BLOCK - 1, BLOCK - len(SECRET) + 1, BLOCK - len(SECRET), BLOCK, 2 * BLOCK - 8])
def test_a_planted_secret_is_found_wherever_it_lies_in_a_file(tmp_path: Path, at: int) -> None:
    place = tmp_path / "deep" / "segment.bin"
    place.parent.mkdir()
    place.write_bytes(b"\x00" * at + SECRET.encode() + b"\x00" * 5)
    (judged,) = nowhere(["absent", SECRET], [tmp_path], [])
    assert not judged.held
    assert judged.seen.endswith("found 1")


def test_a_secret_in_an_answer_is_found_however_it_is_written(tmp_path: Path) -> None:
    (judged,) = nowhere(["jordan.smith"], [tmp_path], ['{"text": "Jordan.Smith at"}'])
    assert not judged.held
    assert "jordan" not in judged.seen.lower()
