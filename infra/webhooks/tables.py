"""The tables of webhooks; migration 0011 makes them."""

from sqlalchemy import Column, DateTime, Double, Integer, LargeBinary, MetaData, Table, Text

TABLES = MetaData()

# No tenant: the house names its endpoints.
ENDPOINT = Table(
    "webhook_endpoint", TABLES,
    Column("endpoint", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("disabled_at", DateTime(timezone=True)),
)
# `tried` counts since it was made or asked for again; `next_at` is also until when a try in progress holds it.
DELIVERY = Table(
    "webhook_delivery", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("delivery", Text, primary_key=True),
    Column("endpoint", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("call_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("tried", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("settled_at", DateTime(timezone=True)),
    Column("why", Text),
    Column("key_id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
TRY = Table(
    "webhook_try", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("delivery", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("tried_at", DateTime(timezone=True), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("took_ms", Double, nullable=False),
    Column("error", Text),
)
