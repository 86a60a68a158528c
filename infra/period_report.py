"""The page of a period's evidence that people read and print: what the log recorded, counted from its entries."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.audit.checkpoint import Checkpoint
from infra.bundle_page import key_in_words, page, table, text, vouched
from infra.bundle_report import ACCESS, TOLD

MOST_ROWS = 1000  # of one table; what is beyond it is counted, and lies in the files
RETENTION = ("erasure.", "subject.", "hold.", "call.erased", "call.expired", "key.buried")
CHANGES = ("policy.", "key.rotated", "key.retired", "webhook.")
GAPS = (
    "ingest.", "dedup.conflict", "recording_incomplete", "redaction_failed", "witness.", "stamp.", "clock.",
)
Row = tuple[Any, ...]


@dataclass(slots=True)
class Tally:
    """What is counted while the entries pass by; each list of rows keeps its first thousand."""

    types: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[Row] = field(default_factory=Counter)
    told: Counter[Row] = field(default_factory=Counter)
    access: Counter[Row] = field(default_factory=Counter)
    calls: dict[str, list[Any]] = field(default_factory=dict)  # entries, first and last time
    retention: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    gaps: list[Row] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)  # of the first and the last entry

    def take(self, leaf: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
        """Count one entry by its leaf and the columns that serve searches."""
        kind, at, rule = leaf["type"], leaf["recorded_at"], columns["rule"]
        who = columns["actor_label"] or leaf["actor"]
        self.recorded = [*self.recorded[:1], at]
        self.types[kind] += 1
        if kind in TOLD:
            self.told[(kind, TOLD[kind], rule)] += 1
        elif rule is not None:
            self.verdicts[(kind, rule, leaf["policy_version"])] += 1
        if columns["call"] is not None:
            seen = self.calls.setdefault(columns["call"], [0, at, at])
            seen[0], seen[2] = seen[0] + 1, at
        if kind.startswith(ACCESS) or kind == "subject.exported":
            self.access[(kind, who)] += 1
        row = (columns["index"], at, kind, who, columns["call"])
        for starts, rows in ((RETENTION, self.retention), (CHANGES, self.changes), (GAPS, self.gaps)):
            if kind.startswith(starts):
                rows.append(row)


def report(
    tally: Tally, checkpoint: Checkpoint, vkeys: str, names: Sequence[str], *, tenant: str, since: str, until: str,
    first: int, last: int, open_end: bool,
) -> bytes:
    """Write the page; `names` are those of the bundle's other files, `first` and `last` the entries shown."""
    count = sum(tally.types.values())
    entry = ("entry", "recorded", "what", "who", "call")
    parts = [
        f"<h1>Evidence of a period: tenant {text(tenant)}</h1>",
        table("", ("", ""), [("from", since), ("to (not in it)", until), ("entries", count),
                             ("calls with an entry", len(tally.calls))]),
        "<h2>Entries by type</h2>", _counted("The log recorded nothing.", ("type",), tally.types),
        "<h2>Calls</h2>",
        _rows("No entry is of a call.", ("call", "entries", "first", "last"),
              [(call, *seen) for call, seen in tally.calls.items()]),
        "<h2>Verdicts</h2>", _counted("No rule found anything.", ("type", "rule", "policy"), tally.verdicts),
        "<h2>Disclosures and consent</h2>",
        _counted("None was due or given.", ("type", "", "rule"), tally.told),
        "<h2>Erasures, holds and retention</h2>", _rows("None.", entry, tally.retention),
        "<h2>Reads, reveals and exports</h2>", _counted("Nobody looked.", ("what", "who"), tally.access),
        "<h2>Changes of policies, keys and deliveries</h2>", _rows("None.", entry, tally.changes),
        "<h2>Gaps, conflicts and failures on record</h2>", _rows("None.", entry, tally.gaps),
        "<h2>Proof</h2>",
        _proof(tally, checkpoint, until=until if open_end else None, first=first, last=last) + _heads(names)
        + key_in_words(vkeys) + vouched(names),
    ]
    return page("Evidence of a period", parts)


def _counted(empty: str, heads: tuple[str, ...], counted: Mapping[Any, int]) -> str:
    rows = [(*(one if isinstance(one, tuple) else (one,)), count) for one, count in counted.items()]
    return _rows(empty, (*heads, "entries"), sorted(rows, key=str))


def _rows(empty: str, heads: tuple[str, ...], rows: Iterable[Row]) -> str:
    listed = list(rows)
    more = len(listed) - MOST_ROWS
    shown = table(empty, heads, listed[:MOST_ROWS])
    return shown if more <= 0 else f"{shown}<p>and {more} more, in <code>entries.jsonl</code>.</p>"


def _proof(tally: Tally, checkpoint: Checkpoint, *, until: str | None, first: int, last: int) -> str:
    times = f" (recorded {text(tally.recorded[0])} to {text(tally.recorded[-1])})" if tally.recorded else ""
    count = sum(tally.types.values())
    behind = "" if until is None else (
        f" Entry {last} is the last one that the checkpoint covers: what was recorded before {text(until)}, but after "
        "the checkpoint was signed, is not in this bundle."
    )
    return (
        f"<p>The audit log {text(checkpoint.origin)} signed that it holds {checkpoint.size} entries with the root hash "
        f"<code>{checkpoint.root.hex()}</code>. This bundle holds its entries {first} to {last} without a gap; {count} "
        f"of them are of the period{times}. The one in front of them was recorded before the period and the one behind "
        "them after it, where the log has such. The proofs of the first and of the last lead to the root, and all that "
        "lie between give the rest of it: were one left out, added, changed or in another's place, the root would be "
        f"another.{behind} An entry binds what happened by a keyed digest; it holds no words.</p>"
    )


def _heads(names: Sequence[str]) -> str:
    if "heads/entry" not in names:
        return "<p>Where each stream ended was not committed to within the period, or too long ago to be shown.</p>"
    return (
        "<p>Within the period the log committed to the end of every stream (<code>heads/</code>); it agrees with the "
        "entries here.</p>"
    )
