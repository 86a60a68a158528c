"""Verifies the evidence of one call: manifest (RFC 8785), checkpoint, entries, their proofs and what cites them.

The steps, in this order; the first that fails is the answer, and it starts with the name of the file:
1. the manifest is canonical, and every file is there with its SHA-256, and no other;
2. a given key signed the checkpoint, `log.pub` holds that key, the manifest names this checkpoint;
3. every entry is a leaf of the manifest's tenant, in rising order, and its proof leads to that checkpoint;
4. the call's own streams have no hole: numbers from 0, each entry naming the hash of the one before; and they go as far
   as the log's last entry of stream heads says (`bundle_heads`), where the bundle holds one;
5. the columns say what the leaves say; the call, its transcript and verdicts cite entries of this bundle;
6. the checkpoint is an entry of the log of logs, vouched for as the policy asks (`bundle_logs`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from governance.audit.bundle_heads import Placed, check_heads
from governance.audit.bundle_logs import Vouched, check_logs
from governance.audit.checkpoint import Checkpoint, open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.leaf import Leaf, parse_leaf
from governance.audit.log_policy import LogPolicy
from governance.audit.merkle import leaf_hash
from governance.audit.note import VerifierKey, encode64, verify_note
from governance.audit.proof import parse_proof, verify_proof

FORMAT = "callwarden-bundle/1"
MANIFEST, CHECKPOINT, KEYS, ENTRIES = "manifest.json", "checkpoint", "log.pub", "entries.jsonl"
COLUMNS, CALL, TRANSCRIPT, VERDICTS = "columns.json", "call.json", "transcript.json", "verdicts.json"
NEEDED = (CHECKPOINT, KEYS, ENTRIES, COLUMNS, CALL, TRANSCRIPT, VERDICTS)
COPIED = ("index", "event_id", "type", "actor", "leaf_hash")


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf as it was hashed, and its place in the log."""

    index: int
    data: bytes
    leaf: Leaf


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


def proof_path(index: int) -> str:
    """Name the file that proves an entry."""
    return f"proofs/{index}.tlog-proof"


def streams(entries: Sequence[Entry]) -> list[str]:
    """Name the streams of the call's own events; entries about access lie in the streams of who asked."""
    return sorted({each.leaf.stream for each in entries if each.leaf.src is not None})


def write_entries(entries: Sequence[tuple[int, bytes]]) -> bytes:
    """Write leaves one a line; each is a JSON text within a text, so that its bytes stay those that were hashed."""
    return b"".join(rfc8785.dumps({"entry": data.decode(), "index": index}) + b"\n" for index, data in entries)


def write_manifest(files: Mapping[str, bytes], *, call: str, checkpoint: Checkpoint) -> bytes:
    """Write the list of all files with what the bundle is bound to."""
    entries = list(read_entries(files[ENTRIES]))
    return rfc8785.dumps({
        "call": call,
        "checkpoint": {"origin": checkpoint.origin, "root": encode64(checkpoint.root), "size": checkpoint.size},
        "entries": len(entries),
        "files": {name: _digest(data) for name, data in files.items()},
        "format": FORMAT,
        "streams": streams(entries),
        "tenant": entries[0].leaf.tenant,
    })


def read_entries(data: bytes) -> Iterator[Entry]:
    """Read what `write_entries` wrote, strictly."""
    last = -1
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        said = _json(line, f"{ENTRIES}: line {number}")
        if not isinstance(said, dict) or set(said) != {"entry", "index"} or rfc8785.dumps(said) + b"\n" != line:
            raise VerificationError(f"{ENTRIES}: line {number} is not an entry and its index in canonical form")
        index, entry = said["index"], said["entry"]
        if type(index) is not int or not isinstance(entry, str) or index <= last:
            raise VerificationError(f"{ENTRIES}: line {number} does not follow the one before")
        last = index
        try:
            yield Entry(index, entry.encode(), parse_leaf(entry.encode()))
        except VerificationError as error:
            raise VerificationError(f"{ENTRIES}: entry {index} {error.diagnostic}") from None


