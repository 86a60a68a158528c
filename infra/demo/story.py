"""Each call's story on one screen: who said what, what was found, how long it took, who took over, and the proof."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from infra.demo.checks import Check, generated
from infra.demo.evidence import CallEvidence, LogEvidence

BAR = 40  # characters of a call's longest waterfall
LABEL = 9  # characters of the left column
PARTS = {
    "endpointing": "cyan", "transcription": "blue", "language_model": "magenta", "synthesis": "yellow",
    "playback": "green",
}
WHO = {"caller": "bold", "assistant": "cyan", "human": "green"}
PSEUDONYM = r"<[A-Z_]+_\d+>"


def tell(console: Console, evidence: CallEvidence) -> None:
    """Print one call."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", width=LABEL)
    table.add_column(ratio=1)
    for line in evidence.lines:
        table.add_row(Text(line["participant"], style=WHO[line["participant"]]), _said(line))
    rows: list[tuple[str, Sequence[RenderableType]]] = [
        ("redacted", [_redacted(evidence)]),
        ("found", list(_findings(evidence.detail["verdicts"])) or [Text("nothing")]),
        ("handoff", list(_handoffs(evidence))),
        ("proof", [_proof(evidence)]),
    ]
    for label, told in rows:
        if told:
            table.add_row("", "")
            table.add_row(Text(label, style="bold"), Group(*told))
    told_in = Group(table, Text(), _waterfall(evidence))
    console.print(Panel(told_in, title=evidence.scene.title, title_align="left", subtitle=evidence.scene.call_id))


def summarise(console: Console, calls: Sequence[CallEvidence], log: LogEvidence, checks: Sequence[Check]) -> None:
    """Print what did not hold, and the line that says it all."""
    for check in checks:
        if not check.held:
            console.print(Text.assemble(("FAILED ", "bold red"), check.name, f" ({check.seen})"))
    held = sum(check.held for check in checks)
    turns = sum(len(one.turns) for one in calls)
    hidden = sum(len(list(_hidden(one))) for one in calls)
    told = (
        f"{len(calls)} calls · {turns} turns · {hidden} redactions · log of {log.size} entries, root {log.root[:16]}…"
    )
    all_held = held == len(checks)
    ended = f"all {held} checks held" if all_held else f"{held} of {len(checks)} checks held"
    console.print(Text(f"{told} · {ended}", style="bold green" if all_held else "bold red"), soft_wrap=True)


def _said(line: dict[str, Any]) -> Text:
    said = Text("(withheld)" if line["withheld"] else line["text"] or "(nothing was heard of it)")
    said.highlight_regex(PSEUDONYM, "black on yellow")
    if line["interrupted"]:
        unheard = max(len(generated(line)) - len(line["text"] or ""), 0)
        said.append(f" ▌cut here: {unheard} characters were never heard", style="red")
    return said


def _redacted(evidence: CallEvidence) -> Text:
    counted = Counter(_hidden(evidence))
    detectors = {stage["detector"] for line in evidence.lines for stage in line["stages"].values() if stage["detector"]}
    told = ", ".join(f"{entity} ×{n}" for entity, n in sorted(counted.items())) or "nothing was personal"
    return Text(f"{told} · by {', '.join(sorted(detectors)) or 'nobody'}")


def _hidden(evidence: CallEvidence) -> Iterator[str]:
    """Give the kind of each span once an utterance, not once for each stage that repeats it."""
    for line in evidence.lines:
        yield from sorted({
            (span["entity"], span["pseudonym"]): span["entity"]
            for stage in line["stages"].values() for span in stage["spans"]
        }.values())


def _findings(verdicts: list[dict[str, Any]]) -> Iterator[Text]:
    early = {one["rule"] for one in verdicts if one["type"] == "emergency_detected" and one["provisional"]}
    for one in verdicts:
        if one["type"] == "verdict_reached":
            told = Text.assemble((one["rule"], "bold"), f" by policy {one['policy_version']}, score {one['score']:.2f}")
            turns = ", ".join(sorted({str(cited["turn"]) for cited in one["because"]}))
            told.append(f", in turn {turns}")
            if one["rule"] in early:
                told.append(", while she was still speaking", style="red")
            yield told


def _handoffs(evidence: CallEvidence) -> Iterator[Text]:
    for one in evidence.detail["handoffs"]:
        yield Text(f"{one['rule']} → queue {one['queue']}, priority {one['priority']}: {one['state']}")
    if evidence.taken is None or evidence.taken.packet is None:
        return
    yield Text(" → ".join(evidence.taken.steps))
    yield Text("the packet's summary:")
    for sentence in evidence.taken.packet["summary"]:
        turns = ", ".join(str(turn) for turn in sentence["turns"])
        told = Text(f"· {sentence['text']} [turn {turns}]")
        told.highlight_regex(PSEUDONYM, "black on yellow")
        yield told


def _proof(evidence: CallEvidence) -> Text:
    proof = evidence.proof
    return Text.assemble(
        f"entry {proof.index} ({proof.kind}) of a tree of {proof.size}, root {proof.root[:16]}…: ",
        ("inclusion verified", "green") if proof.verified else ("NOT PROVEN", "bold red"),
        f" · {len(evidence.entries)} entries of this call",
    )


def _waterfall(evidence: CallEvidence) -> RenderableType:
    measured = [turn for turn in evidence.turns if turn["ttfa_ms"] is not None]
    longest = max((turn["ttfa_ms"] for turn in measured), default=0.0) or 1.0
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", width=LABEL)
    table.add_column(justify="right")
    table.add_column(ratio=1)
    for turn in measured:
        # Rounded at the ends of the parts, so that the bars of a turn add up as well.
        ends = [0.0]
        for part in turn["waterfall"]:
            ends.append(ends[-1] + part["ms"])
        places = [round(end / longest * BAR) for end in ends]
        bar, parts = Text(), Text()
        for part, (begin, end) in zip(turn["waterfall"], pairwise(places), strict=True):
            colour = PARTS.get(part["name"], "white")
            bar.append("█" * (end - begin), style=colour)
            parts.append(f"{part['name'].replace('_', ' ')} {part['ms']:.0f}  ", style=colour)
        table.add_row(f"turn {turn['turn']}", f"{turn['ttfa_ms']:.0f} ms", bar)
        table.add_row("", "", parts)
    return table
