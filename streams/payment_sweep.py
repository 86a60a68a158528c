"""Looks through payment windows once they opened and once they are over: what was kept is destroyed, with a receipt.

Something is kept where a window was told late, or in the moment between its opening and a recorder's look.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from infra import clock, outbox, payment_remains, payment_windows
from infra.database import transaction
from infra.front_door import event
from infra.keys import Keyring
from infra.payment_windows import Kept
from schemas.payments import PaymentDataDestroyed
from streams.rounds import rounds

SOURCE = "/callwarden/payment"
LOOK_EVERY_S = 1.0
SETTLED_AFTER = timedelta(seconds=4)  # what was on its way has been kept by then, and its recording is not yet closed
GIVEN_UP_AFTER = timedelta(days=1)
MOST_NAMED = 500  # an event has an upper size; the rest is in the figure


class PaymentSweeper:
    """Deletes and tells in one transaction: the receipt waits in the outbox."""

    def __init__(self, *, engine: Engine, keyring: Keyring, settled_after: timedelta = SETTLED_AFTER) -> None:
        """Take the parts and how long a window must have been over before it is left alone."""
        self._engine = engine
        self._keyring = keyring
        self._settled_after = settled_after

    async def run(self) -> None:
        """Look until cancelled."""
        await rounds(self.once, every_s=LOOK_EVERY_S, room="payment_sweep")

    def once(self) -> int:
        """Look through what waits for it; gives how many receipts were written."""
        at = clock.now()
        with transaction(self._engine) as connection:
            waiting = payment_windows.unsettled(connection, now=at, settled_by=at - self._settled_after)
        return sum(self._sweep(one, at) for one in waiting)

    def _sweep(self, one: Kept, at: datetime) -> int:
        with transaction(self._engine) as connection:
            remains = payment_remains.destroy(connection, one)
            told = self._tell(connection, one, "in_the_recording", remains.chunks, at)
            told += self._tell(connection, one, "in_the_call", remains.events, at)
            settled = self._settled(connection, one, at)
            if settled:  # what lies of it on the audio topics opens no more
                self._keyring.destroy(connection, tenant=one.tenant, call_id=payment_windows.key_name(one), at=at)
            payment_windows.swept(connection, one, at=at, settled=settled)
        return told

    def _settled(self, connection: Connection, one: Kept, at: datetime) -> bool:
        """Tell whether nothing more of it can come: of a call that was forgotten no event says so."""
        over_for = at - one.window.over_at
        told = payment_windows.read_up(connection, one) or over_for >= GIVEN_UP_AFTER
        return over_for >= self._settled_after and told

    def _tell(self, connection: Connection, one: Kept, found: str, names: tuple[str, ...], at: datetime) -> int:
        if not names or not self._keyring.remembers(tenant=one.tenant, call_id=one.call_id):
            return 0
        receipt = PaymentDataDestroyed.model_validate({
            "window": one.window.window, "found": found, "records": len(names), "digests": names[:MOST_NAMED],
        })
        outbox.add(connection, event(
            receipt, call_id=one.call_id, tenant=one.tenant, source=SOURCE,
            source_id=f"{one.window.window}/{found}/{at.isoformat()}", occurred_at=at,
        ))
        return 1
