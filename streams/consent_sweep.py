"""Deletes what was recorded of callers who said no, with a receipt; again, while a recorder may still be writing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

from sqlalchemy import Engine

from infra import clock, outbox, recording_consents, recording_gaps, recordings
from infra.database import transaction
from infra.front_door import event
from infra.keys import Keyring
from infra.recording_chunks import Piece
from infra.recording_consents import Unswept
from infra.recording_plan import stretches
from infra.recordings import CHUNK
from schemas.recordings import Direction, RecordingDestroyed
from streams.rounds import rounds

SOURCE = "/callwarden/consent"
LOOK_EVERY_S = 1.0
SETTLED_AFTER = timedelta(seconds=4)  # a recorder that had asked before has written by then
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
MOST_NAMED = 500  # an event has an upper size; the rest is in the figure


class ConsentSweeper:
    """Deletes and tells in one transaction: the receipt waits in the outbox."""

    def __init__(self, *, engine: Engine, keyring: Keyring, settled_after: timedelta = SETTLED_AFTER) -> None:
        """Take the parts and how long after a no nothing more can come."""
        self._engine = engine
        self._keyring = keyring
        self._settled_after = settled_after

    async def run(self) -> None:
        """Look until cancelled."""
        await rounds(self.once, every_s=LOOK_EVERY_S, room="consent_sweep")

    def once(self) -> int:
        """Delete what is there; gives how many receipts were written."""
        with transaction(self._engine) as connection:
            waiting = recording_consents.unswept(connection, settled_by=self._settled_after)
        return sum(self._sweep(one) for one in waiting)

    def _sweep(self, one: Unswept) -> int:
        at = clock.now()
        with transaction(self._engine) as connection:
            pieces = recordings.pieces(connection, one.tenant, one.call_id)
            found = [piece for piece in pieces if one.everything or _after(piece, one.until)]
            for direction in DIRECTIONS:
                mine = [piece for piece in found if piece.direction == direction]
                call = (one.tenant, one.call_id)
                recording_gaps.leave_out(connection, call, direction, stretches(mine), because="not_consented")
            connection.execute(CHUNK.delete().where(
                CHUNK.c.tenant == one.tenant, CHUNK.c.call_id == one.call_id,
                CHUNK.c.place.in_([piece.place for piece in found]),
            ))
            told = bool(found) and self._keyring.remembers(tenant=one.tenant, call_id=one.call_id)
            if told:
                outbox.add(connection, event(
                    _receipt(one, found), call_id=one.call_id, tenant=one.tenant, source=SOURCE,
                    source_id=f"{one.call_id}/{at.isoformat()}", occurred_at=at,
                ))
            if one.settled:
                recording_consents.swept(connection, one, at=at)
        return int(told)


def _receipt(one: Unswept, found: Sequence[Piece]) -> RecordingDestroyed:
    return RecordingDestroyed.model_validate({
        "because": f"consent_{one.state}", "records": len(found),
        "digests": tuple(piece.sha256 for piece in found[:MOST_NAMED]),
    })


def _after(piece: Piece, until: datetime) -> bool:
    """Tell whether a chunk holds what came after the no; with it goes what is before that in the chunk, 2 s at most."""
    return piece.facts.arrived_ms is None or datetime.fromtimestamp(piece.facts.arrived_ms[1] / 1000, tz=UTC) >= until
