"""Briefings in the database: whose sound of a recording has its words on record, and may therefore be heard."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, DateTime, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from governance.recording import Characters, Said
from infra.read_tables import UTTERANCE
from schemas.base import Event
from schemas.legs import BriefingPlayed

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
)


class Briefed(NamedTuple):
    """One briefing: for which handoff, how its sound is named, and how much of it was played."""

    handoff: str
    utterance: str
    played_ms: int


def played(connection: Connection, event: Event, data: BriefingPlayed) -> None:
    """Write that one was played; one from before they were recorded has no sound."""
    if data.utterance:
        connection.execute(insert(BRIEFING).values(
            tenant=event.tenant, event_id=event.id, call_id=event.call_id, handoff=data.handoff,
            utterance=data.utterance, played_ms=data.played_ms, occurred_at=event.occurred_at,
        ).on_conflict_do_nothing())


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
    query = select(UTTERANCE.c.event_id).where(
        UTTERANCE.c.tenant == tenant, UTTERANCE.c.call_id == call_id, UTTERANCE.c.facts.has_key("amended_by")
    )
    amended = connection.execute(query.limit(1)).first() is not None
    spans = (Characters(start=0, end=1),) if amended else ()  # without places, of which the whole utterance is masked
    return [
        Said(participant="assistant", utterance=one.utterance, start_ms=0, end_ms=one.played_ms, spans=spans)
        for one in of_call(connection, tenant, call_id) if one.handoff == handoff
    ]
