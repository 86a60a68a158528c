"""A back-test pairs verdicts by rule and says what would differ, without a caller's words."""

import pytest

from governance.backtest import EXAMPLES, RecordedCall, Tally, Verdict, compare, refold
from governance.policy import Heard
from infra.policies import load
from schemas.policies import Policy
from schemas.verdicts import Evidence

pytestmark = pytest.mark.pure

POLICY = load(None)
RULE = "escalation.explicit_request"
REQUEST = "can I speak to a real person please"


def heard(*texts: str) -> tuple[Heard, ...]:
    return tuple(
        Heard(event_id=f"e{n}", participant="caller", text=text, final=True, turn=n) for n, text in enumerate(texts, 1)
    )


def on_record(*turns: int) -> tuple[Verdict, ...]:
    return tuple(
        Verdict(rule=RULE, reason="why", evidence=(Evidence(event_id=f"e{n}", turn=n, start=0, end=3),)) for n in turns
    )


def without_requests() -> Policy:
    rule = POLICY.escalation.explicit_request.model_copy(update={"enabled": False})
    return POLICY.model_copy(update={"escalation": POLICY.escalation.model_copy(update={"explicit_request": rule})})


@pytest.mark.parametrize(
    ("turns", "change", "on"), [((), "added", None), ((2,), "same", 2), ((3,), "earlier", 3), ((1,), "later", 1)]
)
def test_a_verdict_is_compared_with_the_one_on_record(turns: tuple[int, ...], change: str, on: int | None) -> None:
    call = RecordedCall(call_id="c", heard=heard("hello", REQUEST, "thanks"), verdicts=on_record(*turns))
    (one,) = compare(call, refold(call.heard, POLICY))
    assert (one.rule, one.change, one.turn, one.turn_on_record) == (RULE, change, 2, on)


def test_an_interim_before_the_final_of_its_turn_is_earlier() -> None:
    said = "please help my father is not breathing"
    final = Heard(event_id="f", participant="caller", text=said, final=True, turn=1)
    hint = final.model_copy(update={"event_id": "i", "final": False})
    (found,) = refold([final], POLICY)
    verdict = Verdict(rule=found.rule, reason=found.reason, evidence=found.evidence)
    hints = (hint, hint.model_copy(update={"event_id": "j"}))
    call = RecordedCall(call_id="c", heard=(*hints, final), verdicts=(verdict,))
    (one,) = compare(call, refold(call.heard, POLICY))
    assert (one.change, one.turn, one.turn_on_record) == ("earlier", 1, 1)


def test_a_rule_switched_off_shows_as_gone_with_the_reason_on_record() -> None:
    call = RecordedCall(call_id="c", heard=heard("hello", REQUEST), verdicts=on_record(2))
    (one,) = compare(call, refold(call.heard, without_requests()))
    assert (one.change, one.turn, one.turn_on_record, one.reason) == ("gone", None, 2, "why")


def test_a_report_counts_by_rule_keeps_few_examples_and_no_words() -> None:
    tally = Tally(without_requests())
    for n in range(EXAMPLES + 3):
        tally.add(RecordedCall(call_id=f"c{n}", heard=heard("hello", REQUEST), verdicts=on_record(2)))
    report = tally.report()
    assert (report.calls, report.utterances, report.gone, report.added) == (8, 16, 8, 0)
    assert report.by_rule == {RULE: {"same": 0, "added": 0, "gone": 8, "earlier": 0, "later": 0}}
    assert len(report.examples) == EXAMPLES
    assert REQUEST not in report.model_dump_json()


def test_no_calls_give_zeros() -> None:
    report = Tally(POLICY).report()
    assert (report.calls, report.same, report.by_rule, report.examples) == (0, 0, {}, ())
