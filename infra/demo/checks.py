"""What must hold for the demo to have been true; each check says what it saw."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.demo.evidence import CallEvidence, LogEvidence
from infra.demo.search import Search

SUM_WITHIN_MS = 1.0
TOO_LATE = 409
MOST_URGENT = 1
DESK_STEPS = frozenset({"handoff_claimed", "handoff_accepted", "handoff_completed"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold."""

    name: str
    held: bool
    seen: str


def of_call(evidence: CallEvidence) -> list[Check]:
    """Judge one call."""
    name = evidence.scene.name
    found = [*_of_line(evidence), *_of_findings(evidence)]
    if evidence.scene.expected.emergency:
        found += _of_emergency(evidence)
    if evidence.scene.expected.desk:
        found += _of_desk(evidence)
    if evidence.scene.expected.barge_in:
        found += _of_barge_in(evidence)
    found += [*_of_turns(evidence), *_of_record(evidence)]
    return [Check(f"{name}: {one.name}", one.held, one.seen) for one in found]


def not_played(name: str, why: str) -> Check:
    """Tell that a call could not be played at all."""
    return Check(f"{name}: the call was played", held=False, seen=why)


def _of_line(evidence: CallEvidence) -> Iterator[Check]:
    result = evidence.result
    told = "; ".join(result.errors) or f"{len(result.said)} utterances, {len(result.answered_after_ms)} answered"
    yield Check("the call was played without an error", not result.errors and bool(result.answered_after_ms), told)


def _of_findings(evidence: CallEvidence) -> Iterator[Check]:
    expected = evidence.scene.expected
    entities = {span["entity"] for span in _spans(evidence)}
    for entity in sorted(expected.entities):
        yield Check(f"{entity} was redacted", entity in entities, f"redacted: {_list(entities)}")
    if expected.keys:
        pressed = sum(1 for one in evidence.entries if one["type"] == "dtmf_redacted")
        yield Check("the keys were taken and hidden", pressed > 0, f"{pressed} entries of keys in the log")
    rules = {one["rule"] for one in evidence.detail["verdicts"]}
    for rule in sorted(expected.rules):
        yield Check(f"{rule} was found", rule in rules, f"found: {_list(rules)}")
    nameless = [one["rule"] for one in evidence.detail["verdicts"] if not one["policy_version"]]
    yield Check("every finding names its policy version", not nameless, _list(nameless))
    if expected.handoff:
        waiting = evidence.detail["handoffs"]
        yield Check("a person was asked for", bool(waiting), f"{len(waiting)} handoffs")


def _of_emergency(evidence: CallEvidence) -> Iterator[Check]:
    expected, known = evidence.scene.expected, evidence.detail["emergency"]
    yield Check("the emergency is known", known == expected.emergency, f"{known}")
    events = [one for one in evidence.detail["verdicts"] if one["type"] == "emergency_detected"]
    early = [one for one in events if one["provisional"]]
    yield Check("it was detected while she was speaking", bool(early), f"{len(early)} of {len(events)} on an interim")
    first = [one for one in evidence.detail["handoffs"] if one["priority"] == MOST_URGENT]
    yield Check("it waits before everything else", bool(first), f"{len(first)} handoffs of priority {MOST_URGENT}")
    said = [line["text"] or "" for line in evidence.lines if line["participant"] == "assistant" and line["turn"] > 0]
    urgent = [text for text in said if "emergency number" in text]
    yield Check("the assistant named the emergency number", bool(urgent), f"{len(said)} answers")


def _of_desk(evidence: CallEvidence) -> Iterator[Check]:
    states = [one["state"] for one in evidence.detail["handoffs"]]
    yield Check("the handoff was completed", "completed" in states, _list(states))
    refused = evidence.taken.refused_status if evidence.taken else None
    yield Check("a second agent could not claim it", refused == TOO_LATE, f"HTTP {refused}")
    packet = (evidence.taken.packet if evidence.taken else None) or {}
    cited = {turn for sentence in packet.get("summary", []) for turn in sentence["turns"]}
    known = {line["turn"] for line in evidence.lines}
    yield Check("the packet's summary cites turns of the call", bool(cited) and cited <= known, f"{sorted(cited)}")
    logged = {one["event_id"] for one in evidence.entries}
    position = packet.get("audit_position")
    yield Check("the packet's audit position is an entry of the log", position in logged, f"{position}")
    steps = DESK_STEPS & {one["type"] for one in evidence.entries}
    yield Check("every step of the desk is in the log", steps == DESK_STEPS, _list(steps))


def _of_barge_in(evidence: CallEvidence) -> Iterator[Check]:
    cut = [line for line in evidence.lines if line["participant"] == "assistant" and line["interrupted"]]
    stopped = [str(turn["barge_in_ms"]) for turn in evidence.turns if turn["barge_in_ms"] is not None]
    yield Check(
        "playback stopped for the caller", bool(cut) and bool(stopped) and evidence.result.clears > 0,
        f"{len(cut)} answers cut, stopped after {_list(stopped)} ms, {evidence.result.clears} times at the telephone",
    )
    shorter = [line for line in cut if len(line["text"] or "") < len(generated(line))]
    yield Check("what was heard is less than what was generated", bool(shorter), f"{len(shorter)} of {len(cut)}")


def _of_turns(evidence: CallEvidence) -> Iterator[Check]:
    measured = [turn for turn in evidence.turns if turn["ttfa_ms"] is not None]
    off = [turn["turn"] for turn in measured if abs(_sum(turn) - turn["ttfa_ms"]) > SUM_WITHIN_MS]
    yield Check("the waterfall sums to TTFA", bool(measured) and not off, f"{len(measured)} turns measured, off: {off}")


def _of_record(evidence: CallEvidence) -> Iterator[Check]:
    logged = {one["event_id"] for one in evidence.entries}
    told = {stage["event_id"] for line in evidence.lines for stage in line["stages"].values()}
    told |= {one["event_id"] for one in evidence.detail["verdicts"]}
    missing = told - logged
    yield Check("all that is told of the call is in the log", not missing, f"{len(missing)} of {len(told)} missing")
    proof = evidence.proof
    yield Check(f"entry {proof.index} is proven", proof.verified, f"in a log of {proof.size} entries")


def of_log(log: LogEvidence) -> list[Check]:
    """Judge the exported log."""
    return [Check("the exported log verifies and extends every proof's checkpoint", log.verified, log.report)]


def of_search(searched: Search, *, secrets: Collection[str], known: Collection[str]) -> list[Check]:
    """Judge the search for clear text; it counts only if it found in the files what is known to be stored."""
    missed, clear = set(known) - searched.in_files, set(secrets) & searched.found
    where = f"{searched.files} files"
    return [
        Check(
            "the search for clear text finds what is stored", bool(known) and not missed,
            f"{len(missed)} of {len(known)} known texts not found in {where}",
        ),
        Check(
            "no clear text of a caller is anywhere", not clear,
            f"{len(clear)} of {len(secrets)} secrets in {where} and every answer",
        ),
    ]


def generated(line: dict[str, Any]) -> str:
    """Give what the assistant meant to say in a line."""
    stage: dict[str, Any] = line["stages"].get("generated") or {}
    return str(stage.get("text") or "")


def _spans(evidence: CallEvidence) -> Iterator[dict[str, Any]]:
    for line in evidence.lines:
        for stage in line["stages"].values():
            yield from stage["spans"]


def _sum(turn: dict[str, Any]) -> float:
    return float(sum(part["ms"] for part in turn["waterfall"]))


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
