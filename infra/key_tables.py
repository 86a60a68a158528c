"""The tables of keys and of topics' incarnations; migration 0003 makes them."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, LargeBinary, MetaData, Table, Text

KEYS = MetaData()

# A destroyed key is a row with `destroyed_at` and no `wrapped`: it stays, so that no second key can be made.
SUBJECT_KEY = Table(
    "subject_key",
    KEYS,
    Column("key_id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("call", Text, nullable=False),  # empty: the tenant's own key
    Column("wrapped", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("destroyed_at", DateTime(timezone=True)),
)

# The newest row of a topic names its present life; a deployment that comes back to a cluster finds its old one.
TOPIC_INCARNATION = Table(
    "topic_incarnation",
    KEYS,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("cluster", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("incarnation", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
