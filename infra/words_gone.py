"""Tells of which calls the words were erased or have expired: whoever holds their state lets it go."""

from collections.abc import Collection, Iterator
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, select

from infra.key_gate import Named
from infra.retention_tables import RECEIPT
from infra.tenancy import declare

WORDS = "words"
TOGETHER = 1000


def among(connection: Connection, calls: Collection[Named]) -> frozenset[Named]:
    """Give those of the calls whose words are gone."""
    return frozenset(_gone(connection, calls))


def _gone(connection: Connection, calls: Collection[Named]) -> Iterator[Named]:
    for tenant, named in groupby(sorted(calls), key=itemgetter(0)):
        declare(connection, tenant)
        ids = [call for _, call in named]
        for start in range(0, len(ids), TOGETHER):
            query = select(RECEIPT.c.call_id).where(
                RECEIPT.c.tenant == tenant, RECEIPT.c.data_class == WORDS,
                RECEIPT.c.call_id.in_(ids[start : start + TOGETHER]),
            )
            yield from ((tenant, call) for call in connection.execute(query).scalars())
