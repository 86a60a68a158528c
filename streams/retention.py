"""Retention as time passes: erasures that waited, and what has expired, once a minute."""

import structlog

from infra import clock
from infra.retention_sweeper import Sweeper
from streams.rounds import rounds

log = structlog.get_logger()
LOOK_EVERY_S = 60.0


class RetentionTimer:
    """Sweeps until cancelled; a database that does not answer is waited for."""

    def __init__(self, *, sweeper: Sweeper) -> None:
        """Take what sweeps."""
        self._sweeper = sweeper

    async def run(self) -> None:
        """Sweep at once and then again and again."""
        await rounds(self.once, every_s=LOOK_EVERY_S, room="retention")

    def once(self) -> None:
        """Sweep once."""
        done = self._sweeper.once(at=clock.now())
        if done.erased or done.expired or done.buried:
            log.info("retention swept", erased=done.erased, expired=done.expired, buried=done.buried)
