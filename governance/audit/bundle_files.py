"""What every bundle of evidence has: a manifest (RFC 8785) of all its files, entries, and a checkpoint with its key."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from governance.audit.bundle_names import check_names
from governance.audit.checkpoint import Checkpoint, open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.leaf import Leaf, parse_leaf
from governance.audit.merkle import leaf_hash
from governance.audit.note import VerifierKey, encode64, verify_note
from governance.audit.proof import parse_proof, verify_proof

MANIFEST, CHECKPOINT, KEYS, ENTRIES = "manifest.json", "checkpoint", "log.pub", "entries.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf as it was hashed, and its place in the log."""

    index: int
    data: bytes
    leaf: Leaf


def proof_path(index: int) -> str:
    """Name the file that proves an entry."""
    return f"proofs/{index}.tlog-proof"


def write_entries(entries: Sequence[tuple[int, bytes]]) -> bytes:
    """Write leaves one a line; each is a JSON text within a text, so that its bytes stay those that were hashed."""
    return b"".join(rfc8785.dumps({"entry": data.decode(), "index": index}) + b"\n" for index, data in entries)


def read_entries(data: bytes) -> Iterator[Entry]:
    """Read what `write_entries` wrote, strictly."""
    last = -1
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        said = read_json(line, f"{ENTRIES}: line {number}")
        if not isinstance(said, dict) or set(said) != {"entry", "index"} or canonical(said) + b"\n" != line:
            raise VerificationError(f"{ENTRIES}: line {number} is not an entry and its index in canonical form")
        index, entry = said["index"], said["entry"]
        if type(index) is not int or not isinstance(entry, str) or index <= last:
            raise VerificationError(f"{ENTRIES}: line {number} does not follow the one before")
        last = index
        try:
            yield Entry(index, entry.encode(), parse_leaf(entry.encode()))
        except VerificationError as error:
            raise VerificationError(f"{ENTRIES}: entry {index} {error.diagnostic}") from None


def bound_to(checkpoint: Checkpoint) -> dict[str, Any]:
    """Say in a manifest which checkpoint the bundle is bound to."""
    return {"origin": checkpoint.origin, "root": encode64(checkpoint.root), "size": checkpoint.size}


def digest(data: bytes) -> dict[str, Any]:
    """Say in a manifest what a file is."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def form(files: Mapping[str, bytes]) -> str:
    """Tell of which format a bundle says it is."""
    said = read_json(files.get(MANIFEST, b"{}"), MANIFEST)
    return str(said.get("format")) if isinstance(said, dict) else ""


def check_manifest(
    files: Mapping[str, bytes], *, form: str, needed: Sequence[str], others: str
) -> dict[str, Any]:
    """Check that the manifest is canonical, every file there with its SHA-256, no other, and each one of its kind."""
    if MANIFEST not in files:
        raise VerificationError(f"{MANIFEST}: is missing")
    manifest = read_json(files[MANIFEST], MANIFEST)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise VerificationError(f"{MANIFEST}: is not a manifest")
    if canonical(manifest) != files[MANIFEST] or manifest.get("format") != form:
        raise VerificationError(f"{MANIFEST}: is not a canonical manifest of the format {form}")
    listed: dict[str, Any] = manifest["files"]
    for name in sorted({*listed, *needed}):
        if name not in files:
            raise VerificationError(f"{name}: is missing")
        if listed.get(name) != digest(files[name]):
            raise VerificationError(f"{name}: its SHA-256 or size is not the one in {MANIFEST}")
    stray = next((name for name in sorted(files) if name not in listed and name != MANIFEST), None)
    if stray is not None:
        raise VerificationError(f"{stray}: is not in {MANIFEST}")
    check_names(files, others)
    for name in sorted(files):
        if name.endswith(".json"):
            read_json(files[name], name)
    return manifest


def check_checkpoint(
    files: Mapping[str, bytes], keys: Sequence[VerifierKey], manifest: Mapping[str, Any]
) -> Checkpoint:
    """Check that a given key signed the checkpoint, which `log.pub` holds and the manifest names."""
    try:
        checkpoint = open_checkpoint(files[CHECKPOINT], keys)
        _, signed = verify_note(files[CHECKPOINT], keys)
    except VerificationError as error:
        raise VerificationError(f"{CHECKPOINT}: {error.diagnostic}") from None
    held = files[KEYS].decode(errors="replace").splitlines()
    if not any(str(key) in held for key in signed):
        raise VerificationError(f"{KEYS}: does not hold the key that signed the checkpoint")
    if manifest.get("checkpoint") != bound_to(checkpoint):
        raise VerificationError(f"{MANIFEST}: names another checkpoint than the one beside it")
    return checkpoint


def check_proof(
    files: Mapping[str, bytes], entry: Entry, keys: Sequence[VerifierKey], manifest: Mapping[str, Any]
) -> tuple[bytes, ...]:
    """Check that an entry of the manifest's tenant leads to the checkpoint; gives the hashes on its way, leaf first."""
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
    return proof.hashes


def canonical(said: Any) -> bytes:
    """Write JSON in its one form (RFC 8785); nothing where it has none."""
    try:
        return rfc8785.dumps(said)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError):
        return b""


def read_json(data: bytes, name: str) -> Any:
    """Read JSON in UTF-8, each name once; what is none is named."""
    try:
        return json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise VerificationError(f"{name}: is not JSON in UTF-8, or says something twice") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(said := dict(pairs)) != len(pairs):
        raise ValueError("a name is there twice: two readers would read two things")
    return said


def _no_number(text: str) -> Any:
    raise ValueError(text)
