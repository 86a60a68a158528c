"""Tables of the desk beside the handoff itself; migration 0020 makes them."""

from sqlalchemy import Column, DateTime, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

DESK = MetaData()

DESK_AGENT = Table(
    "desk_agent",
    DESK,
    Column("tenant", Text, primary_key=True),
    Column("agent", Text, primary_key=True),
    Column("duty", Text, nullable=False),
    Column("skills", JSONB, nullable=False),
    Column("languages", JSONB, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("since_at", DateTime(timezone=True), nullable=False),
)

HANDOFF_NOTE = Table(
    "handoff_note",
    DESK,
    Column("tenant", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("handoff", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("text", Text),
    Column("spans", JSONB, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
)
