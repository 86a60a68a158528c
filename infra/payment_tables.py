"""The tables of payment windows: which there were, and what of a recording was left out for them."""

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text
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
PAYMENT_GAP = Table(
    "payment_gap", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("utterance", Text, primary_key=True),
    Column("start_ms", BigInteger, primary_key=True),
    Column("end_ms", BigInteger, nullable=False),
    Column("said_ms", BigInteger, nullable=False),
)
