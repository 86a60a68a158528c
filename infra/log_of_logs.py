"""Keeps the log of logs: each checkpoint of a tenant's log becomes an entry in the transaction that stores it."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, select

from governance.audit.checkpoint import parse_text
from governance.audit.log_of_logs import LOGS, entry_of
from governance.audit.merkle import inclusion_proof, leaf_hash
from governance.audit.note import parse_note
from governance.audit.proof import LogProof
from governance.audit.tiles import TILE_HEIGHT
from infra import audit_reader
from infra.audit_state import lock_head
from infra.audit_store import LEAVES, NODES, insert_rows, move_head
from infra.audit_tables import LEAF
from infra.tenancy import declare


def take(connection: Connection, note: bytes, *, at: datetime) -> int:
    """Append a tenant's checkpoint, or find it; gives its index. Afterwards the transaction is about the log of logs.

    What the guard would refuse is taken all the same: where it was got round, both histories show here.
    """
    entry = entry_of(note)
    declare(connection, LOGS)
    frontier, last = lock_head(connection, LOGS)
    known = find(connection, note)
    if known is not None:
        return known
    index, hashed = frontier.size, leaf_hash(entry)
    nodes = [
        (level // TILE_HEIGHT, number, root)
        for (level, number), root in frontier.push(hashed)
        if level % TILE_HEIGHT == 0
    ]
    insert_rows(connection, LEAVES, LOGS, [(index, _id(note), hashed, entry)])
    insert_rows(connection, NODES, LOGS, nodes)
    move_head(connection, LOGS, frontier, at if last is None else max(at, last))
    return index


def find(connection: Connection, note: bytes) -> int | None:
    """Tell the index of a checkpoint; the transaction must be about the log of logs."""
    query = select(LEAF.c.idx).where(LEAF.c.tenant == LOGS, LEAF.c.event_id == _id(note))
    index: int | None = connection.execute(query).scalar()
    return index


def prove(connection: Connection, *, index: int, note: bytes) -> bytes:
    """Prove an entry under a checkpoint of the log of logs that covers it (C2SP tlog-proof)."""
    size = parse_text(parse_note(note).text).size
    hashes = inclusion_proof(index=index, size=size, read=audit_reader.nodes(connection, LOGS, size=size))
    return LogProof(index, tuple(hashes), note).to_bytes()


def _id(note: bytes) -> str:
    """Name a checkpoint by its text: signed again it is the same, with another root it is another."""
    return hashlib.sha256(parse_note(note).text.encode()).hexdigest()
