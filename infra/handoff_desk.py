"""The desk where people take calls: each step is one conditional UPDATE with its event in the outbox, so one wins."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Text, and_, cast, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from governance.errors import InputError
from infra import cursors, outbox, presence
from infra.desk_steps import SOURCE, Step
from infra.read_handoffs import RANKS, ring, stamped
from infra.read_tables import HANDOFF
from schemas.answers import HandoffDetail, HandoffPage, HandoffSummary
from schemas.base import Data, Event, derived_id

MAX_LIMIT = 500
OPEN = ("offered", "claimed", "accepted")
SHOWN = tuple(column for column in HANDOFF.c if column.name != "packet")  # a packet is as large as all else together


class Changed(NamedTuple):
    """What a look at the desk found in another version than known, and what is not there any more."""

    news: list[HandoffSummary]
    gone: Set[str]


class HandoffUnknown(InputError):
    """This tenant has no such handoff."""


class HandoffTaken(InputError):
    """The handoff is not in a state, or not in the hands, that allow this step."""


class HandoffUnfit(InputError):
    """The agent has not what the handoff needs, or is not on duty."""


class HandoffChanged(InputError):
    """The handoff is no longer the version the agent looked at."""


def take(
    connection: Connection, tenant: str, handoff: str, step: Step, *, agent: str, at: datetime,
    version: int | None = None,
) -> HandoffDetail:
    """Take a step, in the caller's transaction; of agents who race, one gets the row.

    Raises HandoffUnknown, HandoffTaken, or HandoffChanged where `version` is not the current one.
    """
    statement = HANDOFF.update().where(
        HANDOFF.c.tenant == tenant, HANDOFF.c.handoff == handoff, HANDOFF.c.state.in_(step.after)
    )
    match step.whose:
        case "mine":
            statement = statement.where(HANDOFF.c.claimed_by == agent)
        case "open":
            statement = statement.where(HANDOFF.c.expires_at > at)
            if not step.unskilled:
                statement = statement.where(presence.may_take(tenant, agent))
        case "anybody":
            pass
    if version is not None:
        statement = statement.where(HANDOFF.c.version == version)
    values = {"state": step.state, "state_at": at, "rank": RANKS[step.state], "version": HANDOFF.c.version + 1}
    values |= stamped(step.state, at)
    row = connection.execute(statement.values({**values, **step.facts}).returning(HANDOFF)).one_or_none()
    if row is None:
        raise _why(connection, tenant, handoff, step, agent=agent, at=at, version=version)
    outbox.add(connection, _event(row, step.event, at))
    ring(connection, tenant)
    return _detail(row)


def told(
    connection: Connection, tenant: str, handoff: str, data: Data, *, number: int, of: str, at: datetime
) -> Event:
    """Give the event of something that changes no state of a handoff: the n-th of what it belongs to."""
    row = _row(connection, tenant, handoff)
    return _event(row, data, at).model_copy(update={"id": derived_id(f"{row.tenant}/{of}", "desk", number)})


def packet(connection: Connection, tenant: str, handoff: str) -> HandoffDetail:
    """Give one handoff with its packet; raises HandoffUnknown."""
    return _detail(_row(connection, tenant, handoff))


def listing(
    connection: Connection, tenant: str, *, state: str | None = None, queue: str | None = None,
    cursor: str | None = None, limit: int = 50, taker: str | None = None,
) -> HandoffPage:
    """Give one page of handoffs, most urgent and then longest waiting first; open ones unless a state is named.

    With `taker` only what this agent has in hands or may take.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be between 1 and {MAX_LIMIT}")
    query = select(*SHOWN).where(HANDOFF.c.tenant == tenant)
    query = query.where(HANDOFF.c.state.in_(OPEN if state is None else (state,)))
    if queue is not None:
        query = query.where(HANDOFF.c.queue == queue)
    if taker is not None:
        query = query.where(_for(tenant, taker))
    order = (text("coalesce(priority, 9)"), text("coalesce(requested_at, state_at)"), HANDOFF.c.handoff)
    if cursor is not None:
        priority, since, after = cursors.read(cursor, fields=3)
        place = text("(CAST(:priority AS integer), CAST(:since AS timestamptz), :after)")
        try:
            bound = place.bindparams(priority=int(priority), since=datetime.fromisoformat(since), after=after)
        except ValueError:
            raise InputError("the cursor is not one this list gave out") from None
        query = query.where(tuple_(*order) > bound)
    rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    page = tuple(summary(row) for row in rows[:limit])
    return HandoffPage(handoffs=page, cursor=_place(rows[limit - 1]) if len(rows) > limit else None)


