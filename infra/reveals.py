"""Reveals: who asked for which original and who agreed; the original itself is opened elsewhere and kept nowhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, DateTime, MetaData, Row, Table, Text, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from governance.errors import InputError
from infra import cursors
from infra.read_tables import CALL, HANDOFF, SEALED_ENTITY

REVEAL = Table(
    "reveal",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("reveal", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("pseudonym", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("reason", Text, nullable=False),  # sealed under the call's key
    Column("key_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("approved_by", Text),
    Column("approved_at", DateTime(timezone=True)),
)


class RevealUnknown(InputError):
    """This tenant has no such call, pseudonym or reveal."""


class RevealNotYours(InputError):
    """Somebody else has to ask or to agree."""


class RevealClosed(InputError):
    """The time of this reveal is over, or it has been decided."""


@dataclass(frozen=True, slots=True)
class Original:
    """A pseudonym's sealed original."""

    entity: str
    key_id: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """One reveal; `state` is pending until a second person agrees, where the policy wants one."""

    tenant: str
    reveal: str
    call_id: str
    pseudonym: str
    entity: str
    reason: str
    key_id: str
    state: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None


def known_call(connection: Connection, tenant: str, call_id: str) -> bool:
    """Tell whether the tenant has this call."""
    query = select(CALL.c.call_id).where(CALL.c.tenant == tenant, CALL.c.call_id == call_id)
    return connection.execute(query).first() is not None


def in_hands(connection: Connection, tenant: str, call_id: str, agent: str) -> bool:
    """Tell whether the agent has accepted a handoff of this call and not yet completed it."""
    query = select(HANDOFF.c.handoff).where(
        HANDOFF.c.tenant == tenant, HANDOFF.c.call_id == call_id, HANDOFF.c.state == "accepted",
        HANDOFF.c.claimed_by == agent,
    )
    return connection.execute(query).first() is not None


def sealed(connection: Connection, tenant: str, call_id: str) -> dict[str, str]:
    """Give the pseudonyms of a call that have a sealed original, each with its kind."""
    table = SEALED_ENTITY.c
    query = select(table.pseudonym, table.entity).where(table.tenant == tenant, table.call_id == call_id)
    return {row.pseudonym: row.entity for row in connection.execute(query.order_by(table.pseudonym))}


def original(connection: Connection, tenant: str, call_id: str, pseudonym: str) -> Original:
    """Find a pseudonym's sealed original; raises RevealUnknown."""
    table = SEALED_ENTITY.c
    query = select(table.entity, table.key_id, table.sealed).where(
        table.tenant == tenant, table.call_id == call_id, table.pseudonym == pseudonym
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RevealUnknown("this call has no sealed original of this pseudonym")
    return Original(row.entity, row.key_id, row.sealed)


def add(connection: Connection, asked: Reveal) -> None:
    """Write down that somebody asks."""
    values = {column.name: getattr(asked, column.name) for column in REVEAL.columns}
    connection.execute(insert(REVEAL).values(values).on_conflict_do_nothing())


def find(connection: Connection, tenant: str, reveal: str) -> Reveal:
    """Give one reveal; raises RevealUnknown."""
    query = select(REVEAL).where(REVEAL.c.tenant == tenant, REVEAL.c.reveal == reveal)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RevealUnknown("there is no such reveal")
    return _reveal(row)


def listing(
    connection: Connection, tenant: str, *, state: str | None, at: datetime, cursor: str | None, limit: int
) -> tuple[list[Reveal], str | None]:
    """Give one page, newest first, and the cursor of the next; `pending` are those that can still be agreed to."""
    query = select(REVEAL).where(REVEAL.c.tenant == tenant)
    if state is not None:
        query = query.where(REVEAL.c.state == state, REVEAL.c.expires_at > at)
    if cursor is not None:
        query = query.where(tuple_(REVEAL.c.asked_at, REVEAL.c.reveal) < cursors.read_place(cursor))
    rows = connection.execute(query.order_by(REVEAL.c.asked_at.desc(), REVEAL.c.reveal.desc()).limit(limit + 1)).all()
    page = [_reveal(row) for row in rows[:limit]]
    return page, cursors.write((page[-1].asked_at.isoformat(), page[-1].reveal)) if len(rows) > limit else None


def approve(connection: Connection, tenant: str, reveal: str, *, by: str, at: datetime) -> Reveal:
    """Agree as the second person; the same one may say so twice. Raises RevealNotYours or RevealClosed."""
    table = REVEAL.c
    statement = REVEAL.update().where(
        table.tenant == tenant, table.reveal == reveal, table.state == "pending", table.asked_by != by,
        table.expires_at > at,
    )
    row = connection.execute(
        statement.values(state="approved", approved_by=by, approved_at=at).returning(REVEAL)
    ).one_or_none()
    if row is not None:
        return _reveal(row)
    known = find(connection, tenant, reveal)
    if known.asked_by == by:
        raise RevealNotYours("who asked cannot agree to it: a second person must")
    if known.approved_by == by:
        return known
    raise RevealClosed("this reveal has been decided, or its time is over: ask again")


def _reveal(row: Row[Any]) -> Reveal:
    return Reveal(*row)  # the columns are in the order of the fields
