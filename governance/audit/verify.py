"""Verifies a whole log from its folder: signature, entries, tiles, root, streams, older checkpoints.

The steps, in this order; the first that fails is the answer:
0. the checkpoint is there, and a known key signed it for its own origin;
1. every older checkpoint is signed as well and is not longer than the log;
2. every entry bundle is there and holds exactly the entries it must;
3. every tile is there and holds exactly the hashes of what lies below it (C2SP tlog-tiles);
4. the root over the entries is the checkpoint's (RFC 6962, section 2.1);
5. the entries are leaves of one tenant, dense and chained within each stream, and every stream ends where the entries
   of stream heads say; or, in a log of logs, checkpoints of logs that only grow;
6. every older checkpoint is a prefix of this log.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field

from governance.audit.chain import Chain
from governance.audit.checkpoint import Checkpoint, open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.log_of_logs import Ledger, is_of_logs
from governance.audit.merkle import EMPTY_ROOT, Frontier, leaf_hash
from governance.audit.note import VerifierKey
from governance.audit.tiles import (
    ENTRIES,
    TILE_HEIGHT,
    Tile,
    decode_bundle,
    levels_at,
    split_hashes,
    tiles_at,
)

Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was checked and found right."""

    origin: str
    size: int
    root: str
    bundles: int
    tiles: int
    streams: int
    older_checkpoints: int
    stream_heads: int = 0
    silence_s: float = 0  # the longest between two entries, where it crosses a full minute
    silent_until: int = 0  # index of the entry that ended it


@dataclass(slots=True)
class _Walk:
    """What one pass over the entries gathers; faults wait until the root tells which side is wrong."""

    frontier: Frontier = field(default_factory=Frontier)
    chain: Chain | Ledger = field(default_factory=Chain)
    roots: dict[int, bytes] = field(default_factory=lambda: {0: EMPTY_ROOT})
    upper: dict[int, list[bytes]] = field(default_factory=dict)
    entry_fault: tuple[int, str] | None = None
    disagreement: tuple[Tile, int] | None = None
    bundles: int = 0
    tiles: int = 0


def verify_log(
    read: Read, *, keys: Sequence[VerifierKey], older: Sequence[bytes] = (), former: Sequence[str] = ()
) -> VerificationReport:
    """Run every step; raises VerificationError naming the first wrong entry or tile.

    Older checkpoints may be of a `former` log too, which this one succeeded (ADR-0042).
    """
    checkpoint = _checkpoint(read, keys)
    known = _older(older, keys, checkpoint, {checkpoint.origin, *former})
    walk = _Walk(chain=Ledger() if is_of_logs(checkpoint.origin) else Chain())
    for bundle in tiles_at(checkpoint.size, level=ENTRIES):
        _walk_bundle(walk, read, bundle, {each.size for each in known})
    if isinstance(walk.chain, Chain) and walk.entry_fault is None:
        walk.entry_fault = walk.chain.end()
    for level in levels_at(checkpoint.size)[1:]:
        for tile in tiles_at(checkpoint.size, level=level):
            hashes = walk.upper.get(level, [])[tile.start : tile.start + tile.width]
            _compare(walk, read, tile, hashes)
    _judge(walk, checkpoint)
    for each in known:
        if walk.roots[each.size] != each.root:
            raise VerificationError(
                f"step 6: the log is not an extension of the older checkpoint of size {each.size}: "
                f"its first {each.size} entries were rewritten"
            )
    timed = walk.chain if isinstance(walk.chain, Chain) else Chain()
    return VerificationReport(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        bundles=walk.bundles,
        tiles=walk.tiles,
        streams=len(walk.chain.heads),
        older_checkpoints=len(known),
        stream_heads=timed.completeness,
        silence_s=timed.silence.total_seconds(),
        silent_until=timed.silent_until,
    )


def _checkpoint(read: Read, keys: Sequence[VerifierKey]) -> Checkpoint:
    data = read("checkpoint")
    if data is None:
        raise VerificationError("step 0: there is no checkpoint")
    try:
        return open_checkpoint(data, keys)
    except VerificationError as error:
        raise VerificationError(f"step 0: checkpoint: {error.diagnostic}") from None


