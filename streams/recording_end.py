"""Closes the recordings of ended calls: the manifest of what they hold goes down the stair and into the audit log."""

from datetime import timedelta

import structlog
from sqlalchemy import Engine

from infra import clock, outbox, recording_consents, recordings
from infra.database import transaction
from infra.front_door import event
from infra.keys import Keyring
from infra.recording_plan import manifest
from schemas.recordings import RecordingCompleted
from streams.rounds import rounds

log = structlog.get_logger()
SOURCE = "/callwarden/recording"
LOOK_EVERY_S = 1.0
SETTLED_AFTER = timedelta(seconds=5)  # the last audio, transcript and playback report have come by then
LOST_AFTER = timedelta(seconds=60)


class RecordingCloser:
    """Closes each recording once; its event waits in the outbox of the same transaction."""

    def __init__(
        self, *, engine: Engine, keyring: Keyring, settled_after: timedelta = SETTLED_AFTER,
        lost_after: timedelta = LOST_AFTER,
    ) -> None:
        """Take the parts and how long a call must have been over."""
        self._engine = engine
        self._keyring = keyring
        self._settled_after = settled_after
        self._lost_after = lost_after

    async def run(self) -> None:
        """Look until cancelled."""
        await rounds(self.once, every_s=LOOK_EVERY_S, room="recording_end")

    def once(self) -> int:
        """Close what can be closed now; gives how many."""
        at = clock.now()
        with transaction(self._engine) as connection:
            over = recordings.ended(connection, settled_by=at - self._settled_after, lost_by=at - self._lost_after)
        for one in over:
            self._close(one)
        return len(over)

    def _close(self, one: recordings.Ended) -> None:
        at = clock.now()
        with transaction(self._engine) as connection:
            if recording_consents.waits(connection, (one.tenant, one.call_id), at_most=LOST_AFTER):
                return  # what the caller refused is being deleted: the manifest tells of what remains
            data = manifest(connection, one.tenant, one.call_id)
            complete = isinstance(data, RecordingCompleted)
            first = recordings.close(connection, tenant=one.tenant, call_id=one.call_id, complete=complete, at=at)
            if first and self._keyring.remembers(tenant=one.tenant, call_id=one.call_id):
                outbox.add(connection, event(
                    data, call_id=one.call_id, tenant=one.tenant, source=SOURCE, source_id=one.call_id, occurred_at=at,
                ))
