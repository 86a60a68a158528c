"""The bench of tactics: its arithmetic, its ways to run the service, and its smallest run; no test says how fast."""

import pytest
from typer.testing import CliRunner

from infra.bench.figures import Machine
from infra.bench.tactics import VARIANTS, rail
from infra.bench.tactics_figures import Row, TacticsReport, quantiles
from infra.cli_bench import app
from infra.cli_bench_tactics import show
from infra.settings import Settings

pytestmark = pytest.mark.flow


def report(*rows: Row) -> TacticsReport:
    return TacticsReport(
        command="callwarden bench tactics", date="2026-03-01", machine=Machine(cpu="any", cores=2, load_before=0.1),
        load_after=0.2, stack="stand-ins", calls=2, rows=rows, rail_ms={"p99": 1.0},
    )


def row(name: str, *seconds: float, lost: int = 0) -> Row:
    return Row(name=name, switch={}, turns=len(seconds) + lost, lost=lost, ttfa_ms=quantiles(seconds))


def test_percentiles_are_times_that_were_measured() -> None:
    assert quantiles([0.3, 0.1, 0.2]) == {"p50": 200.0, "p90": 300.0, "p95": 300.0, "p99": 300.0}
    assert quantiles([]) == {}


def test_each_way_stands_beside_the_service_as_it_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    one = report(row("as shipped", 0.6), row("cache", 0.3), row("lost", lost=2))
    assert [one.ratio(each) for each in one.rows] == [1.0, 0.5, None]
    assert one.targets()["lost: every turn answered"] is False
    show(one)
    assert "MISSED lost" in capsys.readouterr().out


def test_every_switch_of_a_way_is_a_setting() -> None:
    assert not VARIANTS[0].switch
    for one in VARIANTS:
        assert set(one.switch) <= set(Settings.model_fields)


def test_the_end_of_turn_by_the_sound_is_measured_where_no_recogniser_ends_turns() -> None:
    (one,) = (each for each in VARIANTS if "semantic" in each.name)
    assert one.switch == {"semantic_end": "false"}
    assert (one.fits(local=True), one.fits(local=False)) == (True, False)
    assert all(each.fits(local=False) for each in VARIANTS if each is not one)


def test_the_rail_judges_a_phrase_against_all_its_rules() -> None:
    assert set(rail()) == {"p50", "p90", "p95", "p99"}


@pytest.mark.parametrize("wrong", [["--turns", "0"], ["--turns", "x"]])
def test_wrong_use_ends_with_two(wrong: list[str]) -> None:
    assert CliRunner().invoke(app, ["tactics", *wrong]).exit_code == 2
