"""The page of an evidence bundle that people read and print: self-contained HTML, every value escaped."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from governance.audit.checkpoint import Checkpoint
from infra.bundle_page import key_in_words, page, table, text, vouched

# Entries about who looked and who opened what lie outside of the call's own stream: they have no place in a topic.
ACCESS = ("read", "access.", "reveal", "recording.original", "pseudonym")
TOLD = {
    "disclosure_given": "heard whole", "disclosure_heard": "heard whole", "disclosure_interrupted": "cut off",
    "disclosure_missed": "due, and not heard", "consent_required": "due", "consent_requested": "asked",
    "consent_given": "given", "consent_assumed": "assumed: told, and on the line", "consent_refused": "refused",
    "consent_withdrawn": "withdrawn",
}


def report(files: Mapping[str, Any], checkpoint: Checkpoint, vkeys: str, names: Sequence[str] = ()) -> bytes:
    """Write the page from the bundle's own JSON files; `names` are those of all its files."""
    call, verdicts = files["call.json"], files["verdicts.json"]
    lines, columns = files["transcript.json"]["lines"], files["columns.json"]
    facts = [(name, call[name]) for name in ("state", "channel", "language", "caller", "started_at", "ended_at",
                                             "end_reason", "emergency", "policy_version")]
    told = [(one["occurred_at"], one["kind"], TOLD[one["type"]], one["reason"], one["rule"])
            for one in verdicts if one["type"] in TOLD]
    disclosures = [one for one in told if not one[-1].startswith("consent.")]
    parts = [
        f"<h1>Evidence of call {text(call['call_id'])}</h1>",
        table("", ("", ""), facts),
        "<h2>Disclosure</h2>",
        table("No disclosure was due or given.", ("at", "disclosure", "", "how", "rule"), disclosures),
        "<h2>Consent</h2>",
        table("None was needed.", ("at", "consent", "", "how", "rule"),
               [one for one in told if one not in disclosures]),
        "<h2>Timeline</h2>",
        table("Nothing was said.", ("at", "who", "what"), _timeline(lines, verdicts)),
        "<h2>Verdicts</h2>",
        table("No rule found anything.", ("at", "type", "rule", "reason", "policy", "cites"), _verdicts(verdicts)),
        "<h2>Redaction</h2>",
        table("Nothing was redacted.", ("kind of value", "places"), _redactions(lines)),
        f"<p>{sum(bool(line['withheld']) for line in lines)} of {len(lines)} lines are withheld from everybody.</p>",
        "<h2>Handoffs</h2>",
        table("No handoff.", ("requested", "queue", "reason", "state", "disposition"),
               [tuple(one[name] for name in ("requested_at", "queue", "reason", "state", "disposition"))
                for one in files["handoffs.json"]]),
        "<h2>Processors</h2>",
        table("No provider is on record.", ("what for", "provider", "model", "region", "times", "failed"),
               [(one["operation"], *(one["provider"][name] for name in ("name", "model", "region")), one["calls"],
                 one["failed"]) for one in call["processors"]]),
        "<h2>Access</h2>",
        table("Nobody looked before the checkpoint.", ("entry", "recorded", "what", "who"),
               [(one["index"], one["recorded_at"], one["type"], one["actor_label"] or one["actor"])
                for one in columns if one["type"].startswith(ACCESS)]),
        "<h2>Recording</h2>",
        _recording(files.get("recording.json")),
        "<h2>Retention</h2>",
        table("Nothing of the call was erased or has expired, and no hold covers it.", ("what", "state", "why", "at"),
               [(one["what"], one["state"], one["because"], one["at"]) for one in files.get("retention.json", [])]),
        "<h2>Proof</h2>",
        _proof(columns, checkpoint, vkeys) + _ends(names) + vouched(names),
    ]
    return page("Evidence of a call", parts)


def _timeline(lines: Iterable[Mapping[str, Any]], verdicts: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    rows = []
    for line in lines:
        said = "(withheld)" if line["withheld"] else line["text"] if line["text"] is not None else "(not heard)"
        said = f"{said} (interrupted)" if line["interrupted"] else said
        rows.append((line["occurred_at"], line["participant"], said))
    rows += [(one["occurred_at"], "policy", f"{one['type']}: {one['rule']}") for one in verdicts]
    return sorted(rows, key=lambda row: str(row[0]))


def _verdicts(verdicts: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (
            one["occurred_at"], one["type"], one["rule"], one["reason"] or one["kind"], one["policy_version"],
            ", ".join(f"turn {each['turn']}, characters {each['start']} to {each['end']}" for each in one["because"]),
        )
        for one in verdicts
    ]


def _redactions(lines: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Count each place once: in the stage that tells what was really said."""
    found: Counter[str] = Counter()
    for line in lines:
        stage = next((line["stages"][name] for name in ("heard", "final", "dtmf") if name in line["stages"]), None)
        found.update(span["entity"] for span in (stage or {"spans": ()})["spans"])
    return sorted(found.items())


def _recording(recording: Mapping[str, Any] | None) -> str:
    if recording is None:
        return "<p>There is no recording.</p>"
    chunks = [(one["direction"], one["start_ms"], one["end_ms"], one["sha256"]) for one in recording["chunks"]]
    return f"<p>State: {text(recording['state'])}.</p>" + table(
        "No chunk.", ("direction", "from ms", "to ms", "SHA-256"), chunks
    )


def _proof(columns: list[Mapping[str, Any]], checkpoint: Checkpoint, vkeys: str) -> str:
    first, last = columns[0], columns[-1]
    return (
        f"<p>The audit log {text(checkpoint.origin)} signed that it holds {checkpoint.size} entries with the root "
        f"hash <code>{checkpoint.root.hex()}</code>. {len(columns)} of them are of this call, the first at index "
        f"{first['index']} (recorded {text(first['recorded_at'])}), the last at index {last['index']} (recorded "
        f"{text(last['recorded_at'])}). For each, a file in <code>proofs/</code> leads from the entry's own bytes "
        "to that root; were one bit of an entry another, it would lead elsewhere. An entry binds what happened by a "
        "keyed digest; it holds no words. The words on this page are those of the read model; each cites the entry "
        "of its event.</p>"
        + key_in_words(vkeys)
    )


def _ends(names: Sequence[str]) -> str:
    said = (
        "The log has committed to the end of every stream since (<code>heads/</code>): no entry at the end of the "
        "call's stream was left out up to that point."
        if "heads/entry" in names
        else "The log has not yet committed to where the call's stream ends: entries after the last one shown are not "
        "excluded."
    )
    return f"<p>{said}</p>"
