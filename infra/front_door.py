"""The front door of the stair: every event of every channel comes in here, sealed before it leaves the process."""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from governance.metadata import personal
from infra import telemetry
from infra.clock import now
from infra.consent_door import ConsentDoor
from infra.event_bus import EventBus, Record
from infra.keys import Keyring
from infra.payment_door import PaymentDoor
from schemas.base import Data, Event, arrival_id
from schemas.codec import headers_of, value_of
from schemas.deadletters import DeadLettered
from schemas.topics import CALL_DEADLETTERS, CALL_RAW

SOURCE = "/callwarden/front-door"
CALL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")
NO_CALL = "unreadable"
TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
NO_TENANT = "default"  # the house's own log tells what belongs to no tenant
REASON_CHARACTERS = 500


def event(
    data: Data,
    *,
    call_id: str,
    tenant: str,
    source: str,
    source_id: str,
    occurred_at: datetime,
    traceparent: str | None = None,
) -> Event:
    """Make an event of what `source` calls `source_id`: said twice, it is the same event."""
    return Event(
        id=arrival_id(f"{tenant}/{source}", source_id),  # a tenant has no slash: none can take another's ids
        source=source,
        call_id=call_id,
        tenant=tenant,
        occurred_at=occurred_at,
        traceparent=traceparent,
        data=data,
    )


class FrontDoor:
    """Takes events in; what `accept` returns from is durable."""

    def __init__(
        self, *, bus: EventBus, keyring: Keyring, payments: PaymentDoor | None = None,
        consents: ConsentDoor | None = None,
    ) -> None:
        """Take a started bus and a keyring.

        A door for words and keys needs `payments`, one at which calls begin `consents`, one for dead letters neither.
        """
        self._payments = payments
        self._consents = consents
        self._bus = bus
        self._keyring = keyring

    async def accept(self, events: Sequence[Event]) -> None:
        """Seal events and store them on call.raw in their order.

        Raises KeyDestroyed before anything is sent when one belongs to a forgotten call, TransientError when
        the broker did not take all of them: sending them again is safe.
        """
        for tenant, call_id in {(one.tenant, one.call_id) for one in events}:
            if not self._keyring.holds(tenant=tenant, call_id=call_id):
                await asyncio.to_thread(self._keyring.ensure, tenant=tenant, call_id=call_id)
        if self._consents is not None:
            await asyncio.to_thread(self._consents.admit, events)
        if self._payments is not None:
            events = await asyncio.to_thread(self._payments.admit, events)
        for tenant in {one.tenant for one in events if personal(one.source)}:
            await asyncio.to_thread(self._keyring.pseudonym, tenant=tenant, kind="source", value="")  # its key is read
        # Events of one turn go together below that turn's span; order is kept across turns.
        for parent, group in groupby(events, key=lambda one: one.traceparent):
            together = list(group)
            with telemetry.send_span(CALL_RAW.name, count=len(together), parent=parent) as sent_in:
                await self._bus.send_all([self._sealed(self._named(one), sent_in) for one in together])

    async def dead_letter(
        self, *, topic: str, call_id: str, tenant: str, reason: str, field: str | None, content: bytes,
        at: datetime | None = None,
    ) -> None:
        """Keep that an input could not be read and why; of its content only digest and size leave.

        With `at`, when the input came or the broker stored it, a redelivery is the same letter to the last byte.
        """
        digest = hashlib.sha256(content).hexdigest()
        data = DeadLettered(
            topic=topic, reason=reason[:REASON_CHARACTERS], field=field, sha256=digest, size=len(content)
        )
        # A name that no UTF-8 can carry is no call, and has its letter all the same.
        named = call_id.encode(errors="backslashreplace").decode()
        letter = event(
            data,
            call_id=call_id if CALL_ID.fullmatch(call_id) else NO_CALL,
            tenant=tenant if TENANT.fullmatch(tenant) else NO_TENANT,
            source=SOURCE,
            source_id=f"{topic}/{named}/{digest}" + (f"/{at.isoformat()}/{data.reason}" if at else ""),
            occurred_at=at or now(),
        )
        await self._bus.send(
            CALL_DEADLETTERS.name, key=letter.call_id, value=value_of(letter), headers=headers_of(letter)
        )

    def _named(self, one: Event) -> Event:
        # A source lies in clear on every landing, and a channel may call itself by a caller's address.
        if not personal(one.source):
            return one
        name = self._keyring.pseudonym(tenant=one.tenant, kind="source", value=one.source)
        return one.model_copy(update={"source": name})

    def _sealed(self, one: Event, sent_in: str | None) -> Record:
        if sent_in is not None:
            one = one.model_copy(update={"traceparent": sent_in})
        sealed = self._keyring.seal(
            tenant=one.tenant, call_id=one.call_id, plaintext=value_of(one), context=one.id.encode()
        )
        return Record(CALL_RAW.name, one.call_id, sealed.ciphertext, headers_of(one, key_id=sealed.key_id))
