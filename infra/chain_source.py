"""Gathers a bundle's older checkpoints, each with the proof that the log only grew since (C2SP tlog-witness)."""

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.sql.elements import ColumnElement

from governance.audit.bundle_chain import note_path, proof_path, write_consistency
from governance.audit.checkpoint import Checkpoint, open_checkpoint, parse_text
from governance.audit.errors import VerificationError
from governance.audit.merkle import consistency_proof, root_at
from governance.audit.note import parse_note, parse_vkey
from governance.errors import InputError
from infra import audit_reader
from infra.audit_reader import NotInLogError
from infra.audit_tables import CHECKPOINT
from infra.bundle_anchor import Anchor

MOST_KEPT = 16  # of those who ask


def gather(
    connection: Connection, tenant: str, anchor: Anchor, *, first: int, kept: Sequence[bytes] = ()
) -> dict[str, bytes]:
    """Give the log's first checkpoint, the last one without the entry `first`, and those that the asker kept.

    Of ours only what all keys of the bundle's checkpoint signed: who was given these keys can check it. InputError
    where a kept one is none of this log's, NotInLogError where this log does not begin with it.
    """
    checkpoint = parse_text(parse_note(anchor.note).text)
    notes = {}
    oldest, without = CHECKPOINT.c.size > 0, CHECKPOINT.c.size <= first
    for condition, newest in ((oldest, False), (oldest & without, True)):
        note = _signed(connection, tenant, anchor, condition, newest=newest)
        older = None if note is None else parse_text(parse_note(note).text)
        if note is not None and older is not None and older.origin == checkpoint.origin:
            notes[older.size] = note
    notes.update({_read(note, anchor, checkpoint).size: note for note in kept})
    nodes = audit_reader.nodes(connection, tenant, size=checkpoint.size)
    files = {}
    for size, note in notes.items():
        if size > checkpoint.size or (size == checkpoint.size and note not in kept):
            continue
        if root_at(size, nodes) != parse_text(parse_note(note).text).root:
            raise NotInLogError(f"the log does not begin with the checkpoint of size {size}: it has another history")
        hashes = consistency_proof(old=size, new=checkpoint.size, read=nodes)
        files[note_path(size)] = note
        files[proof_path(size)] = write_consistency(size, hashes, anchor.note)
    return files


def _read(note: bytes, anchor: Anchor, checkpoint: Checkpoint) -> Checkpoint:
    try:
        older = open_checkpoint(note, [parse_vkey(line) for line in anchor.vkeys.splitlines()])
    except VerificationError as error:
        raise InputError(f"the kept checkpoint: {error.diagnostic}") from None
    if older.origin != checkpoint.origin or not 0 < older.size <= checkpoint.size:
        raise InputError(
            f"the kept checkpoint is of size {older.size} of {older.origin}, "
            f"the bundle's of size {checkpoint.size} of {checkpoint.origin}"
        )
    return older


def _signed(
    connection: Connection, tenant: str, anchor: Anchor, condition: ColumnElement[bool], *, newest: bool
) -> bytes | None:
    order = CHECKPOINT.c.size.desc() if newest else CHECKPOINT.c.size
    query = select(CHECKPOINT.c.note, CHECKPOINT.c.vkeys).where(CHECKPOINT.c.tenant == tenant, condition)
    row = connection.execute(query.order_by(order).limit(1)).one_or_none()
    if row is None or not set(anchor.vkeys.split()) <= set(row.vkeys.split()):
        return None
    return bytes(row.note)
