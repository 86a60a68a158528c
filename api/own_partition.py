"""Which partition of call.audio.out is this gateway's: leased, so that one that dies gives its place to another."""

from datetime import timedelta

from sqlalchemy import Engine

from infra import partition_lease
from infra.clock import now
from infra.database import transaction

LEASE = timedelta(seconds=15)


class OwnPartition:
    """One gateway's lease; each asks the database and waits for it."""

    def __init__(self, *, pool: Engine, owner: str) -> None:
        """`owner` names this process among gateways."""
        self._pool = pool
        self._owner = owner

    def take(self, partitions: int) -> int | None:
        """Give one of so many partitions that is nobody's; None where each is somebody's."""
        at = now()
        with transaction(self._pool) as connection:
            return partition_lease.take(
                connection, owner=self._owner, partitions=partitions, now=at, until=at + LEASE
            )

    def renew(self, partition: int) -> bool:
        """Keep it; False where another has it."""
        with transaction(self._pool) as connection:
            return partition_lease.renew(connection, owner=self._owner, partition=partition, until=now() + LEASE)

    def give_back(self) -> None:
        """Let another have it."""
        with transaction(self._pool) as connection:
            partition_lease.give_back(connection, owner=self._owner)
