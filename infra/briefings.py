"""Briefings in the database: their words, and whose sound of a recording may therefore be heard."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Connection, DateTime, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from governance.recording import Characters, Said
from infra import amended_packets
from infra.read_tables import UTTERANCE
from schemas.base import Event
from schemas.legs import Briefing, BriefingPlayed

TABLES = MetaData()
BRIEFING = Table(
    "briefing", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("handoff", Text, nullable=False),
    Column("utterance", Text, nullable=False),
    Column("played_ms", BigInteger, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("agent", Text),
    Column("whole", Boolean),
    Column("text", Text),
)


class Briefed(NamedTuple):
    """One briefing: for which handoff, how its sound is named, and how much of it was played."""

    handoff: str
    utterance: str
    played_ms: int


def played(connection: Connection, event: Event, data: BriefingPlayed) -> None:
    """Write that one was played; one from before they were recorded has no sound."""
    if data.utterance:
        amended_packets.hold(connection, event)
        text = None if _amended(connection, event.tenant, event.call_id) else data.text
        connection.execute(insert(BRIEFING).values(
            tenant=event.tenant, event_id=event.id, call_id=event.call_id, handoff=data.handoff,
            utterance=data.utterance, played_ms=data.played_ms, occurred_at=event.occurred_at, agent=data.agent,
            whole=data.whole, text=text,
        ).on_conflict_do_nothing())


def amended(connection: Connection, event: Event) -> None:
    """Let the words of a call's briefings go: one of its lines hides more now, and they may repeat it."""
    amended_packets.hold(connection, event)
    mine = (BRIEFING.c.tenant == event.tenant, BRIEFING.c.call_id == event.call_id)
    connection.execute(BRIEFING.update().where(*mine).values(text=None))


def read(connection: Connection, tenant: str, call_id: str) -> tuple[Briefing, ...]:
    """Give what agents heard of a call before they joined, in its order."""
    query = select(BRIEFING).where(BRIEFING.c.tenant == tenant, BRIEFING.c.call_id == call_id)
    return tuple(
        Briefing(
            event_id=row.event_id, handoff=row.handoff, agent=row.agent, text=row.text, played_ms=row.played_ms,
            whole=row.whole, occurred_at=row.occurred_at,
        )
        for row in connection.execute(query.order_by(BRIEFING.c.occurred_at))
    )


def of_call(connection: Connection, tenant: str, call_id: str) -> list[Briefed]:
    """Give those of a call in their order."""
    query = select(BRIEFING).where(BRIEFING.c.tenant == tenant, BRIEFING.c.call_id == call_id)
    return [
        Briefed(row.handoff, row.utterance, row.played_ms)
        for row in connection.execute(query.order_by(BRIEFING.c.occurred_at))
    ]


def said(connection: Connection, tenant: str, call_id: str, *, handoff: str) -> list[Said]:
    """Give one handoff's as redaction left them: the words are a packet's, so nothing in them is hidden.

    Where a line of the call was amended later, the briefing may hold what it hides, and all of it is.
    """
    hidden = _amended(connection, tenant, call_id)
    spans = (Characters(start=0, end=1),) if hidden else ()  # without places, of which the whole utterance is masked
    return [
        Said(participant="assistant", utterance=one.utterance, start_ms=0, end_ms=one.played_ms, spans=spans)
        for one in of_call(connection, tenant, call_id) if one.handoff == handoff
    ]


def _amended(connection: Connection, tenant: str, call_id: str) -> bool:
    query = select(UTTERANCE.c.event_id).where(
        UTTERANCE.c.tenant == tenant, UTTERANCE.c.call_id == call_id, UTTERANCE.c.facts.has_key("amended_by")
    )
    return connection.execute(query.limit(1)).first() is not None
