"""A call's story tells what the evidence holds, and a demo that failed says what of it."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from infra.demo import story
from infra.demo.checks import Check
from infra.demo.evidence import CallEvidence, LogEvidence
from infra.demo.progress import Steps
from tests.support.demo_call import POLICY, SCENE, true_evidence

pytestmark = pytest.mark.pure

PROOF = "proof entry 1 (emergency_detected) of a tree of 9, root r…: inclusion verified · 12 entries of this call"
LOG = LogEvidence(size=9, root="ab" * 32, verified=True)


def told(found: CallEvidence) -> str:
    console = Console(file=io.StringIO(), width=120)
    story.tell(console, found)
    return printed(console)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    lines = (line.strip("│ ╭╮╰╯─\n") for line in console.file.getvalue().splitlines())
    return "\n".join(" ".join(line.split()) for line in lines if line)


def test_the_story_has_words_findings_handoff_proof_and_waterfall() -> None:
    assert told(true_evidence()) == "\n".join((
        "A caller in a scene",
        "caller <CREDIT_CARD_1>",
        "assistant I am getting a person. Call your emergency number ▌cut here: 5 characters were never heard",
        "redacted CREDIT_CARD ×1 · by spoken-1",
        f"found disclosure.ai by policy {POLICY}, score 0.97, in turn 1",
        f"emergency.medical by policy {POLICY}, score 0.97, in turn 1, while she was still speaking",
        "handoff emergency.medical → queue emergency, priority 1: completed",
        "claimed by ana → completed: solved",
        "the packet's summary:",
        "· The caller gave <CREDIT_CARD_1>. [turn 1]",
        PROOF,
        "turn 1 700 ms ████████████████████████████████████████",
        "endpointing 300 language model 400",
        "c1",
    ))


def test_the_callers_number_is_not_in_the_story() -> None:
    assert SCENE.caller not in told(true_evidence())


def test_what_is_not_proven_says_so() -> None:
    found = true_evidence()
    assert "NOT PROVEN" in told(replace(found, proof=replace(found.proof, verified=False)))


def test_a_withheld_line_shows_no_words() -> None:
    found = true_evidence()
    found.lines[0].update(withheld=True, text="should not be here")
    assert "should not" not in told(found)
    assert "(withheld)" in told(found)


def test_a_call_in_which_nothing_was_found_or_measured_is_told_too() -> None:
    found = replace(true_evidence(), taken=None, turns=[])
    found.detail.update(verdicts=[], handoffs=[])
    assert "found nothing" in told(found)
    assert "handoff" not in told(found)


def summary(*checks: Check) -> str:
    console = Console(file=io.StringIO(), width=200)
    story.summarise(console, [true_evidence()], LOG, checks)
    return printed(console)


def test_the_summary_counts_and_says_that_all_held() -> None:
    expected = f"1 calls · 1 turns · 1 redactions · log of 9 entries, root {'ab' * 8}… · all 1 checks held"
    assert summary(Check("a", held=True, seen="")) == expected


def test_the_summary_names_what_failed() -> None:
    lines = summary(Check("a", held=True, seen=""), Check("b", held=False, seen="because")).splitlines()
    assert lines[0] == "FAILED b (because)"
    assert lines[1].endswith("1 of 2 checks held")


def test_progress_is_one_plain_line_a_step_where_there_is_no_terminal() -> None:
    console = Console(file=io.StringIO(), width=120)
    steps = Steps(console)
    with steps.shown(), steps.step("starting") as step:
        step.told = "started"
    with pytest.raises(ValueError, match="no"), steps.step("failing"):
        raise ValueError("no")
    assert printed(console).splitlines() == ["… starting", "✓ started (0 s)", "… failing", "✗ failing (0 s)"]
