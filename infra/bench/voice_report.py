"""What the voice and load benches print, and their plots."""

from collections.abc import Sequence
from html import escape

from rich.console import Console
from rich.table import Table

from infra.bench.figures import Machine
from infra.bench.plot import COLOURS, chart
from infra.bench.vendor_times import FINAL_MS, FIRST_AUDIO_MS, PHRASE_MS
from infra.bench.voice_figures import Level, LoadReport, VoiceReport

WAYS = ("way in", "turn", "phrase", "way out")
LEFT, TOP, ROW, PIXELS_A_MS = 150, 50, 26, 6.0


def show(report: VoiceReport) -> None:
    """Print the tables of a run."""
    console = Console(width=140)
    console.print(f"{report.command}\n{_where(report.date, report.machine)}")
    _levels(console, [("Pipecat", one) for one in report.pipecat] + [("Callwarden", one) for one in report.callwarden])
    for target, met in report.targets().items():
        console.print(f"{'met   ' if met else 'MISSED'} {target}")


def show_load(report: LoadReport) -> None:
    """Print the climb."""
    console = Console(width=140)
    console.print(f"{report.command}\n{_where(report.date, report.machine)}")
    _levels(console, [("Callwarden", one) for one in report.steps])
    held = report.held / report.machine.cores
    console.print(f"held: {report.held} calls, {held:.1f} for each core; a further call takes "
                  f"{report.cores_a_call} cores and {report.mb_a_call} MiB")
    last = report.steps[-1].processor_share
    most = sorted(last.items(), key=lambda one: -one[1])
    console.print("processor at the last step: " + ", ".join(f"{name} {share:.2f}" for name, share in most))


def drawn(report: VoiceReport) -> str:
    """Draw the waterfall of the medians of both sides at each number of calls, as SVG."""
    rows = [(name, one) for pair in zip(report.pipecat, report.callwarden, strict=True)
            for name, one in zip(("Pipecat", "Callwarden"), pair, strict=True)]
    longest = max(sum(_medians(one)) for _, one in rows)
    scale = min(PIXELS_A_MS, 800 / max(longest, 1.0))
    width, height = int(LEFT + longest * scale + 120), TOP + ROW * len(rows) + 70
    parts = [_text(10, 24, "overhead between the vendors, medians in ms "
                   f"(fixed: {FINAL_MS} + {PHRASE_MS} + {FIRST_AUDIO_MS})", bold=True)]
    for place, (name, one) in enumerate(rows):
        y, x = TOP + ROW * place, float(LEFT)
        parts.append(_text(10, y + 15, f"{name}, {one.calls} call{'s' if one.calls > 1 else ''}"))
        for colour, ms in zip((*COLOURS, "#e0a030"), _medians(one), strict=True):
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{ms * scale:.1f}" height="{ROW - 8}" fill="{colour}"/>')
            x += ms * scale
        parts.append(_text(x + 6, y + 15, f"{sum(_medians(one)):.1f}"))
    for place, (name, colour) in enumerate(zip(WAYS, (*COLOURS, "#e0a030"), strict=True)):
        y = TOP + ROW * len(rows) + 20
        parts.append(f'<rect x="{LEFT + place * 110}" y="{y - 10}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(LEFT + place * 110 + 18, y, name))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{max(width, 640)}" height="{height}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f'{"".join(parts)}</svg>\n'
    )


def drawn_load(report: LoadReport) -> str:
    """Draw overhead and cores over the number of calls."""
    steps = report.steps
    return chart([
        ("overhead", "ms", {"p50": [(one.calls, one.net.p50_ms) for one in steps],
                            "p95": [(one.calls, one.net.p95_ms) for one in steps]}),
        ("cores", "cores", {"cores": [(one.calls, one.cores) for one in steps]}),
    ], across="calls at once")


def _levels(console: Console, rows: Sequence[tuple[str, Level]]) -> None:
    table = Table("side", "calls", "frame ms", "turns", "lost", "over p50", "p95", "net p50", "p95", "p99",
                  *(f"{one} p50/p95" for one in WAYS), "cores")
    for name, one in rows:
        ways = one.waterfall
        four = (ways.way_in_ms, ways.turn_ms, ways.phrase_ms, ways.way_out_ms)
        times = (one.over.p50_ms, one.over.p95_ms, one.net.p50_ms, one.net.p95_ms, one.net.p99_ms)
        table.add_row(
            name, str(one.calls), str(one.frame_ms), str(one.turns), f"{one.lost} ({one.signs} late)",
            *(f"{ms:.1f}" for ms in times),
            *(f"{p50:.1f}/{p95:.1f}" for p50, p95 in four), f"{one.cores:.2f}",
        )
    console.print(table)


def _medians(one: Level) -> tuple[float, float, float, float]:
    ways = one.waterfall
    return ways.way_in_ms[0], ways.turn_ms[0], ways.phrase_ms[0], ways.way_out_ms[0]


def _where(date: str, machine: Machine) -> str:
    return f"{date}, {machine.cpu}, {machine.cores} cores, load {machine.load_before}"


def _text(x: float, y: float, said: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{weight}>{escape(said)}</text>'
