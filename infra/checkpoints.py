"""Publishes checkpoints: read the head, check it, sign it, guard it, store it, in this order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from governance.audit.checkpoint import Checkpoint, parse_text, sign_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.merkle import EMPTY_ROOT, Frontier, leaf_hash, root_at
from governance.audit.note import Signer, parse_note
from governance.errors import InvariantError
from infra.audit_reader import checkpoint as newest_note
from infra.audit_reader import nodes
from infra.audit_tables import CHECKPOINT, HEAD, LEAF
from infra.rollback_guard import RollbackGuard, RollbackRefused
from infra.tenancy import declare

CHECK_BATCH = 1024
# Two publishers at once would meet the guard in the wrong order and look like a rollback.
ONE_PUBLISHER = text("SELECT pg_advisory_xact_lock(hashtextextended(:origin, 0))")


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint and the note that was stored for it; `fresh` tells it was signed now."""

    checkpoint: Checkpoint
    note: bytes
    fresh: bool


def publish(
    connection: Connection,
    *,
    tenant: str,
    origin: str,
    signers: Sequence[Signer],
    guard: RollbackGuard,
    signed_at: datetime,
    heartbeat: bool = False,
) -> Published:
    """Sign what the log holds now and store it in the caller's READ COMMITTED transaction.

    Nothing new: the stored checkpoint is answered again, unless `heartbeat` asks for a fresh signature.
    Raises RollbackRefused when the database holds less than was signed before, or something else, and
    InvariantError when leaves, nodes and head disagree: both are fatal for this log.
    """
    declare(connection, tenant)
    connection.execute(ONE_PUBLISHER, {"origin": origin})
    frontier = _head(connection, tenant)
    checkpoint = Checkpoint(origin, frontier.size, frontier.root())
    _refuse_a_fork(connection, tenant, checkpoint, guard)
    stored = newest_note(connection, tenant)
    before = None if stored is None else parse_text(parse_note(stored).text)
    if stored is not None and before == checkpoint and not heartbeat:
        return Published(checkpoint, stored, fresh=False)
    since = 0 if before is None else before.size
    _cross_check(connection, tenant, checkpoint, since=since)
    note = sign_checkpoint(checkpoint, signers).encode()
    guard.advance(origin, size=checkpoint.size, root=checkpoint.root)
    _store(connection, tenant, checkpoint, note, signers, signed_at)
    return Published(checkpoint, note, fresh=True)


def _head(connection: Connection, tenant: str) -> Frontier:
    """Read size and frontier from one row: rows below that size are committed and never change."""
    query = select(HEAD.c.size, HEAD.c.frontier).where(HEAD.c.tenant == tenant)
    row = connection.execute(query).one_or_none()
    if row is None:
        return Frontier()
    frontier = Frontier.from_bytes(row.frontier)
    if frontier.size != row.size:
        raise InvariantError(f"audit log of {tenant}: the head's size is not its frontier's")
    return frontier


def _refuse_a_fork(connection: Connection, tenant: str, checkpoint: Checkpoint, guard: RollbackGuard) -> None:
    """Compare with what was signed before, also where a restored database has grown past it again."""
    size, root = guard.last(checkpoint.origin)
    if checkpoint.size < size:
        raise RollbackRefused(f"{checkpoint.origin}: would roll back from {size} to {checkpoint.size}")
    if _root(connection, tenant, size) != root:
        raise RollbackRefused(f"{checkpoint.origin}: would fork, the first {size} entries are others")


def _cross_check(connection: Connection, tenant: str, checkpoint: Checkpoint, *, since: int) -> None:
    """Hash the new entries again and reach the head's root through the stored nodes."""
    for start in range(since, checkpoint.size, CHECK_BATCH):
        end = min(start + CHECK_BATCH, checkpoint.size)
        query = select(LEAF.c.idx, LEAF.c.leaf_hash, LEAF.c.entry).where(
            LEAF.c.tenant == tenant, LEAF.c.idx >= start, LEAF.c.idx < end
        )
        rows = connection.execute(query.order_by(LEAF.c.idx)).all()
        if [row.idx for row in rows] != list(range(start, end)):
            raise InvariantError(f"audit log of {tenant}: entries are missing between {start} and {end}")
        for row in rows:
            if leaf_hash(row.entry) != row.leaf_hash:
                raise InvariantError(f"audit log of {tenant}: entry {row.idx} is not the one that was hashed")
    if _root(connection, tenant, checkpoint.size) != checkpoint.root:
        raise InvariantError(f"audit log of {tenant}: leaves and nodes do not have the head's root")


def _root(connection: Connection, tenant: str, size: int) -> bytes:
    if size == 0:
        return EMPTY_ROOT
    try:
        return root_at(size, nodes(connection, tenant, size=size))
    except VerificationError as error:
        raise InvariantError(f"audit log of {tenant}: {error.diagnostic}") from None


def _store(
    connection: Connection,
    tenant: str,
    checkpoint: Checkpoint,
    note: bytes,
    signers: Sequence[Signer],
    signed_at: datetime,
) -> None:
    values = {
        "root": checkpoint.root,
        "note": note,
        "vkeys": "".join(f"{signer.key}\n" for signer in signers),
        "signed_at": signed_at,
    }
    statement = insert(CHECKPOINT).values(tenant=tenant, size=checkpoint.size, **values)
    keys = [CHECKPOINT.c.tenant, CHECKPOINT.c.size]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))
