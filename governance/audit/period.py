"""Verifies the evidence of a period: every entry that a tenant's log recorded in it, and that none was left out.

The steps, in this order; the first that fails is the answer, and it starts with the name of the file:
1. manifest and checkpoint, as of a call's bundle;
2. the entries follow each other without a gap, in index, in time and in each stream (`seq`, `prev`);
3. the period's bounds: the entry before is of before it, or it is the first of the log; the entry after is of after it,
   or it is the last that the checkpoint covers;
4. the first and the last entry lead to the checkpoint (tlog-proof), and with what lies between they give its root;
5. the columns name each entry's hash; the streams go as far as the period's last entry of stream heads says;
6. the older checkpoints are the log's beginnings (`bundle_chain`);
7. the checkpoint is an entry of the log of logs, vouched for as the policy asks (`bundle_logs`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from governance.audit import bundle_heads
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
    proof_path,
    read_entries,
    read_json,
)
from governance.audit.bundle_heads import Placed, check_heads
from governance.audit.bundle_logs import Vouched, check_logs
from governance.audit.bundle_names import OF_A_PERIOD, check_page
from governance.audit.checkpoint import Checkpoint
from governance.audit.errors import VerificationError
from governance.audit.log_policy import LogPolicy
from governance.audit.merkle import leaf_hash
from governance.audit.note import VerifierKey
from governance.audit.ranges import TILE, full_tiles, range_root

FORMAT = "callwarden-period/1"
COLUMNS, TILES = "columns.jsonl", "tiles.json"
NEEDED = (CHECKPOINT, KEYS, ENTRIES, COLUMNS, TILES)


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """What was checked and found right; `first` and `last` are those of the shown entries, neighbours among them."""

    since: str
    until: str
    origin: str
    size: int
    root: str
    entries: int
    first: int
    last: int
    open_end: bool  # the log ended here when the checkpoint was signed: the period may go on behind it
    files: int
    complete_at: int | None = None
    logs: Vouched | None = None
    extends: tuple[int, ...] = ()


def write_manifest(
    digests: Mapping[str, Mapping[str, Any]], *, tenant: str, since: str, until: str, entries: int,
    checkpoint: Checkpoint,
) -> bytes:
    """Write the list of all files with what the bundle is bound to; instants are spelled as in entries."""
    return rfc8785.dumps({
        "checkpoint": bound_to(checkpoint), "entries": entries, "files": {**digests}, "format": FORMAT, "from": since,
        "tenant": tenant, "to": until,
    })  # fmt: skip


def write_tiles(*, first: int, leaves: Sequence[bytes]) -> bytes:
    """Write the hash of each full tile of the range: a verifier names by them where a changed entry lies."""
    return rfc8785.dumps([[number, hashed.hex()] for number, hashed in full_tiles(first=first, leaves=leaves)])


def verify_period(
    files: Mapping[str, bytes], *, keys: Sequence[VerifierKey], policy: LogPolicy | None = None
) -> PeriodReport:
    """Run every step; raises VerificationError naming the first wrong file. The policy is that of the log of logs."""
    manifest = check_manifest(files, form=FORMAT, needed=NEEDED, others=OF_A_PERIOD)
    checkpoint = check_checkpoint(files, keys, manifest)
    shown = list(read_entries(files[ENTRIES]))
    if not shown:
        raise VerificationError(f"{ENTRIES}: holds no entry")
    streams = _dense(shown, str(manifest.get("tenant")))
    since, until = str(manifest.get("from")), str(manifest.get("to"))
    inside = _bounded(shown, since, until, size=checkpoint.size)
    if manifest.get("entries") != len(inside):
        raise VerificationError(f"{MANIFEST}: does not count the entries of the period in {ENTRIES}")
    _columns(files, inside)
    _rooted(files, shown, checkpoint, keys, manifest)
    complete_at = check_heads(
        files, keys=keys, tenant=str(manifest.get("tenant")), streams=streams, checkpoint=files[CHECKPOINT]
    )
    if complete_at is not None and not any(each.index == complete_at for each in inside):
        raise VerificationError(f"{bundle_heads.ENTRY}: is no entry of the period")
    check_page(files, checkpoint, [since, until])
    return PeriodReport(
        since=since, until=until, origin=checkpoint.origin, size=checkpoint.size, root=checkpoint.root.hex(),
        entries=len(inside), first=shown[0].index, last=shown[-1].index,
        open_end=shown[-1].leaf.recorded_at < until, files=len(files), complete_at=complete_at,
        extends=check_chain(files, keys=keys, checkpoint=checkpoint, note=files[CHECKPOINT]),
        logs=check_logs(files, keys=keys, policy=policy, checkpoint=files[CHECKPOINT]),
    )


def _dense(shown: Sequence[Entry], tenant: str) -> dict[str, list[Placed]]:
    """Check that nothing is missing between two entries; gives the entries of each stream."""
    streams: dict[str, list[Placed]] = {}
    before = shown[0]
    for entry in shown:
        leaf = entry.leaf
        if leaf.tenant != tenant:
            raise VerificationError(f"{ENTRIES}: entry {entry.index} is of another tenant than {MANIFEST} says")
        if entry is not before and entry.index != before.index + 1:
            raise VerificationError(f"{ENTRIES}: before entry {entry.index} entry {before.index + 1} is left out")
        if leaf.recorded_at < before.leaf.recorded_at:
            raise VerificationError(f"{ENTRIES}: entry {entry.index} was recorded before the one in front of it")
        stream = streams.setdefault(leaf.stream, [])
        last = stream[-1] if stream else None
        if last is not None and (leaf.seq, leaf.prev) != (last[1] + 1, last[2].hex()):
            raise VerificationError(
                f"{ENTRIES}: entry {entry.index} does not follow entry {last[0]} of its stream: one of them is another"
            )
        stream.append((entry.index, leaf.seq, leaf_hash(entry.data)))
        before = entry
    return streams


def _bounded(shown: Sequence[Entry], since: str, until: str, *, size: int) -> list[Entry]:
    """Check that the entries reach over both bounds, or to the ends of the log; gives those of the period."""
    early = [each for each in shown if each.leaf.recorded_at < since]
    late = [each for each in shown if each.leaf.recorded_at >= until]
    if since >= until:
        raise VerificationError(f"{MANIFEST}: the period ends before it begins")
    if len(early) > 1 or len(late) > 1:
        raise VerificationError(f"{MANIFEST}: the bound was shifted: {ENTRIES} holds more than the period's neighbours")
    if not early and shown[0].index != 0:
        raise VerificationError(
            f"{ENTRIES}: does not show that the period begins at entry {shown[0].index}: the one before is not there"
        )
    if not late and shown[-1].index != size - 1:
        raise VerificationError(
            f"{ENTRIES}: does not show that the period ends at entry {shown[-1].index}: the one after is not there"
        )
    return [each for each in shown if since <= each.leaf.recorded_at < until]


def _columns(files: Mapping[str, bytes], inside: Sequence[Entry]) -> None:
    lines = files[COLUMNS].splitlines()
    for number, entry in enumerate(inside):
        said = read_json(lines[number], COLUMNS) if number < len(lines) else None
        if not isinstance(said, dict) or said.get("index") != entry.index:
            raise VerificationError(f"{COLUMNS}: does not name entry {entry.index} in its place")
        if said.get("leaf_hash") != leaf_hash(entry.data).hex():
            raise VerificationError(f"{ENTRIES}: entry {entry.index} is not the one that {COLUMNS} names")
    if len(lines) != len(inside):
        raise VerificationError(f"{COLUMNS}: names more entries than the period has")


def _rooted(
    files: Mapping[str, bytes], shown: Sequence[Entry], checkpoint: Checkpoint, keys: Sequence[VerifierKey],
    manifest: Mapping[str, Any],
) -> None:
    first, last = shown[0].index, shown[-1].index
    ways = [check_proof(files, each, keys, manifest) for each in (shown[0], shown[-1])]
    for name in sorted(files):
        if name.startswith("proofs/") and name not in {proof_path(first), proof_path(last)}:
            raise VerificationError(f"{name}: proves neither the first nor the last entry")
    leaves = [leaf_hash(each.data) for each in shown]
    tiles = full_tiles(first=first, leaves=leaves)
    computed: list[list[Any]] = [[number, hashed.hex()] for number, hashed in tiles]
    said = read_json(files[TILES], TILES)
    root = range_root(
        first=first, leaves=leaves, size=checkpoint.size, first_path=ways[0], last_path=ways[1]
    )
    if root != checkpoint.root:
        listed = said if isinstance(said, list) else []
        wrong = next((each[0] for each in computed if each not in listed), None)
        low, high = (first, last) if wrong is None else (wrong * TILE, wrong * TILE + TILE - 1)
        raise VerificationError(
            f"{ENTRIES}: entries {low} to {high} do not lead to the root: one was changed, swapped or left out"
        )
    if said != computed:
        raise VerificationError(f"{TILES}: does not say what the entries give")
