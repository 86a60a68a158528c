"""Has the newest checkpoint of the log of logs cosigned by witnesses and stamped, and keeps what they gave.

Nothing here holds up the log: whoever does not answer within its bound is named, and the others' lines are kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, select
from sqlalchemy.dialects.postgresql import insert

from governance.audit.checkpoint import Checkpoint, parse_text
from governance.audit.errors import VerificationError
from governance.audit.log_of_logs import LOGS
from governance.audit.log_policy import LogPolicy, Witness, parse_policy
from governance.audit.merkle import NodeReader
from governance.audit.note import parse_note
from governance.audit.tiles import Tile, node_reader
from governance.errors import InvariantError, TransientError
from infra import audit_reader
from infra.audit_tables import COSIGNED
from infra.database import transaction
from infra.tenancy import declare
from infra.timestamp_client import stamp as get_stamp
from infra.witness_client import ForkSeen, cosign

WITNESS_FAILED, WITNESS_REFUSED, STAMP_FAILED = "witness.failed", "witness.refused", "stamp.failed"
Tell = Callable[[str, str], None]  # what failed (one of these), and who or why


@dataclass(frozen=True, slots=True)
class Others:
    """Whom to ask: the witnesses of a policy, a time-stamping authority."""

    policy: LogPolicy | None = None
    tsa: str | None = None


def others_of(*, policy: Path | None, tsa: str | None) -> Others:
    """Read whom to ask; a policy that cannot be read is a fault of the set-up and ends the worker at its start."""
    try:
        return Others(None if policy is None else parse_policy(policy.read_text(encoding="utf-8")), tsa)
    except (OSError, UnicodeDecodeError, VerificationError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8" if isinstance(error, ValueError) else error
        raise InvariantError(f"CALLWARDEN_AUDIT_WITNESSES: {policy}: not a tlog-policy: {why}") from None


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint with the lines of others, and the stamp (RFC 3161) of exactly these bytes."""

    note: bytes
    stamp: bytes | None
    size: int


def newest(connection: Connection) -> Cosigned | None:
    """Read the newest of the log of logs that others vouched for; the transaction must be about that log."""
    query = select(COSIGNED).where(COSIGNED.c.tenant == LOGS)
    return _read(connection, query.order_by(COSIGNED.c.size.desc()))


def first_over(connection: Connection, index: int) -> Cosigned | None:
    """Read the first of the log of logs that covers an entry of it and that others vouched for."""
    query = select(COSIGNED).where(COSIGNED.c.tenant == LOGS, COSIGNED.c.size > index)
    return _read(connection, query.order_by(COSIGNED.c.size))


def once(pool: Engine, others: Others, *, at: datetime, tell: Tell) -> Cosigned | None:
    """Ask everybody about the newest checkpoint, unless that was done; None where there is nothing new or no answer."""
    with transaction(pool) as connection:
        declare(connection, LOGS)
        note, last = audit_reader.checkpoint(connection, LOGS), newest(connection)
    if note is None:
        return None
    checkpoint = parse_text(parse_note(note).text)
    known = 0 if last is None else last.size
    if checkpoint.size <= known:
        return None
    witnesses = () if others.policy is None else others.policy.witnesses
    nodes = _nodes(pool, checkpoint.size)
    lines = {each.name: _line(each, checkpoint, note, known, nodes, tell) for each in witnesses}
    whole = note + b"".join(line for line in lines.values() if line)
    stamp = None if others.tsa is None else _stamp(others.tsa, whole, tell)
    if whole == note and stamp is None:
        return None
    row = {
        "tenant": LOGS, "size": checkpoint.size, "note": whole, "stamp": stamp, "cosigned_at": at,
        "witnesses": "".join(f"{name}\n" for name, line in lines.items() if line),
    }  # fmt: skip
    with transaction(pool) as connection:
        declare(connection, LOGS)
        connection.execute(insert(COSIGNED).values(row).on_conflict_do_nothing())
    return Cosigned(whole, stamp, checkpoint.size)


def _read(connection: Connection, query: Select[Any]) -> Cosigned | None:
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else Cosigned(bytes(row.note), row.stamp and bytes(row.stamp), row.size)


def _line(
    witness: Witness, checkpoint: Checkpoint, note: bytes, known: int, nodes: NodeReader, tell: Tell
) -> bytes:
    try:
        return cosign(witness, checkpoint, note, known=known, read=nodes)
    except ForkSeen:
        tell(WITNESS_REFUSED, witness.name)
    except (TransientError, InvariantError):
        tell(WITNESS_FAILED, witness.name)
    return b""


def _stamp(tsa: str, note: bytes, tell: Tell) -> bytes | None:
    try:
        return get_stamp(tsa, note)[0]
    except TransientError:
        tell(STAMP_FAILED, tsa)
    return None


def _nodes(pool: Engine, size: int) -> NodeReader:
    """Read tiles in transactions of their own: none stays open while a witness thinks."""

    def read(tile: Tile) -> bytes:
        with transaction(pool) as connection:
            declare(connection, LOGS)
            return audit_reader.read_tile(connection, LOGS, tile)

    return node_reader(size, read)
