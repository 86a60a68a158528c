"""The table of payment windows: which there were."""

from sqlalchemy import Column, DateTime, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

TABLES = MetaData()
# `cause` and `closed_by` are the events that opened and closed it: said again, they are answered the same.
PAYMENT_WINDOW = Table(
    "payment_window", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("window", Text, primary_key=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closes_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("asked_in", Text),
    Column("utterances", JSONB, nullable=False),
    Column("cause", Text, nullable=False),
    Column("closed_by", Text),
    Column("swept_at", DateTime(timezone=True)),
    Column("settled_at", DateTime(timezone=True)),
)