def _older(
    older: Sequence[bytes], keys: Sequence[VerifierKey], checkpoint: Checkpoint, origins: Set[str]
) -> list[Checkpoint]:
    opened: list[Checkpoint] = []
    for number, data in enumerate(older):
        try:
            each = open_checkpoint(data, keys)
        except VerificationError as error:
            raise VerificationError(f"step 1: older checkpoint {number}: {error.diagnostic}") from None
        if each.origin not in origins:
            raise VerificationError(f"step 1: older checkpoint {number}: is of the log {each.origin}")
        if each.size > checkpoint.size:
            raise VerificationError(
                f"step 1: the log ends at {checkpoint.size}, but had {each.size} entries before: "
                f"entry {checkpoint.size} is the first that is gone"
            )
        opened.append(each)
    return opened


def _walk_bundle(walk: _Walk, read: Read, bundle: Tile, sizes: set[int]) -> None:
    data = _need(walk, read, bundle, step=2)
    try:
        entries = decode_bundle(data, width=bundle.width)
    except VerificationError as error:
        raise _first(walk, f"step 2: {bundle.path}: {error.diagnostic}") from None
    hashes = [leaf_hash(entry) for entry in entries]
    _compare(walk, read, Tile(0, bundle.n, bundle.width), hashes)
    walk.bundles += 1
    for index, (entry, hashed) in enumerate(zip(entries, hashes, strict=True), start=bundle.start):
        if walk.entry_fault is None:
            try:
                walk.chain.extend(entry, hashed)
            except VerificationError as error:
                walk.entry_fault = (index, error.diagnostic)
        for (level, _), root in walk.frontier.push(hashed):
            if level % TILE_HEIGHT == 0:
                walk.upper.setdefault(level // TILE_HEIGHT, []).append(root)
        if walk.frontier.size in sizes:
            walk.roots[walk.frontier.size] = walk.frontier.root()


def _compare(walk: _Walk, read: Read, tile: Tile, expected: Sequence[bytes]) -> None:
    data = _need(walk, read, tile, step=3)
    try:
        found = split_hashes(data, width=tile.width)
    except VerificationError as error:
        raise _first(walk, f"step 3: {tile.path}: {error.diagnostic}") from None
    walk.tiles += 1
    if walk.disagreement is None:
        pairs = zip(found, expected, strict=True)
        wrong = next((at for at, (one, other) in enumerate(pairs) if one != other), None)
        walk.disagreement = None if wrong is None else (tile, wrong)


def _need(walk: _Walk, read: Read, tile: Tile, *, step: int) -> bytes:
    data = read(tile.path)
    if data is None:
        raise _first(walk, f"step {step}: {tile.path} is missing")
    return data


def _first(walk: _Walk, otherwise: str) -> VerificationError:
    """Prefer what went wrong earlier in the log to what stops the walk here."""
    if walk.disagreement is None:
        return VerificationError(otherwise)
    tile, at = walk.disagreement
    return VerificationError(f"step 3: {tile.path}: hash {at} disagrees with what lies below it")


def _judge(walk: _Walk, checkpoint: Checkpoint) -> None:
    """Steps 3 to 5: the root tells whether the entries or a tile are wrong."""
    right = walk.frontier.root() == checkpoint.root
    if walk.disagreement is not None:
        tile, at = walk.disagreement
        if right:
            raise VerificationError(f"step 3: {tile.path}: hash {at} is not that of what lies below it")
        if tile.level == 0:
            entries = Tile(ENTRIES, tile.n, tile.width).path
            raise VerificationError(
                f"step 3: entry {tile.start + at} in {entries} is not the one hashed in {tile.path}"
            )
        below = Tile(tile.level - 1, tile.start + at).path
        raise VerificationError(f"step 3: {below} was rewritten: {tile.path} still has its former hash")
    if walk.entry_fault is not None:
        index, fault = walk.entry_fault
        raise VerificationError(f"step {5 if right else 4}: entry {index} {fault}")
    if not right:
        raise VerificationError(
            f"step 4: the {checkpoint.size} entries do not have the checkpoint's root: "
            "entries and tiles were rewritten together"
        )
