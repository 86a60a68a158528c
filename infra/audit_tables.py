"""The tables of the audit log; migration 0001 makes them, with the triggers that keep them."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

AUDIT = MetaData()

HEAD = Table(
    "audit_head",
    AUDIT,
    Column("tenant", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("last_recorded_at", DateTime(timezone=True)),
)

LEAF = Table(
    "audit_leaf",
    AUDIT,
    Column("tenant", Text, primary_key=True),
    Column("idx", BigInteger, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("entry", LargeBinary, nullable=False),
)

# The hashes of tiles of level 1 and up: one row for each full tile below, so a proof reads O(log n) tiles.
NODE = Table(
    "audit_node",
    AUDIT,
    Column("tenant", Text, primary_key=True),
    Column("level", SmallInteger, primary_key=True),
    Column("idx", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
)

STREAM = Table(
    "audit_stream",
    AUDIT,
    Column("tenant", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column("last_hash", LargeBinary, nullable=False),
)

INDEX = Table(
    "audit_index",
    AUDIT,
    Column("tenant", Text, primary_key=True),
    Column("idx", BigInteger, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("type", Text, nullable=False),
    Column("call", Text),
    Column("actor", Text, nullable=False),
    Column("actor_label", Text),
    Column("subject", Text),
    Column("rule", Text),
    Column("policy", Text),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)

PAYLOAD = Table(
    "audit_payload",
    AUDIT,
    Column("tenant", Text, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("ct", LargeBinary, nullable=False),
    Column("idx", BigInteger, primary_key=True),
)

CHECKPOINT = Table(
    "audit_checkpoint",
    AUDIT,
    Column("tenant", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("vkeys", Text, nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
)

COSIGNED = Table(
    "audit_cosigned",
    AUDIT,
    Column("tenant", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("note", LargeBinary, nullable=False),
    Column("witnesses", Text, nullable=False),
    Column("stamp", LargeBinary),
    Column("cosigned_at", DateTime(timezone=True), nullable=False),
)

POSITION = Table(
    "consumer_position",
    AUDIT,
    Column("consumer", Text, primary_key=True),
    Column("incarnation", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)
