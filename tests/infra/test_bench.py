"""The bench's own arithmetic and what its report looks like; no test says how fast anything must be."""

import json
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from infra.bench.audit_figures import AuditReport, Page, Step
from infra.bench.audit_report import drawn
from infra.bench.audit_report import show as audit_report_tables
from infra.bench.figures import Machine, StairReport, percentile, spread
from infra.bench.policy import measure as measure_policy
from infra.bench.sentences import SENTENCES
from infra.cli_bench import app, show

pytestmark = pytest.mark.pure
ONE = spread([0.010, 0.020, 0.030])


def report(*, p50_s: float = 0.02, start_s: float | None = None) -> StairReport:
    return StairReport(
        command="callwarden bench stair", date="2026-03-01", machine=Machine(cpu="any", cores=2, load_before=0.1),
        rate=50, seconds=20, accepted_to_judged=spread([p50_s]), sent_to_judged=ONE, sent_to_accepted=ONE,
        presidio_alone=ONE, plain_loop=ONE, sustained_per_s=100.0, backlog=1000, processor_ms={"api": 2.0},
        memory_mb={"api": 100.0},
        starts_s=() if start_s is None else (start_s,), start_s=start_s,
    )


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(list(range(1, 101)), share) == expected


def test_a_spread_is_in_milliseconds_whatever_the_order() -> None:
    found = spread([0.3, 0.1, 0.2])
    assert (found.count, found.p50_ms, found.p95_ms, found.max_ms) == (3, 200.0, 300.0, 300.0)


def test_a_target_that_was_not_measured_is_not_told() -> None:
    assert len(report().targets()) == 2
    assert len(report(start_s=4.0).targets()) == 3


def test_a_missed_target_is_told_as_missed() -> None:
    assert list(report(p50_s=0.2, start_s=4.0).targets().values()) == [False, False, True]


def test_the_report_is_json_that_reads_back() -> None:
    written = report(start_s=4.0).model_dump_json()
    assert StairReport.model_validate(json.loads(written)) == report(start_s=4.0)


def test_the_tables_name_both_baselines(capsys: pytest.CaptureFixture[str]) -> None:
    show(report(start_s=4.0))
    shown = capsys.readouterr().out
    assert "Presidio alone" in shown
    assert "plain loop" in shown


def test_without_java_the_bench_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = CliRunner().invoke(app, ["stair"])
    assert done.exit_code == 2
    assert "Java" in done.stderr


def test_the_callers_say_many_different_things() -> None:
    assert len(set(SENTENCES)) >= 40


def audit_report(*, share: float, verified: int) -> AuditReport:
    steps = tuple(
        Step(size=size, log_per_s=rate, plain_per_s=rate / share, plain_arrays_per_s=2e4, log_mib=9.0, plain_mib=4.0)
        for size, rate in ((1000, 20_000.0), (2000, 10_000.0))
    )
    return AuditReport(
        command="callwarden bench audit", date="2026-03-01", machine=Machine(cpu="any", cores=2, load_before=0.1),
        batch=256, steps=steps, acknowledged=ONE, paced_per_s=2000, paced_acknowledged=ONE, acknowledged_to_signed=ONE,
        verified=verified, verify_s=61.0, verify_said="ok", pages=(Page(asked="call", found=3, times=ONE),),
    )


def test_the_rate_of_a_growing_log_is_that_of_the_whole_run_and_small_logs_claim_no_verification() -> None:
    report = audit_report(share=0.25, verified=2000)
    assert (round(report.log_per_s), round(report.share, 2)) == (13_333, 0.25)
    assert list(report.targets().values()) == [True, False, True, True]
    assert list(audit_report(share=0.5, verified=1_000_000).targets().values()) == [True, True, True, True, False]


def test_the_plot_is_xml_with_a_line_for_each_rate_and_size(capsys: pytest.CaptureFixture[str]) -> None:
    report = audit_report(share=0.5, verified=2000)
    tree = ElementTree.fromstring(drawn(report))  # noqa: S314 - what we have written ourselves
    assert len(tree.findall(".//{http://www.w3.org/2000/svg}polyline")) == 5
    audit_report_tables(report)
    assert "first page: call (3)" in capsys.readouterr().out


def test_a_policy_is_measured_on_every_utterance_of_its_calls() -> None:
    report = measure_policy(calls=2)
    assert report.evaluation.count == report.keywords.count == 50
    assert report.policy.startswith("default@")
    assert set(report.targets()) == {"p95 <= 1 ms"}
