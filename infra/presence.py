"""Who is at the desk: duty, skills and languages of agents, when each was seen last, and what she may take."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    any_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.sql.expression import cast

from infra.desk_tables import DESK_AGENT
from infra.read_tables import HANDOFF
from schemas.desk import AgentPage, AgentView, Duty

LOST_AFTER = timedelta(seconds=30)  # three heartbeats of the stream; a laptop's lid is closed faster than that
IN_HANDS = ("claimed", "accepted")
MOST_AGENTS = 1000


def put(
    connection: Connection, tenant: str, agent: str, *, duty: Duty, skills: Sequence[str] | None,
    languages: Sequence[str] | None, at: datetime,
) -> AgentView:
    """Say that an agent is there, and in which duty; skills and languages stay as they are where none are given."""
    table = DESK_AGENT.c
    values: dict[str, object] = {"duty": duty, "seen_at": at}
    given = {"skills": skills, "languages": languages}
    values |= {name: list(dict.fromkeys(one)) for name, one in given.items() if one is not None}
    first = {"tenant": tenant, "agent": agent, "since_at": at, "skills": [], "languages": [], **values}
    statement = insert(DESK_AGENT).values(first)
    since = {"since_at": _since(duty, at)}
    connection.execute(statement.on_conflict_do_update(index_elements=["tenant", "agent"], set_={**values, **since}))
    row = connection.execute(select(DESK_AGENT).where(table.tenant == tenant, table.agent == agent)).one()
    return _view(row, in_hands(connection, tenant, agent))


def one(connection: Connection, tenant: str, agent: str) -> AgentView | None:
    """Give one agent; None is who was never seen."""
    found = select(DESK_AGENT).where(DESK_AGENT.c.tenant == tenant, DESK_AGENT.c.agent == agent)
    row = connection.execute(found).one_or_none()
    return None if row is None else _view(row, in_hands(connection, tenant, agent))


def touch(connection: Connection, tenant: str, agents: Sequence[str], *, at: datetime) -> None:
    """Remember that agents on duty are there still; one who was lost is back, one off duty stays off.

    Who is being written by another transaction is left to it: nothing waits here, so nothing can lock in a circle.
    """
    if not agents:
        return
    table = DESK_AGENT.c
    among = table.agent == any_(cast(list(agents), ARRAY(Text)))
    mine = (table.tenant == tenant, among, table.duty.in_(("on", "lost")))
    free = select(table.agent).where(*mine).with_for_update(skip_locked=True)
    connection.execute(DESK_AGENT.update().where(table.tenant == tenant, table.agent.in_(free)).values(
        seen_at=at, duty="on", since_at=_since("on", at)
    ))


def listing(connection: Connection, tenant: str, *, duty: Duty | None = None) -> AgentPage:
    """Give everybody, who is on duty first."""
    table = DESK_AGENT.c
    query = select(DESK_AGENT).where(table.tenant == tenant)
    if duty is not None:
        query = query.where(table.duty == duty)
    rows = connection.execute(query.order_by(table.duty != "on", table.agent).limit(MOST_AGENTS)).all()
    held: dict[str, list[str]] = {}
    taken = select(HANDOFF.c.claimed_by, HANDOFF.c.handoff).where(
        HANDOFF.c.tenant == tenant, HANDOFF.c.state.in_(IN_HANDS)
    )
    for one in connection.execute(taken.order_by(HANDOFF.c.handoff)):
        held.setdefault(one.claimed_by, []).append(one.handoff)
    return AgentPage(agents=tuple(_view(row, tuple(held.get(row.agent, ()))) for row in rows))


def in_hands(connection: Connection, tenant: str, agent: str) -> tuple[str, ...]:
    """Name the handoffs that an agent has claimed or accepted."""
    table = HANDOFF.c
    query = select(table.handoff).where(
        table.tenant == tenant, table.claimed_by == agent, table.state.in_(IN_HANDS)
    )
    return tuple(connection.execute(query.order_by(table.handoff)).scalars())


def lost(connection: Connection, *, at: datetime) -> list[tuple[str, str]]:
    """Take off duty who was not seen for too long; gives tenant and agent of each, once."""
    table = DESK_AGENT.c
    statement = DESK_AGENT.update().where(table.duty == "on", table.seen_at < at - LOST_AFTER)
    rows = connection.execute(statement.values(duty="lost", since_at=at).returning(table.tenant, table.agent))
    return [(row.tenant, row.agent) for row in rows]


def may_take(tenant: str, agent: str | ColumnElement[str]) -> ColumnElement[bool]:
    """Give what must hold of a handoff's row for an agent to claim it.

    Its skills are among hers; it is in one of her languages, where she names any; she is not on a break or off duty. Of
    an agent whom the desk has not seen nothing is known: she takes what needs no skill.
    """
    table = DESK_AGENT.c
    me = and_(table.tenant == tenant, table.agent == agent)
    none = cast([], JSONB)
    mine = func.coalesce(select(table.skills).where(me, table.duty == "on").scalar_subquery(), none)
    speaks = or_(
        HANDOFF.c.language.is_(None), table.languages == none, table.languages.has_key(HANDOFF.c.language)
    )
    return and_(
        mine.op("@>", is_comparison=True)(HANDOFF.c.skills),
        not_(exists().where(me, or_(table.duty.in_(("break", "off")), not_(speaks)))),
    )


def _since(duty: Duty, at: datetime) -> ColumnElement[datetime]:
    return case((DESK_AGENT.c.duty == duty, DESK_AGENT.c.since_at), else_=literal(at))


def _view(row: Row[tuple[object, ...]], held: Sequence[str]) -> AgentView:
    return AgentView(
        agent=row.agent, duty=row.duty, skills=row.skills, languages=row.languages, seen_at=row.seen_at,
        since_at=row.since_at, in_hands=tuple(held),
    )
