"""Notices agents whom the desk has lost sight of: what they had claimed is offered again."""

from sqlalchemy import Engine

from infra import clock, presence, released
from infra.database import transaction
from streams.rounds import rounds

LOOK_EVERY_S = 1.0


class PresenceSweeper:
    """Takes off duty and gives back in one transaction; the events wait in the outbox."""

    def __init__(self, *, engine: Engine) -> None:
        """Take the database."""
        self._engine = engine

    async def run(self) -> None:
        """Look until cancelled."""
        await rounds(self.once, every_s=LOOK_EVERY_S, room="presence_sweep")

    def once(self) -> int:
        """Look once; gives how many handoffs were given back."""
        at = clock.now()
        with transaction(self._engine) as connection:
            gone = presence.lost(connection, at=at)
            return sum(
                len(released.give_back(connection, tenant, agent, why="presence_lost", at=at)) for tenant, agent in gone
            )