def changed(connection: Connection, tenant: str, known: Mapping[str, int]) -> Changed:
    """Look at the handoffs that are waiting or in hands, or were when last seen."""
    looked_at = HANDOFF.c.state.in_(OPEN) | HANDOFF.c.handoff.in_(list(known))
    query = select(*SHOWN).where(HANDOFF.c.tenant == tenant, looked_at)
    rows = connection.execute(query.order_by(HANDOFF.c.state_at, HANDOFF.c.rank)).all()
    news = [summary(row) for row in rows if known.get(row.handoff) != row.version]
    return Changed(news, known.keys() - {row.handoff for row in rows})


def within_reach(connection: Connection, tenant: str, agents: Sequence[str]) -> dict[str, frozenset[str]]:
    """Give for each agent what she has in hands or may take."""
    if not agents:
        return {}
    agent = func.unnest(cast(list(agents), ARRAY(Text))).column_valued("agent")
    query = select(agent, HANDOFF.c.handoff).where(
        HANDOFF.c.tenant == tenant, HANDOFF.c.state.in_(OPEN), _for(tenant, agent)
    )
    reach: dict[str, set[str]] = {name: set() for name in agents}
    for name, handoff in connection.execute(query):
        reach[name].add(handoff)
    return {name: frozenset(held) for name, held in reach.items()}


def _for(tenant: str, agent: str | ColumnElement[str]) -> ColumnElement[bool]:
    return (HANDOFF.c.claimed_by == agent) | and_(HANDOFF.c.state == "offered", presence.may_take(tenant, agent))


def summary(row: Row[tuple[object, ...]]) -> HandoffSummary:
    """Give a row as a queue shows it."""
    return HandoffSummary(
        handoff=row.handoff, call_id=row.call_id, state=row.state, version=row.version, queue=row.queue,
        priority=row.priority, rule=row.rule, reason=row.reason, requested_at=row.requested_at,
        offered_at=row.offered_at, expires_at=row.expires_at, claimed_by=row.claimed_by, disposition=row.disposition,
        language=row.language, skills=tuple(row.skills), answer_within_ms=row.answer_within_ms, offers=row.offers,
        overflowed_from=row.overflowed_from,
    )


def _row(connection: Connection, tenant: str, handoff: str) -> Row[tuple[object, ...]]:
    query = select(HANDOFF).where(HANDOFF.c.tenant == tenant, HANDOFF.c.handoff == handoff)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise HandoffUnknown("there is no such handoff")
    return row


def _detail(row: Row[tuple[object, ...]]) -> HandoffDetail:
    return HandoffDetail(**summary(row).model_dump(), packet=row.packet)


def _why(
    connection: Connection, tenant: str, handoff: str, step: Step, *, agent: str, at: datetime, version: int | None
) -> InputError:
    row = _row(connection, tenant, handoff)
    if version is not None and row.version != version:
        return HandoffChanged(f"the handoff is at version {row.version}, not {version}: read it again")
    if row.state not in step.after:
        return HandoffTaken(f"the handoff is {row.state}; this step needs it {' or '.join(step.after)}")
    if step.whose == "mine" and row.claimed_by != agent:
        return HandoffTaken("another agent claimed this handoff")
    if step.whose == "open" and row.expires_at is not None and row.expires_at <= at:
        return HandoffTaken("the offer has expired; it will be offered again")
    if step.whose == "open" and not step.unskilled and not _fits(connection, tenant, handoff, agent):
        needs = ", ".join(row.skills) or "no skill"
        tongue = row.language or "any language"
        return HandoffUnfit(f"it needs {needs}, in {tongue}: as you stand at the desk you may not take it")
    return HandoffTaken("the handoff changed at this moment: read it again")


def _fits(connection: Connection, tenant: str, handoff: str, agent: str) -> bool:
    query = select(HANDOFF.c.handoff).where(
        HANDOFF.c.tenant == tenant, HANDOFF.c.handoff == handoff, presence.may_take(tenant, agent)
    )
    return connection.execute(query).first() is not None


def _event(row: Row[tuple[object, ...]], data: Data, at: datetime) -> Event:
    return Event(
        id=derived_id(f"{row.tenant}/{row.handoff}", "desk", row.version),
        source=SOURCE,
        call_id=row.call_id,
        tenant=row.tenant,
        occurred_at=at,
        cause=row.cause,
        traceparent=row.traceparent,
        data=data,
    )


def _place(row: Row[tuple[object, ...]]) -> str:
    since: datetime = row.requested_at or row.state_at
    return cursors.write((9 if row.priority is None else row.priority, since.isoformat(), row.handoff))