def verify_bundle(
    files: Mapping[str, bytes], *, keys: Sequence[VerifierKey], policy: LogPolicy | None = None
) -> BundleReport:
    """Run every step; raises VerificationError naming the first wrong file. The policy is that of the log of logs."""
    manifest = _manifest(files)
    checkpoint = _checkpoint(files, keys, manifest)
    entries = list(read_entries(files[ENTRIES]))
    if not entries:
        raise VerificationError(f"{ENTRIES}: holds no entry")
    for entry in entries:
        _proven(files, entry, keys, manifest)
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
    return BundleReport(
        call=str(manifest["call"]), origin=checkpoint.origin, size=checkpoint.size, root=checkpoint.root.hex(),
        entries=len(entries), files=len(files), complete_at=complete_at,
        logs=check_logs(files, keys=keys, policy=policy, checkpoint=files[CHECKPOINT]),
    )


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    if MANIFEST not in files:
        raise VerificationError(f"{MANIFEST}: is missing")
    manifest = _json(files[MANIFEST], MANIFEST)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise VerificationError(f"{MANIFEST}: is not a manifest")
    try:
        canonical = rfc8785.dumps(manifest)
    except rfc8785.CanonicalizationError:
        canonical = b""
    if canonical != files[MANIFEST] or manifest.get("format") != FORMAT:
        raise VerificationError(f"{MANIFEST}: is not a canonical manifest of the format {FORMAT}")
    listed: dict[str, Any] = manifest["files"]
    for name in sorted({*listed, *NEEDED}):
        if name not in files:
            raise VerificationError(f"{name}: is missing")
        if listed.get(name) != _digest(files[name]):
            raise VerificationError(f"{name}: its SHA-256 or size is not the one in {MANIFEST}")
    stray = next((name for name in sorted(files) if name not in listed and name != MANIFEST), None)
    if stray is not None:
        raise VerificationError(f"{stray}: is not in {MANIFEST}")
    return manifest


def _checkpoint(files: Mapping[str, bytes], keys: Sequence[VerifierKey], manifest: dict[str, Any]) -> Checkpoint:
    try:
        checkpoint = open_checkpoint(files[CHECKPOINT], keys)
        _, signed = verify_note(files[CHECKPOINT], keys)
    except VerificationError as error:
        raise VerificationError(f"{CHECKPOINT}: {error.diagnostic}") from None
    held = files[KEYS].decode(errors="replace").splitlines()
    if not any(str(key) in held for key in signed):
        raise VerificationError(f"{KEYS}: does not hold the key that signed the checkpoint")
    said = {"origin": checkpoint.origin, "root": encode64(checkpoint.root), "size": checkpoint.size}
    if manifest.get("checkpoint") != said:
        raise VerificationError(f"{MANIFEST}: names another checkpoint than the one beside it")
    return checkpoint


def _proven(files: Mapping[str, bytes], entry: Entry, keys: Sequence[VerifierKey], manifest: dict[str, Any]) -> None:
    name = proof_path(entry.index)
    if entry.leaf.tenant != manifest.get("tenant"):
        raise VerificationError(f"{ENTRIES}: entry {entry.index} is of another tenant than {MANIFEST} says")
    if name not in files:
        raise VerificationError(f"{name}: is missing")
    try:
        proof = parse_proof(files[name])
        verify_proof(files[name], leaf=leaf_hash(entry.data), keys=keys)
    except VerificationError as error:
        raise VerificationError(f"{name}: {error.diagnostic}") from None
    if proof.index != entry.index or proof.checkpoint != files[CHECKPOINT]:
        raise VerificationError(f"{name}: is of another entry or checkpoint")


def _whole(entries: Sequence[Entry]) -> dict[str, list[Placed]]:
    heads: dict[str, list[Placed]] = {}
    for entry in entries:
        leaf = entry.leaf
        if leaf.src is None:
            continue
        before = heads.setdefault(leaf.stream, [])
        if (leaf.seq, leaf.prev) != (len(before), before[-1][1].hex() if before else None):
            raise VerificationError(f"{ENTRIES}: before entry {entry.index} an entry of the call is missing")
        before.append((entry.index, leaf_hash(entry.data)))
    return heads


def _cited(files: Mapping[str, bytes], entries: Sequence[Entry], manifest: dict[str, Any]) -> None:
    columns, call, transcript, verdicts = (_json(files[name], name) for name in (COLUMNS, CALL, TRANSCRIPT, VERDICTS))
    rows = [
        (one.index, one.leaf.event_id, one.leaf.type, one.leaf.actor, leaf_hash(one.data).hex()) for one in entries
    ]
    known = {one.leaf.event_id for one in entries}
    try:
        said = [tuple(row[name] for name in COPIED) for row in columns]
        named = {CALL: call["call_id"], TRANSCRIPT: transcript["call_id"]}
        stages = [stage["event_id"] for line in transcript["lines"] for stage in line["stages"].values()]
        cited = {TRANSCRIPT: stages, VERDICTS: [each["event_id"] for each in verdicts]}
    except (KeyError, TypeError, AttributeError):
        raise VerificationError(f"{COLUMNS}, {CALL}, {TRANSCRIPT} or {VERDICTS}: is not of its format") from None
    if said != rows:
        raise VerificationError(f"{COLUMNS}: does not say what the entries say")
    for name, value in named.items():
        if value != manifest.get("call"):
            raise VerificationError(f"{name}: is of another call than {MANIFEST} says")
    for name, ids in cited.items():
        if any(each not in known for each in ids):
            raise VerificationError(f"{name}: cites an event that has no entry here")


def _digest(data: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise VerificationError(f"{name}: is not JSON") from None
