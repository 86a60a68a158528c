"""Which gateway owns which partition of call.audio.out: a lease in the database, so that two never own the same."""

from datetime import datetime

from sqlalchemy import Connection, delete, update
from sqlalchemy.dialects.postgresql import insert

from infra.read_tables import GATEWAY_PARTITION

TABLE = GATEWAY_PARTITION.c


def take(connection: Connection, *, owner: str, partitions: int, now: datetime, until: datetime) -> int | None:
    """Lease the first partition that nobody holds; None where all are held."""
    for partition in range(partitions):
        row = {"partition": partition, "owner": owner, "leased_until": until}
        statement = insert(GATEWAY_PARTITION).values(row)
        # A lease that ran out may be taken; PostgreSQL lets one of two takers see it so.
        statement = statement.on_conflict_do_update(
            index_elements=[TABLE.partition],
            set_={"owner": owner, "leased_until": until},
            where=TABLE.leased_until < now,
        )
        if connection.execute(statement.returning(TABLE.partition)).one_or_none() is not None:
            return partition
    return None


def renew(connection: Connection, *, owner: str, partition: int, until: datetime) -> bool:
    """Hold on to a lease; False where somebody else has taken it."""
    mine = (TABLE.partition == partition, TABLE.owner == owner)
    return connection.execute(update(GATEWAY_PARTITION).where(*mine).values(leased_until=until)).rowcount == 1


def give_back(connection: Connection, *, owner: str) -> None:
    """Free what an owner holds."""
    connection.execute(delete(GATEWAY_PARTITION).where(TABLE.owner == owner))
