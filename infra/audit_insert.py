"""Writes a batch of new entries: leaves, rows for searches and ciphertexts, each table by one statement.

Texts of a column travel as one text with a separator between them, for which the driver has one value to write and
not one for each entry. No text of a draft can hold the separator (`schemas.audit.Name`); it is counted all the same,
because one too many would give every entry behind it the texts of its neighbour.
"""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from governance.audit.sequence import NewRow
from governance.errors import InvariantError
from infra.pipelined import Driver

BETWEEN = "\x1f"
HASH_BYTES = 32
# Indices are dense, so the first is enough; an empty text stands for none, as no name is empty.
_SPLIT = "string_to_array(%s::text, E'\\x1f')"
_SPLIT_OR_NONE = "string_to_array(%s::text, E'\\x1f', '')"
_PLACE = "%s::bigint + n - 1"
_HASH = f"substr(%b::bytea, ((n - 1) * {HASH_BYTES} + 1)::integer, {HASH_BYTES})"
LEAVES = f"""
INSERT INTO audit_leaf (tenant, idx, event_id, leaf_hash, entry)
SELECT %s, {_PLACE}, event_id, {_HASH}, entry
FROM unnest({_SPLIT}, %b::bytea[]) WITH ORDINALITY AS given(event_id, entry, n)
"""  # noqa: S608 - our own names
ROWS = f"""
INSERT INTO audit_index (
    tenant, idx, leaf_hash, recorded_at, event_id, type, call, actor, actor_label, subject, rule, policy, occurred_at
)
SELECT %s, {_PLACE}, {_HASH}, %s::timestamptz, given.event_id, given.type, given.call, given.actor, given.label,
    given.subject, given.rule, given.policy, given.occurred_at
FROM unnest({_SPLIT}, {_SPLIT}, {", ".join([_SPLIT_OR_NONE] * 6)}, %b::timestamptz[])
WITH ORDINALITY AS given(event_id, type, call, actor, label, subject, rule, policy, occurred_at, n)
"""  # noqa: S608 - as above
PAYLOADS = f"""
INSERT INTO audit_payload (tenant, idx, event_id, ct)
SELECT %s, {_PLACE}, event_id, ct
FROM unnest({_SPLIT}, %b::bytea[]) WITH ORDINALITY AS given(event_id, ct, n) WHERE ct IS NOT NULL
"""  # noqa: S608 - as above
COLUMNS = attrgetter("event_id", "type", "call", "actor", "actor_label", "subject", "rule", "policy_version")


def entries(driver: Driver, tenant: str, rows: Sequence[NewRow], recorded_at: datetime) -> None:
    """Write entries that follow each other in the log of the declared tenant; inside a pipeline nothing is awaited."""
    drafts = [row.draft for row in rows]
    first, hashes = rows[0].placed.index, b"".join([row.placed.leaf_hash for row in rows])
    ids, *others = (joined(column) for column in zip(*map(COLUMNS, drafts), strict=True))
    if len(hashes) != HASH_BYTES * len(rows):
        raise InvariantError("a leaf hash is of another length than all others")
    write = driver.execute
    write(LEAVES, (tenant, first, hashes, ids, [row.placed.entry for row in rows]))
    occurred = [draft.occurred_at for draft in drafts]
    write(ROWS, (tenant, first, hashes, recorded_at, ids, *others, occurred))
    sealed = [draft.ct for draft in drafts]
    if any(ct is not None for ct in sealed):
        write(PAYLOADS, (tenant, first, ids, sealed))


def joined(column: Sequence[str | None]) -> str:
    """Join the texts of one column; raises InvariantError where one holds the separator or is empty."""
    text = BETWEEN.join(["" if each is None else each for each in column])
    if text.count(BETWEEN) != len(column) - 1 or "" in column:
        raise InvariantError("a text of an audit entry is empty or holds a control character")
    return text
