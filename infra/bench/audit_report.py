"""The report of `callwarden bench audit` as tables, and as a plot of its growth."""

from rich.console import Console
from rich.table import Table

from infra.bench.audit_figures import AuditReport
from infra.bench.plot import chart


def show(report: AuditReport) -> None:
    """Print the tables of a report."""
    console = Console()
    machine = report.machine
    console.print(f"{report.command}\n{report.date}, {machine.cpu}, {machine.cores} cores, load {machine.load_before}")
    grown = Table("entries", "log/s", "plain insert/s", "plain arrays/s", "log MiB", "plain MiB")
    for step in report.steps:
        figures = (step.log_per_s, step.plain_per_s, step.plain_arrays_per_s, step.log_mib, step.plain_mib)
        grown.add_row(f"{step.size}", *(f"{figure:.0f}" for figure in figures))
    console.print(grown)
    times = Table("what", "count", "p50 ms", "p99 ms", "max ms", "cold ms")
    rows = (
        (f"acknowledged, batch {report.batch}", report.acknowledged, None, None),
        (f"acknowledged at {report.paced_per_s}/s", report.paced_acknowledged, None, None),
        ("acknowledged -> signed", report.acknowledged_to_signed, None, None),
        *(
            (f"first page: {page.asked} ({page.found})", page.times, page.cold_ms, page.warmed_ms)
            for page in report.pages
        ),
    )
    for name, one, *once in rows:
        shown = "/".join(f"{each:.0f}" for each in once if each is not None)  # cold, and once the service warmed them
        times.add_row(name, str(one.count), f"{one.p50_ms:.1f}", f"{one.p99_ms:.1f}", f"{one.max_ms:.1f}", shown)
    console.print(times)
    console.print(f"verified {report.verified} entries in {report.verify_s} s")
    for target, met in report.targets().items():
        console.print(f"{'met   ' if met else 'MISSED'} {target}")


def drawn(report: AuditReport) -> str:
    """Draw rates and sizes over the size of the log, as SVG."""
    rates = {
        "audit log": [(float(step.size), step.log_per_s) for step in report.steps],
        "plain insert": [(float(step.size), step.plain_per_s) for step in report.steps],
        "plain, arrays": [(float(step.size), step.plain_arrays_per_s) for step in report.steps],
    }
    sizes = {
        "audit log": [(0.0, 0.0), *((float(step.size), step.log_mib) for step in report.steps)],
        "plain insert": [(0.0, 0.0), *((float(step.size), step.plain_mib) for step in report.steps)],
    }
    return chart([("appended", "entries/s", rates), ("on disk", "MiB", sizes)], across="entries")
