"""Chooses the checkpoint that a bundle is bound to, and gathers what vouches for it: log of logs, stream heads."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from governance.audit import bundle_heads, bundle_logs
from governance.audit.checkpoint import parse_text
from governance.audit.heads import prove
from governance.audit.log_of_logs import LOGS, entry_of
from governance.audit.merkle import inclusion_proof
from governance.audit.note import parse_note
from governance.audit.proof import LogProof
from infra import audit_reader, cosigning, log_of_logs, stream_heads
from infra.audit_tables import CHECKPOINT
from infra.tenancy import declare

# Both logs are signed within one round of the publisher: the newest that is covered is one of the last few.
LOOKED_AT = 8


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint of the tenant's log with its keys, and the files that vouch for it."""

    note: bytes
    vkeys: str
    files: dict[str, bytes] = field(default_factory=dict)


def choose(connection: Connection, tenant: str, *, reach: int) -> Anchor | None:
    """Prefer what others cosigned if it reaches that entry, then what the log of logs covers, then the newest.

    The transaction is about the tenant before and afterwards.
    """
    for above, stamp in _above(connection):
        for mine in _covered(connection, tenant, above):
            declare(connection, LOGS)
            index = log_of_logs.find(connection, bytes(mine.note))
            if index is None or index >= above.size or (stamp is not None and mine.size <= reach):
                continue
            files = _shown_in_logs(connection, mine, index, above, stamp)
            declare(connection, tenant)
            return Anchor(bytes(mine.note), mine.vkeys, files)
    declare(connection, tenant)
    newest = next(iter(_checkpoints(connection, tenant, limit=1)), None)
    return None if newest is None else Anchor(bytes(newest.note), newest.vkeys)


def settled(connection: Connection, tenant: str, *, covers: int) -> Anchor | None:
    """Give the oldest checkpoint that covers an entry, with who vouched for it first: the same whenever it is asked.

    None where no checkpoint covers it. The transaction is about the tenant before and afterwards.
    """
    mine = next(iter(_checkpoints(connection, tenant, limit=1, over=covers)), None)
    if mine is None:
        return None
    declare(connection, LOGS)
    index = log_of_logs.find(connection, bytes(mine.note))
    files: dict[str, bytes] = {}
    if index is not None:
        stamp = cosigning.first_over(connection, index)
        size = None if stamp is None else stamp.size
        for above in _checkpoints(connection, LOGS, limit=1, size=size, over=index):
            files = _shown_in_logs(connection, mine, index, above, stamp)
    declare(connection, tenant)
    return Anchor(bytes(mine.note), mine.vkeys, files)


def heads(
    connection: Connection, tenant: str, anchor: Anchor, streams: Iterable[str], *, below: int | None = None
) -> dict[str, bytes]:
    """Give the proof of how far these streams went when the log last committed to it; nothing before it ever did.

    `below`: at which index that must have been at the latest.
    """
    size = parse_text(parse_note(anchor.note).text).size
    index = stream_heads.newest(connection, tenant, below=size if below is None else min(below, size))
    entry = None if index is None else audit_reader.entry(connection, tenant, index)
    if index is None or entry is None:
        return {}
    nodes = audit_reader.nodes(connection, tenant, size=size)
    proof = LogProof(index, tuple(inclusion_proof(index=index, size=size, read=nodes)), anchor.note)
    ends = prove(stream_heads.before(connection, tenant, index), streams)
    return {
        bundle_heads.ENTRY: bytes(entry),
        bundle_heads.PROOF: proof.to_bytes(),
        bundle_heads.STREAMS: bundle_heads.write_streams(ends),
    }


def _shown_in_logs(
    connection: Connection, mine: Row[Any], index: int, above: Row[Any], stamp: cosigning.Cosigned | None
) -> dict[str, bytes]:
    note = stamp.note if stamp is not None else bytes(above.note)
    files = {
        bundle_logs.ENTRY: entry_of(bytes(mine.note)),
        bundle_logs.PROOF: log_of_logs.prove(connection, index=index, note=note),
        bundle_logs.CHECKPOINT: note,
        bundle_logs.KEYS: above.vkeys.encode(),
    }
    if stamp is not None and stamp.stamp is not None:
        files[bundle_logs.STAMP] = stamp.stamp
    return files


def _above(connection: Connection) -> list[tuple[Row[Any], cosigning.Cosigned | None]]:
    """Give the checkpoints of the log of logs that may serve: the one that others cosigned, the newest."""
    declare(connection, LOGS)
    found: list[tuple[Row[Any], cosigning.Cosigned | None]] = []
    cosigned = cosigning.newest(connection)
    if cosigned is not None:
        rows = _checkpoints(connection, LOGS, limit=1, size=cosigned.size)
        found += [(row, cosigned) for row in rows]
    return found + [(row, None) for row in _checkpoints(connection, LOGS, limit=1)]


def _covered(connection: Connection, tenant: str, above: Row[Any]) -> list[Row[Any]]:
    declare(connection, tenant)
    return _checkpoints(connection, tenant, limit=LOOKED_AT, until=above.signed_at)


def _checkpoints(
    connection: Connection, tenant: str, *, limit: int, size: int | None = None, until: Any = None,
    over: int | None = None,
) -> list[Row[Any]]:
    """Give the newest, or where they are to be `over` an index the oldest."""
    query = select(CHECKPOINT).where(CHECKPOINT.c.tenant == tenant)
    if size is not None:
        query = query.where(CHECKPOINT.c.size == size)
    if until is not None:
        query = query.where(CHECKPOINT.c.signed_at <= until)
    if over is not None:
        query = query.where(CHECKPOINT.c.size > over)
    order = CHECKPOINT.c.size.desc() if over is None else CHECKPOINT.c.size
    return list(connection.execute(query.order_by(order).limit(limit)))
