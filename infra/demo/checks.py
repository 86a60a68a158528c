"""What must hold for the demo to have been true; each check says what it saw."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.demo.evidence import CallEvidence, LogEvidence

SUM_WITHIN_MS = 1.0
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold."""

    name: str
    held: bool
    seen: str


def of_call(evidence: CallEvidence) -> list[Check]:
    """Judge one call."""
    return list(_of_call(evidence))


def _of_call(evidence: CallEvidence) -> Iterator[Check]:
    expected, name = evidence.scene.expected, evidence.scene.name
    entities = {span["entity"] for span in _spans(evidence)}
    for entity in sorted(expected.entities):
        yield Check(f"{name}: {entity} was redacted", entity in entities, f"redacted: {', '.join(sorted(entities))}")
    if expected.keys:
        pressed = sum(1 for one in evidence.entries if one["type"] == "dtmf_redacted")
        yield Check(f"{name}: keys were taken and hidden", pressed > 0, f"{pressed} entries of keys in the log")
    rules = {one["rule"] for one in evidence.detail["verdicts"]}
    for rule in sorted(expected.rules):
        yield Check(f"{name}: {rule} was found", rule in rules, f"found: {', '.join(sorted(rules)) or 'nothing'}")
    if expected.emergency:
        yield Check(
            f"{name}: the emergency is known", evidence.detail["emergency"] == expected.emergency,
            f"{evidence.detail['emergency']}",
        )
    if expected.handoff:
        yield Check(
            f"{name}: a person was asked for", bool(evidence.detail["handoffs"]),
            f"{len(evidence.detail['handoffs'])} handoffs",
        )
    if expected.desk:
        yield from _of_desk(evidence)
    if expected.barge_in:
        yield from _of_barge_in(evidence)
    yield from _of_turns(evidence)
    yield Check(
        f"{name}: entry {evidence.proven_index} is proven", evidence.proven, f"in a log of {evidence.log_size} entries"
    )


def _of_desk(evidence: CallEvidence) -> Iterator[Check]:
    name, taken = evidence.scene.name, evidence.taken
    states = [one["state"] for one in evidence.detail["handoffs"]]
    yield Check(f"{name}: the handoff was completed", "completed" in states, ", ".join(states) or "none")
    refused = taken.refused_status if taken else None
    yield Check(f"{name}: a second agent could not claim it", refused == 409, f"HTTP {refused}")
    packet = (taken.packet if taken else None) or {}
    cited = [turn for sentence in packet.get("summary", []) for turn in sentence["turns"]]
    known = {line["turn"] for line in evidence.lines}
    real = bool(cited) and set(cited) <= known
    yield Check(f"{name}: the packet's summary cites turns of the call", real, f"{cited}")
    steps = {"handoff_claimed", "handoff_accepted", "handoff_completed"}
    logged = steps & {one["type"] for one in evidence.entries}
    yield Check(f"{name}: every step of the desk is in the log", logged == steps, ", ".join(sorted(logged)))


def _of_barge_in(evidence: CallEvidence) -> Iterator[Check]:
    name = evidence.scene.name
    cut = [line for line in evidence.lines if line["participant"] == "assistant" and line["interrupted"]]
    yield Check(f"{name}: playback stopped for the caller", bool(cut), f"{len(cut)} answers cut")
    shorter = [
        line for line in cut
        if len(line["text"] or "") < len((line["stages"].get("generated") or {}).get("text") or "")
    ]
    seen = f"{len(shorter)} of {len(cut)}"
    yield Check(f"{name}: what was heard is less than what was generated", bool(shorter), seen)


def _of_turns(evidence: CallEvidence) -> Iterator[Check]:
    name = evidence.scene.name
    measured = [turn for turn in evidence.turns if turn["ttfa_ms"] is not None]
    off = [turn["turn"] for turn in measured if abs(_sum(turn) - turn["ttfa_ms"]) > SUM_WITHIN_MS]
    yield Check(f"{name}: the waterfall sums to TTFA", bool(measured) and not off, f"{len(measured)} turns measured")


def of_log(log: LogEvidence) -> list[Check]:
    """Judge the exported log."""
    return [Check("the exported log verifies", log.verified, f"{log.size} entries, {log.report}")]


def nowhere(secrets: Iterable[str], places: Iterable[Path], texts: Iterable[str]) -> list[Check]:
    """Look for clear text in every file below the places and in what HTTP answered."""
    wanted = {secret: secret.lower().encode() for secret in secrets}
    answered = "\n".join(texts).lower().encode()
    found = {name for name, secret in wanted.items() if secret in answered}
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    for path in files:
        found |= {name for name, secret in wanted.items() if _holds(path, secret)}
    return [Check(
        "no clear text of a caller is anywhere", not found,
        f"{len(wanted)} secrets sought in {len(files)} files and every answer; found {len(found)}",
    )]


def _holds(path: Path, secret: bytes) -> bool:
    overlap = len(secret) - 1
    with path.open("rb") as file:
        before = b""
        while block := file.read(BLOCK):
            if secret in (before + block).lower():
                return True
            before = block[-overlap:] if overlap else b""
    return False


def _spans(evidence: CallEvidence) -> Iterator[dict[str, Any]]:
    for line in evidence.lines:
        for stage in line["stages"].values():
            yield from stage["spans"]


def _sum(turn: dict[str, Any]) -> float:
    return float(sum(part["ms"] for part in turn["waterfall"]))
