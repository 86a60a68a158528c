"""Asks and locks, in the transaction that writes of calls, whose keys are destroyed: nothing of those is written."""

from collections.abc import Collection

from sqlalchemy import Connection, select, tuple_

from infra.key_tables import SUBJECT_KEY

Named = tuple[str, str]  # tenant and call


def forgotten(connection: Connection, calls: Collection[Named]) -> frozenset[Named]:
    """Give those that were forgotten; the others cannot be until the caller's transaction ends.

    An erasure updates the row of the key, so it waits for this lock, and then sees what was written under it.
    """
    if not calls:
        return frozenset()
    table = SUBJECT_KEY.c
    query = select(table.tenant, table.call, table.destroyed_at).where(
        tuple_(table.tenant, table.call).in_(sorted(calls))
    )
    rows = connection.execute(query.order_by(table.key_id).with_for_update(read=True))
    return frozenset((row.tenant, row.call) for row in rows if row.destroyed_at is not None)
