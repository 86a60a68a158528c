"""The table of reviews, and how one is written: by the door, and again from its event, which changes nothing."""

from sqlalchemy import Column, Connection, DateTime, Integer, Table, Text, tuple_
from sqlalchemy.dialects.postgresql import JSONB, insert

from infra.read_tables import READ_MODEL
from schemas.base import Event
from schemas.reviews import CallReviewed

REVIEW = Table(
    "review",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("agent", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("about", Text),
    Column("kind", Text),
    Column("places", JSONB, nullable=False),
    Column("rule", Text),
    Column("policy_version", Text),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("sample", Text),
    Column("texts", Integer),
    Column("alarms", Integer),
    Column("event_id", Text, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False),
)
KEY = ("tenant", "call_id", "agent", "subject")


def reviewed(connection: Connection, event: Event, data: CallReviewed) -> bool:
    """Write a label unless the same person has said something later of the same; tells whether it was written."""
    values = data.model_dump(mode="json", exclude={"began_at"})
    values |= {
        "tenant": event.tenant, "call_id": event.call_id, "began_at": data.began_at, "event_id": event.id,
        "given_at": event.occurred_at,
    }
    statement = insert(REVIEW).values(values)
    changed = {name: statement.excluded[name] for name in values if name not in KEY}
    later = tuple_(REVIEW.c.given_at, REVIEW.c.event_id) < tuple_(
        statement.excluded.given_at, statement.excluded.event_id
    )
    statement = statement.on_conflict_do_update(index_elements=list(KEY), set_=changed, where=later)
    return connection.execute(statement.returning(REVIEW.c.event_id)).first() is not None
