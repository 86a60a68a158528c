"""The tables of the read model; migration 0002 makes them, with the row security that keeps tenants apart."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Double, Integer, MetaData, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

READ_MODEL = MetaData()

APPLIED = Table(
    "applied_event",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
)

CALL = Table(
    "call",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("channel", Text),
    Column("caller_pseudonym", Text),
    Column("language", Text),
    Column("policy_version", Text),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("end_reason", Text),
    Column("emergency", Text),
    Column("trace_id", Text),
    Column("audio_partition", Integer),
    Column("jurisdiction", Text),
)

# One row for each event that carries words; `facts` holds what only some of them have.
UTTERANCE = Table(
    "utterance",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("participant", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("utterance", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("text", Text),
    Column("facts", JSONB, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
)

TURN = Table(
    "turn",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("utterances", JSONB, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ttfa_ms", Double),
    Column("parts", JSONB, nullable=False),
    Column("marks", JSONB, nullable=False),
    Column("barge_in_ms", Integer),
    Column("trace_id", Text),
)

VERDICT = Table(
    "verdict",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("kind", Text),
    Column("score", Double),
    Column("reason", Text),
    Column("policy_version", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("because", JSONB, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
)

SEALED_ENTITY = Table(
    "sealed_entity",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("pseudonym", Text, primary_key=True),
    Column("entity", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("event_id", Text, nullable=False),
)

# `state_at` and `rank` order the changes of state, whichever topic each arrived on; `version` is the ETag.
HANDOFF = Table(
    "handoff",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("handoff", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_at", DateTime(timezone=True), nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("queue", Text),
    Column("priority", Integer),
    Column("rule", Text),
    Column("reason", Text),
    Column("requested_at", DateTime(timezone=True)),
    Column("offered_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True)),
    Column("claimed_by", Text),
    Column("disposition", Text),
    Column("packet", JSONB),
    Column("cause", Text),
    Column("traceparent", Text),
    Column("language", Text),
    Column("skills", JSONB, nullable=False),
    Column("answer_within_ms", Integer),
    Column("offers", Integer, nullable=False),
    Column("overflowed_from", Text),
    Column("claimed_at", DateTime(timezone=True)),
    Column("accepted_at", DateTime(timezone=True)),
    Column("over_at", DateTime(timezone=True)),
    Column("over_reason", Text),
    Column("over_by", Text),
)

# One row for a call: its emergency is one, however often it is heard of.
EMERGENCY = Table(
    "emergency",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("emergency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("kinds", JSONB, nullable=False),
    Column("rule", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("answer", Text),
    Column("rung", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("endpoint", Text),
    Column("delivered_at", DateTime(timezone=True)),
    Column("due_at", DateTime(timezone=True)),
    Column("waits_for", Text),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("acknowledged_by", Text),
    Column("acknowledged_at", DateTime(timezone=True)),
    Column("version", BigInteger, nullable=False),
    Column("cause", Text, nullable=False),
    Column("traceparent", Text),
)

DEADLINE = Table(
    "deadline",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("deadline", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("why", Text, nullable=False),
    Column("about", Text),
    Column("event_id", Text, nullable=False),
    Column("traceparent", Text),
    Column("sent_at", DateTime(timezone=True)),
)

# Events that a door decided in a transaction and the front door has yet to take.
OUTBOX = Table(
    "outbox",
    READ_MODEL,
    Column("number", BigInteger),
    Column("tenant", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("value", JSONB, nullable=False),
    Column("sent_at", DateTime(timezone=True)),
)

DEAD_LETTER = Table(
    "dead_letter",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("field", Text),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
)

IDEMPOTENCY = Table(
    "idempotency",
    READ_MODEL,
    Column("tenant", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("answer", JSONB),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

GATEWAY_PARTITION = Table(
    "gateway_partition",
    READ_MODEL,
    Column("partition", Integer, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("leased_until", DateTime(timezone=True), nullable=False),
)
