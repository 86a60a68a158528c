"""Verifies the evidence of one call: manifest (RFC 8785), checkpoint, entries, their proofs and what cites them.

The steps, in this order; the first that fails is the answer, and it starts with the name of the file:
1. the manifest is canonical, and every file is there with its SHA-256, and no other;
2. a given key signed the checkpoint, `log.pub` holds that key, the manifest names this checkpoint;
3. every entry is a leaf of the manifest's tenant, in rising order, and its proof leads to that checkpoint;
4. the call's own streams have no hole: numbers from 0, each entry naming the hash of the one before; and they go as far
   as the log's last entry of stream heads says (`bundle_heads`), where the bundle holds one;
5. the columns say what the leaves say; the call, its transcript and verdicts cite entries of this bundle;
6. the older checkpoints are the log's beginnings (`bundle_chain`);
7. the checkpoint is an entry of the log of logs, vouched for as the policy asks (`bundle_logs`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from governance.audit.bundle_chain import check_chain
from governance.audit.bundle_files import (
    CHECKPOINT,
    ENTRIES,
    KEYS,
    MANIFEST,
    Entry,
    bound_to,
    check_checkpoint,
    check_manifest,
    check_proof,
    digest,
    proof_path,
    read_entries,
    read_json,
)
from governance.audit.bundle_heads import Placed, check_heads
from governance.audit.bundle_logs import Vouched, check_logs
from governance.audit.bundle_names import OF_A_CALL, check_page
from governance.audit.checkpoint import Checkpoint
from governance.audit.errors import VerificationError
from governance.audit.log_policy import LogPolicy
from governance.audit.merkle import leaf_hash
from governance.audit.note import VerifierKey

FORMAT = "callwarden-bundle/1"
COLUMNS, CALL, TRANSCRIPT, VERDICTS = "columns.json", "call.json", "transcript.json", "verdicts.json"
TURNS = "turns.json"
NEEDED = (CHECKPOINT, KEYS, ENTRIES, COLUMNS, CALL, TRANSCRIPT, VERDICTS)
COPIED = ("index", "event_id", "type", "actor", "leaf_hash")


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What was checked and found right."""

    call: str
    origin: str
    size: int
    root: str
    entries: int
    files: int
    complete_at: int | None = None  # index of the entry of stream heads that the call's streams reach
    logs: Vouched | None = None
    extends: tuple[int, ...] = ()  # sizes of the older checkpoints that this one extends


def streams(entries: Sequence[Entry]) -> list[str]:
    """Name the streams of the call's own events; entries about access lie in the streams of who asked."""
    return sorted({each.leaf.stream for each in entries if each.leaf.src is not None})


def write_manifest(files: Mapping[str, bytes], *, call: str, checkpoint: Checkpoint) -> bytes:
    """Write the list of all files with what the bundle is bound to."""
    entries = list(read_entries(files[ENTRIES]))
    return rfc8785.dumps({
        "call": call,
        "checkpoint": bound_to(checkpoint),
        "entries": len(entries),
        "files": {name: digest(data) for name, data in files.items()},
        "format": FORMAT,
        "streams": streams(entries),
        "tenant": entries[0].leaf.tenant,
    })


def verify_bundle(
    files: Mapping[str, bytes], *, keys: Sequence[VerifierKey], policy: LogPolicy | None = None
) -> BundleReport:
    """Run every step; raises VerificationError naming the first wrong file. The policy is that of the log of logs."""
    manifest = check_manifest(files, form=FORMAT, needed=NEEDED, others=OF_A_CALL)
    checkpoint = check_checkpoint(files, keys, manifest)
    entries = list(read_entries(files[ENTRIES]))
    if not entries:
        raise VerificationError(f"{ENTRIES}: holds no entry")
    for entry in entries:
        check_proof(files, entry, keys, manifest)
    proofs = {proof_path(entry.index) for entry in entries}
    stray = next((name for name in sorted(files) if name.startswith("proofs/") and name not in proofs), None)
    if stray is not None:
        raise VerificationError(f"{stray}: proves no entry of {ENTRIES}")
    whole = _whole(entries)
    complete_at = check_heads(
        files, keys=keys, tenant=str(manifest.get("tenant")), streams=whole, checkpoint=files[CHECKPOINT]
    )
    if (manifest.get("entries"), manifest.get("streams")) != (len(entries), streams(entries)):
        raise VerificationError(f"{MANIFEST}: does not count the entries and streams of {ENTRIES}")
    _cited(files, entries, manifest)
    check_page(files, checkpoint, [str(manifest["call"])])
    return BundleReport(
        call=str(manifest["call"]), origin=checkpoint.origin, size=checkpoint.size, root=checkpoint.root.hex(),
        entries=len(entries), files=len(files), complete_at=complete_at,
        extends=check_chain(files, keys=keys, checkpoint=checkpoint, note=files[CHECKPOINT]),
        logs=check_logs(files, keys=keys, policy=policy, checkpoint=files[CHECKPOINT]),
    )


def _whole(entries: Sequence[Entry]) -> dict[str, list[Placed]]:
    heads: dict[str, list[Placed]] = {}
    for entry in entries:
        leaf = entry.leaf
        if leaf.src is None:
            continue
        before = heads.setdefault(leaf.stream, [])
        if (leaf.seq, leaf.prev) != (len(before), before[-1][2].hex() if before else None):
            raise VerificationError(f"{ENTRIES}: before entry {entry.index} an entry of the call is missing")
        before.append((entry.index, leaf.seq, leaf_hash(entry.data)))
    return heads


def _cited(files: Mapping[str, bytes], entries: Sequence[Entry], manifest: dict[str, Any]) -> None:
    names = (COLUMNS, CALL, TRANSCRIPT, VERDICTS)
    columns, call, transcript, verdicts = (read_json(files[name], name) for name in names)
    rows = [
        (one.index, one.leaf.event_id, one.leaf.type, one.leaf.actor, leaf_hash(one.data).hex()) for one in entries
    ]
    known = {one.leaf.event_id for one in entries}
    try:
        lists = all(isinstance(one, list) for one in (columns, transcript["lines"], verdicts))
        said = [tuple(row[name] for name in COPIED) for row in columns]
        named = {CALL: call["call_id"], TRANSCRIPT: transcript["call_id"], MANIFEST: str(manifest["call"])}
        if TURNS in files:
            named[TURNS] = read_json(files[TURNS], TURNS)["call_id"]
        stages = [stage["event_id"] for line in transcript["lines"] for stage in line["stages"].values()]
        cited = {TRANSCRIPT: set(stages), VERDICTS: {each["event_id"] for each in verdicts}}
    except (KeyError, TypeError, AttributeError):
        raise VerificationError(f"{COLUMNS}, {CALL}, {TRANSCRIPT} or {VERDICTS}: is not of its format") from None
    if not lists or said != rows:
        raise VerificationError(f"{COLUMNS}: does not say what the entries say")
    for name, value in named.items():
        if value != manifest.get("call"):
            raise VerificationError(f"{name}: is of another call than {MANIFEST} says")
    for name, ids in cited.items():
        if not ids <= known:
            raise VerificationError(f"{name}: cites an event that has no entry here")
