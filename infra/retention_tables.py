"""The tables of retention; migration 0008 makes them, with the row security that keeps tenants apart."""

from sqlalchemy import Column, DateTime, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

RETENTION = MetaData()

HOLD = Table(
    "legal_hold",
    RETENTION,
    Column("tenant", Text, primary_key=True),
    Column("hold", Text, primary_key=True),
    Column("subject", Text),
    Column("call_id", Text),
    Column("reason", Text, nullable=False),  # sealed under the key of what staff wrote
    Column("key_id", Text, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("released_by", Text),
    Column("released_at", DateTime(timezone=True)),
)

# A request stands for ever: a call of the subject that was on its way when it came is erased when it arrives.
ERASURE = Table(
    "erasure",
    RETENTION,
    Column("tenant", Text, primary_key=True),
    Column("erasure", Text, primary_key=True),
    Column("subject", Text),
    Column("call_id", Text),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("completed_at", DateTime(timezone=True)),
)

RECEIPT = Table(
    "sweep_receipt",
    RETENTION,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("data_class", Text, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("erasure", Text),
    Column("key_id", Text),
    Column("deleted", JSONB, nullable=False),
    Column("swept_at", DateTime(timezone=True), nullable=False),
)
