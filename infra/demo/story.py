"""Each call's story on one screen: who said what, what was found, how long it took, who took over, and the proof."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from infra.demo.checks import Check
from infra.demo.evidence import CallEvidence, LogEvidence

BAR = 40  # characters of the longest waterfall
COLOURS = {"endpointing": "cyan", "transcription": "blue", "language_model": "magenta", "synthesis": "yellow",
           "playback": "green"}
WHO = {"caller": "bold", "assistant": "cyan", "human": "green"}


def tell(console: Console, evidence: CallEvidence) -> None:
    """Print one call."""
    parts = [_words(evidence), _found(evidence), _waterfall(evidence)]
    if evidence.taken and evidence.taken.packet:
        parts.append(_handoff(evidence))
    parts.append(Text.assemble(
        ("proof     ", "bold"), f"entry {evidence.proven_index} of {evidence.log_size}: ",
        ("inclusion verified", "green") if evidence.proven else ("NOT PROVEN", "bold red"),
        f" · {len(evidence.entries)} entries of this call",
    ))
    console.print(Panel(Group(*parts), title=evidence.scene.title, title_align="left", subtitle=evidence.scene.call_id))


def summarise(console: Console, calls: list[CallEvidence], log: LogEvidence, checks: list[Check]) -> None:
    """Print what did not hold, and the line that says it all."""
    for check in checks:
        if not check.held:
            console.print(Text.assemble(("FAILED ", "bold red"), check.name, f" ({check.seen})"))
    held = sum(check.held for check in checks)
    turns = sum(len(one.turns) for one in calls)
    redacted = sum(len(stage["spans"]) for one in calls for line in one.lines for stage in line["stages"].values())
    told = f"{len(calls)} calls · {turns} turns · {redacted} redactions"
    kept = f"log of {log.size} entries, root {log.root[:16]}…"
    style = "bold green" if held == len(checks) else "bold red"
    console.print(Text(f"{told} · {kept} · {held} of {len(checks)} checks held", style=style))


def _words(evidence: CallEvidence) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", width=9)
    table.add_column(ratio=1)
    for line in evidence.lines:
        said = Text(line["text"] or "(withheld)")
        generated = (line["stages"].get("generated") or {}).get("text") or ""
        if line["interrupted"]:
            unheard = len(generated) - len(line["text"] or "")
            said.append(f" — cut here, {max(unheard, 0)} characters were never heard", style="red")
        said.highlight_regex(r"<[A-Z_]+_\d+>", "black on yellow")
        table.add_row(Text(line["participant"], style=WHO[line["participant"]]), said)
    return table


def _found(evidence: CallEvidence) -> RenderableType:
    lines = list(_findings(evidence.detail["verdicts"]))
    return Text.assemble(("found     ", "bold"), "\n          ".join(lines) if lines else "nothing")


def _findings(verdicts: list[dict[str, Any]]) -> Iterator[str]:
    early = {one["rule"] for one in verdicts if one["provisional"]}
    for one in verdicts:
        if one["type"] == "verdict_reached":
            when = ", while she was still speaking" if one["rule"] in early else ""
            score = f", score {one['score']:.2f}" if one["score"] is not None else ""
            yield f"{one['rule']} by {one['policy_version']}{score}{when}"


def _waterfall(evidence: CallEvidence) -> RenderableType:
    measured = [turn for turn in evidence.turns if turn["ttfa_ms"] is not None]
    longest = max((turn["ttfa_ms"] for turn in measured), default=1.0)
    table = Table.grid(padding=(0, 1))
    for turn in measured:
        bar, parts = Text(), Text()
        for part in turn["waterfall"]:
            colour = COLOURS.get(part["name"], "white")
            bar.append("█" * round(part["ms"] / longest * BAR), style=colour)
            parts.append(f"{part['name']} {part['ms']:.0f}  ", style=colour)
        table.add_row(f"turn {turn['turn']}", f"{turn['ttfa_ms']:.0f} ms", bar)
        table.add_row("", "", parts)
    return table


def _handoff(evidence: CallEvidence) -> RenderableType:
    if evidence.taken is None or evidence.taken.packet is None:
        return Text()
    told = Text.assemble(("handoff   ", "bold"), " → ".join(evidence.taken.steps))
    for sentence in evidence.taken.packet["summary"]:
        turns = ", ".join(str(turn) for turn in sentence["turns"])
        told.append(f"\n          {sentence['text']} [turn {turns}]")
    return told
