"""The tables of what callers were told and agreed to; migration 0013 makes them, with their row security."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text

TABLES = MetaData()
DISCLOSURE = Table(
    "disclosure", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("occasion", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("language", Text),
    Column("jurisdiction", Text),
    Column("required_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("heard_at", DateTime(timezone=True)),
    Column("how", Text),
    Column("late_ms", BigInteger),
    Column("at_word", Integer),
    Column("words", Integer),
    Column("reason", Text),
    Column("rule", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
)
# `since` and `until`: from when to when the caller agreed; `swept_at`: what had to go is gone.
CONSENT = Table(
    "recording_consent", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("mode", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("on_refusal", Text, nullable=False),
    Column("jurisdiction", Text),
    Column("policy_version", Text, nullable=False),
    Column("since", DateTime(timezone=True)),
    Column("until", DateTime(timezone=True)),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("swept_at", DateTime(timezone=True)),
)
