"""Each check of the demo fails on evidence of the contrary: a demo that cannot fail proves nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from infra.demo import checks
from infra.demo.evidence import CallEvidence, LogEvidence
from infra.demo.search import Search
from tests.support.demo_call import true_evidence

pytestmark = pytest.mark.pure

SECRET, KNOWN = "4242424242424242", "c1"
Spoil = Callable[[CallEvidence], object]


def failed(found: CallEvidence) -> list[str]:
    return [one.name for one in checks.of_call(found) if not one.held]


def line(found: CallEvidence, at: int) -> dict[str, Any]:
    return found.lines[at]


def test_a_call_in_which_all_of_it_happened_fails_no_check() -> None:
    judged = checks.of_call(true_evidence())
    assert len(judged) == 20
    assert [one.name for one in judged if not one.held] == []


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (lambda one: one.result.errors.append("closed"), "the call was played without an error"),
        (lambda one: one.result.answered_after_ms.clear(), "the call was played without an error"),
        (lambda one: line(one, 0)["stages"]["final"]["spans"].clear(), "CREDIT_CARD was redacted"),
        (lambda one: one.entries.pop(0), "the keys were taken and hidden"),
        (lambda one: one.detail["verdicts"].pop(0), "disclosure.ai was found"),
        (lambda one: one.detail["verdicts"][0].update(policy_version=""), "every finding names its policy version"),
        (lambda one: one.detail.update(emergency="fire"), "the emergency is known"),
        (lambda one: one.detail["verdicts"][2].update(provisional=False), "it was detected while she was speaking"),
        (lambda one: one.detail["handoffs"][0].update(priority=5), "it waits before everything else"),
        (lambda one: line(one, 1).update(text="Hello"), "the assistant named the emergency number"),
        (lambda one: one.detail["handoffs"][0].update(state="expired"), "the handoff was completed"),
        (lambda one: setattr(one.taken, "refused_status", 200), "a second agent could not claim it"),
        (lambda one: packet(one)["summary"].clear(), "the packet's summary cites turns of the call"),
        (lambda one: packet(one)["summary"][0].update(turns=[7]), "the packet's summary cites turns of the call"),
        (lambda one: packet(one).update(audit_position="x"), "the packet's audit position is an entry of the log"),
        (lambda one: one.entries[4].update(type="-"), "every step of the desk is in the log"),
        (lambda one: one.turns[0].update(barge_in_ms=None), "playback stopped for the caller"),
        (lambda one: setattr(one.result, "clears", 0), "playback stopped for the caller"),
        (
            lambda one: line(one, 1)["stages"]["generated"].update(text=line(one, 1)["text"]),
            "what was heard is less than what was generated",
        ),
        (lambda one: one.turns[0].update(ttfa_ms=702.0), "the waterfall sums to TTFA"),
        (lambda one: one.turns[0].update(ttfa_ms=None), "the waterfall sums to TTFA"),
        (lambda one: one.entries.pop(5), "all that is told of the call is in the log"),
    ],
)
def test_one_wrong_piece_of_evidence_fails_the_check_that_is_about_it(spoil: Spoil, check: str) -> None:
    found = true_evidence()
    spoil(found)
    assert failed(found) == [f"scene: {check}"]


def packet(found: CallEvidence) -> dict[str, Any]:
    assert found.taken is not None
    assert found.taken.packet is not None
    return found.taken.packet


def test_an_entry_whose_proof_does_not_hold_fails() -> None:
    found = true_evidence()
    assert failed(replace(found, proof=replace(found.proof, verified=False))) == ["scene: entry 1 is proven"]


def test_a_call_that_nobody_took_over_or_cut_fails_all_that_is_about_it() -> None:
    found = replace(true_evidence(), taken=None)
    found.detail["handoffs"].clear()
    line(found, 1)["interrupted"] = False
    assert {
        "scene: a person was asked for", "scene: playback stopped for the caller",
        "scene: a second agent could not claim it", "scene: the packet's audit position is an entry of the log",
    } <= set(failed(found))


def test_a_call_that_could_not_be_played_is_a_check_that_failed() -> None:
    judged = checks.not_played("scene", "TimeoutError: ")
    assert (judged.name, judged.held) == ("scene: the call was played", False)


@pytest.mark.parametrize("verified", [True, False])
def test_the_log_holds_when_its_verifier_says_so(verified: bool) -> None:
    (judged,) = checks.of_log(LogEvidence(size=1, verified=verified))
    assert judged.held is verified


def judged_search(*, in_files: set[str], in_texts: set[str] | None = None) -> list[bool]:
    searched = Search(files=3, in_files=frozenset(in_files), in_texts=frozenset(in_texts or set()))
    judged = checks.of_search(searched, secrets=[SECRET], known=[KNOWN])
    assert not any(SECRET in one.seen for one in judged)
    return [one.held for one in judged]


def test_only_what_is_known_to_be_stored_may_be_found() -> None:
    assert judged_search(in_files={KNOWN}) == [True, True]


def test_a_secret_in_a_file_or_an_answer_fails_without_being_repeated() -> None:
    assert judged_search(in_files={KNOWN, SECRET}) == [True, False]
    assert judged_search(in_files={KNOWN}, in_texts={SECRET}) == [True, False]


def test_a_search_in_the_wrong_place_fails_although_it_finds_no_secret() -> None:
    assert judged_search(in_files=set(), in_texts={KNOWN}) == [False, True]
