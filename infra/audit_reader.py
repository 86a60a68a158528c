"""Serves a log from the database as C2SP tlog-tiles, and writes it out as a folder."""

from pathlib import Path

from sqlalchemy import Column, Connection, select

from governance.audit.checkpoint import Checkpoint, parse_text
from governance.audit.errors import VerificationError
from governance.audit.log_policy import LogPolicy
from governance.audit.merkle import NodeReader, inclusion_proof
from governance.audit.note import parse_note, parse_vkey
from governance.audit.proof import LogProof
from governance.audit.tiles import ENTRIES, Tile, encode_bundle, node_reader, parse_path, resources
from governance.errors import InputError
from infra.audit_tables import CHECKPOINT, COSIGNED, LEAF, NODE

CHECKPOINT_PATH = "checkpoint"
KEY_PATH = "key"
KEY_FILE = "log.pub"
POLICY_PATH = "tlog-policy"
# Of the log of logs: the newest that others vouched for, and the time stamp of exactly these bytes.
COSIGNED_PATH, STAMP_PATH = "checkpoint.cosigned", "checkpoint.cosigned.tsr"


class NotInLogError(InputError):
    """The log serves no such thing (yet)."""


def checkpoint(connection: Connection, tenant: str) -> bytes | None:
    """Read the newest signed checkpoint."""
    query = select(CHECKPOINT.c.note).where(CHECKPOINT.c.tenant == tenant)
    return connection.execute(query.order_by(CHECKPOINT.c.size.desc()).limit(1)).scalar()


def key(connection: Connection, tenant: str) -> str | None:
    """Read the verifier key of the newest checkpoint, as one line: that of its first signature, Ed25519."""
    vkeys = keys(connection, tenant)
    return None if vkeys is None else vkeys.splitlines(keepends=True)[0]


def policy(connection: Connection, tenant: str) -> str | None:
    """Write what a verifier asks of the newest checkpoint: every key that signed it, no witness (C2SP tlog-policy)."""
    vkeys = keys(connection, tenant)
    return None if vkeys is None else str(LogPolicy(tuple(parse_vkey(line) for line in vkeys.splitlines())))


def keys(connection: Connection, tenant: str) -> str | None:
    """Read the verifier keys of the newest checkpoint, one a line."""
    query = select(CHECKPOINT.c.vkeys).where(CHECKPOINT.c.tenant == tenant)
    return connection.execute(query.order_by(CHECKPOINT.c.size.desc()).limit(1)).scalar()


def resource(connection: Connection, tenant: str, path: str) -> bytes | None:
    """Answer `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`, or one of the paths named above.

    Tiles are immutable. Only what a checkpoint covers is served.
    """
    if path == CHECKPOINT_PATH:
        return checkpoint(connection, tenant)
    if path == KEY_PATH:
        vkeys = key(connection, tenant)
        return None if vkeys is None else vkeys.encode()
    if path in (COSIGNED_PATH, STAMP_PATH):
        return _cosigned(connection, tenant, COSIGNED.c.note if path == COSIGNED_PATH else COSIGNED.c.stamp)
    if path == POLICY_PATH:
        asked = policy(connection, tenant)
        return None if asked is None else asked.encode()
    note = checkpoint(connection, tenant)
    try:
        tile = parse_path(path)
    except VerificationError:
        return None
    if note is None or not _covers(_size(note), tile):
        return None
    return read_tile(connection, tenant, tile)


def read_tile(connection: Connection, tenant: str, tile: Tile) -> bytes:
    """Read a tile or bundle of exactly its width from leaves and nodes."""
    if tile.level == ENTRIES:
        return encode_bundle(_column(connection, tenant, tile, "entry"))
    return b"".join(_column(connection, tenant, tile, "leaf_hash" if tile.level == 0 else "hash"))


def nodes(connection: Connection, tenant: str, *, size: int) -> NodeReader:
    """Answer for the nodes of the tree at `size`; each tile is one query."""
    return node_reader(size, lambda tile: read_tile(connection, tenant, tile))


def tlog_proof(connection: Connection, tenant: str, index: int) -> bytes:
    """Prove that an entry is in the newest checkpoint (C2SP tlog-proof); NotInLogError before it is."""
    note = checkpoint(connection, tenant)
    size = 0 if note is None else _size(note)
    if note is None or not 0 <= index < size:
        raise NotInLogError(f"entry {index} is in no checkpoint")
    hashes = inclusion_proof(index=index, size=size, read=nodes(connection, tenant, size=size))
    return LogProof(index, tuple(hashes), note).to_bytes()


def entry(connection: Connection, tenant: str, index: int) -> bytes | None:
    """Read the exact bytes of one leaf."""
    query = select(LEAF.c.entry).where(LEAF.c.tenant == tenant, LEAF.c.idx == index)
    return connection.execute(query).scalar()


def export(connection: Connection, tenant: str, out: Path) -> Checkpoint:
    """Write the log as a folder of plain files, the checkpoint last; NotInLogError without a checkpoint."""
    note, vkey, asked = checkpoint(connection, tenant), key(connection, tenant), policy(connection, tenant)
    if note is None or vkey is None or asked is None:
        raise NotInLogError(f"tenant {tenant} has no signed checkpoint")
    covered = parse_text(parse_note(note).text)
    for tile in resources(covered.size):
        _write(out / tile.path, read_tile(connection, tenant, tile))
    _write(out / KEY_FILE, vkey.encode())
    _write(out / POLICY_PATH, asked.encode())
    for path in (COSIGNED_PATH, STAMP_PATH):
        if (vouched := resource(connection, tenant, path)) is not None:
            _write(out / path, vouched)
    _write(out / CHECKPOINT_PATH, note)
    return covered


def head(connection: Connection, tenant: str) -> Checkpoint:
    """Read what the newest checkpoint covers; NotInLogError without one."""
    note = checkpoint(connection, tenant)
    if note is None:
        raise NotInLogError(f"tenant {tenant} has no signed checkpoint")
    return parse_text(parse_note(note).text)


def _cosigned(connection: Connection, tenant: str, column: Column[bytes]) -> bytes | None:
    query = select(column).where(COSIGNED.c.tenant == tenant)
    return connection.execute(query.order_by(COSIGNED.c.size.desc()).limit(1)).scalar()


def _size(note: bytes) -> int:
    return parse_text(parse_note(note).text).size


def _covers(size: int, tile: Tile) -> bool:
    return tile.start + tile.width <= size >> (8 * max(tile.level, 0))


def _column(connection: Connection, tenant: str, tile: Tile, name: str) -> list[bytes]:
    table = LEAF if tile.level <= 0 else NODE
    query = select(table.c[name]).where(
        table.c.tenant == tenant,
        table.c.idx >= tile.start,
        table.c.idx < tile.start + tile.width,
    )
    if tile.level > 0:
        query = query.where(table.c.level == tile.level)
    return list(connection.execute(query.order_by(table.c.idx)).scalars())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
