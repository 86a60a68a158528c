"""Consent to recordings in the database: whom the recorder asks before it keeps a frame, and what must be deleted."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select, tuple_

from infra.disclosure_tables import CONSENT
from infra.read_tables import CALL
from infra.retention_tables import HOLD

Call = tuple[str, str]  # tenant, call id


class Agreed(NamedTuple):
    """What a call's row says: the mode, and from when to when the caller agreed."""

    mode: str
    since: datetime | None
    until: datetime | None

    def at(self, at: datetime) -> bool:
        """Tell whether what sounds at an instant may be kept."""
        if self.mode == "none":
            return True
        return self.since is not None and self.since <= at and (self.until is None or at < self.until)


class Unswept(NamedTuple):
    """A call whose caller said no; `everything` where what she agreed to before goes, too."""

    tenant: str
    call_id: str
    state: str
    until: datetime
    everything: bool
    settled: bool


def of_calls(connection: Connection, calls: Collection[Call]) -> dict[Call, Agreed]:
    """Give what is known of calls; a call without a row was never seen by the door."""
    query = select(CONSENT).where(tuple_(CONSENT.c.tenant, CONSENT.c.call_id).in_(list(calls)))
    return {
        (row.tenant, row.call_id): Agreed(row.mode, row.since, row.until) for row in connection.execute(query)
    }


def may_keep(known: Mapping[Call, Agreed], call: Call, at: datetime, *, unknown: bool) -> bool:
    """Tell whether a frame may be kept; `unknown` is the answer where nothing is known of the call."""
    agreed = known.get(call)
    return unknown if agreed is None else agreed.at(at)


def unswept(connection: Connection, *, settled_by: timedelta, limit: int = 100) -> list[Unswept]:
    """Give calls with something to delete; a hold keeps what was recorded lawfully until it is released."""
    held = select(HOLD.c.hold).select_from(HOLD).where(
        HOLD.c.tenant == CONSENT.c.tenant, HOLD.c.released_at.is_(None),
        or_(HOLD.c.call_id == CONSENT.c.call_id, HOLD.c.subject == select(CALL.c.caller_pseudonym).where(
            CALL.c.tenant == CONSENT.c.tenant, CALL.c.call_id == CONSENT.c.call_id
        ).scalar_subquery()),
    ).exists()
    settled = CONSENT.c.changed_at <= func.now() - settled_by
    waits = (CONSENT.c.state.in_(("refused", "withdrawn")), CONSENT.c.swept_at.is_(None))
    query = select(CONSENT, held.label("held"), settled.label("settled")).where(*waits)
    return [
        Unswept(row.tenant, row.call_id, row.state, row.until, row.on_refusal == "delete" and not row.held,
                row.settled and (row.on_refusal == "keep" or not row.held))
        for row in connection.execute(query.order_by(CONSENT.c.changed_at.desc()).limit(limit))
    ]


def waits(connection: Connection, call: Call, *, at_most: timedelta) -> bool:
    """Tell whether a caller's no is so fresh that what it deletes may still be there."""
    query = select(CONSENT.c.call_id).where(
        CONSENT.c.tenant == call[0], CONSENT.c.call_id == call[1], CONSENT.c.swept_at.is_(None),
        CONSENT.c.state.in_(("refused", "withdrawn")), CONSENT.c.changed_at > func.now() - at_most,
    )
    return connection.execute(query).first() is not None


def swept(connection: Connection, one: Unswept, *, at: datetime) -> None:
    """Note that nothing more of it can be there; a word that came meanwhile is looked at anew."""
    connection.execute(CONSENT.update().where(
        CONSENT.c.tenant == one.tenant, CONSENT.c.call_id == one.call_id, CONSENT.c.until == one.until,
    ).values(swept_at=at))
