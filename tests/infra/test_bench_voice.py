"""The voice bench from end to end in its smallest form, and its arithmetic; no test says how fast anything must be."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from infra.bench.figures import Machine, spread
from infra.bench.vendor_times import FIXED_MS, MOST_TURNS, TurnTimes, marked, number_heard, number_in, words_of
from infra.bench.vendors import Vendors
from infra.bench.voice import climb, spoken
from infra.bench.voice_figures import Level, LoadReport, VoiceReport, Waterfall, level
from infra.bench.voice_line import Asked
from infra.bench.voice_report import drawn, drawn_load, show_load
from infra.bench.voice_sides import Step
from infra.cli_bench import app

pytestmark = pytest.mark.flow
HEARD = TurnTimes(
    heard_at=10.010, final_at=10.211, asked_at=10.216, phrase_at=10.517, said_at=10.519, audio_at=10.620
)


def one_level(calls: int, *, net_s: float, lost: int = 0) -> Level:
    ways = Waterfall(way_in_ms=(5, 6), turn_ms=(5, 6), phrase_ms=(2, 3), way_out_ms=(4, 5))
    return Level(
        calls=calls, frame_ms=100, turns=3, lost=lost, over=spread([net_s]), net=spread([net_s]), waterfall=ways,
        processor_share={"voice-0": calls / 100, "callers": 0.5}, memory_mb={"voice-0": 300.0 + calls, "api": 100.0},
    )


def load_report(*levels: Level) -> LoadReport:
    machine = Machine(cpu="any", cores=2, load_before=0.1)
    return LoadReport(command="callwarden bench load", date="2026-03-01", machine=machine, steps=levels)


def climbing(answers: dict[int, Level]) -> tuple[list[int], Callable[[Step], Awaitable[Level]]]:
    asked: list[int] = []

    async def hold(step: Step) -> Level:
        asked.append(step.calls)
        return answers[step.calls]

    return asked, hold


def test_the_service_and_the_baseline_answer_one_call_over_the_same_stand_ins(kafka_libs: Path) -> None:
    done = CliRunner().invoke(app, ["voice", "--json", "--steps", "1:1:100"])
    assert done.exit_code == 0, done.stderr
    report = VoiceReport.model_validate(json.loads(done.stdout))
    (theirs,), (ours,) = report.pipecat, report.callwarden
    assert (theirs.turns, theirs.lost, ours.turns, ours.lost) == (1, 0, 1, 0)
    assert {"voice-0", "governance-0", "records", "api", "apache-kafka"} <= set(ours.processor_share)
    for side in (theirs, ours):
        ways = side.waterfall
        four = (ways.way_in_ms, ways.turn_ms, ways.phrase_ms, ways.way_out_ms)
        assert sum(p50 for p50, _ in four) == pytest.approx(side.net.p50_ms, abs=0.1)
    ElementTree.fromstring(drawn(report))  # noqa: S314 - what we have written ourselves


def test_the_baseline_holds_each_call_on_a_socket_of_its_own() -> None:
    from infra.bench.pipecat_pipeline import app as baseline  # a second to import

    (route,) = baseline("http://127.0.0.1:1").routes
    assert getattr(route, "path", None) == "/{call}"


def test_the_stand_in_notes_of_a_turn_are_given_once() -> None:
    vendors = Vendors(audio_ms=400, eager_ms=0)
    vendors.note(7, {"heard_at": 1.0})
    vendors.note(7, {"final_at": 1.2})
    first, second = vendors.told(), vendors.told()
    assert (first[7]["heard_at"], first[7]["final_at"], second) == (1.0, 1.2, {})


def test_the_overhead_is_what_is_left_without_the_vendors_and_their_lateness() -> None:
    asked = [Asked(7, False, 10.0, 10.625), Asked(8, True, 1.0, None)]
    found = level(asked, {7: HEARD}, calls=1, frame_ms=20, share={}, memory={})
    assert (found.turns, found.lost) == (1, 0)
    assert found.over.p50_ms == pytest.approx(25.0)
    assert found.net.p50_ms == pytest.approx(22.0)
    assert found.waterfall.way_in_ms[0] == pytest.approx(10.0)
    assert found.waterfall.way_out_ms[0] == pytest.approx(5.0)
    assert HEARD.late_ms == pytest.approx(3.0)
    assert FIXED_MS == 600


def test_a_turn_is_lost_where_nothing_came_or_something_else_than_its_answer() -> None:
    asked = [Asked(7, False, 10.0, 10.625), Asked(8, False, 12.0, None), Asked(9, False, 10.0, 10.3)]
    found = level(asked, {7: HEARD, 9: HEARD}, calls=1, frame_ms=20, share={}, memory={})
    assert (found.lost, found.signs) == (2, 1)  # of the one something came, before its answer


@pytest.mark.parametrize("number", [0, 1, 15, 16, 700, MOST_TURNS - 1])
def test_a_turn_is_known_again_in_samples_and_in_words(number: int) -> None:
    clip = marked(spoken(), number)
    assert number_heard(clip[-4096:] + bytes(640)) == number
    assert number_in(f"Here {words_of(number)} is.") == number
    assert number_in("Good morning.") is None


def test_the_clip_has_no_sample_of_silence() -> None:
    clip = spoken()
    assert all(clip[at] or clip[at + 1] for at in range(0, len(clip), 2))


async def test_the_climb_ends_after_two_misses_in_a_row() -> None:
    asked, hold = climbing({
        1: one_level(1, net_s=0.01), 5: one_level(5, net_s=0.2), 10: one_level(10, net_s=0.04),
        15: one_level(15, net_s=0.2), 20: one_level(20, net_s=0.01, lost=1), 25: one_level(25, net_s=0.01),
    })
    levels = await climb((1, 5, 10, 15, 20, 25), hold)
    assert asked == [1, 5, 10, 15, 20]
    assert load_report(*levels).held == 10


def test_the_slope_is_that_from_the_first_step_to_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    report = load_report(one_level(1, net_s=0.01), one_level(11, net_s=0.02))
    assert (report.cores_a_call, report.mb_a_call) == (0.01, 1.0)
    show_load(report)
    assert "held: 11 calls, 5.5 for each core" in capsys.readouterr().out
    ElementTree.fromstring(drawn_load(report))  # noqa: S314 - what we have written ourselves


def test_an_unreadable_step_says_what_is_wanted() -> None:
    done = CliRunner().invoke(app, ["voice", "--steps", "1:1"])
    assert done.exit_code == 2
    assert "calls:turns:frame-ms" in done.stderr
