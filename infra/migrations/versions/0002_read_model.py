"""The read model of calls, turns, verdicts and handoffs, its timers and outbox, and a role that sees one tenant."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CALLS = """
CREATE TABLE applied_event (
    tenant text NOT NULL,
    event_id text NOT NULL,
    call_id text NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, event_id)
);
CREATE TABLE call (
    tenant text NOT NULL,
    call_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('live', 'ended')),
    channel text,
    caller_pseudonym text,
    language text,
    policy_version text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    emergency text,
    trace_id text,
    PRIMARY KEY (tenant, call_id)
);
CREATE INDEX call_newest ON call (tenant, started_at DESC, call_id DESC);
CREATE TABLE utterance (
    tenant text NOT NULL,
    event_id text NOT NULL,
    call_id text NOT NULL,
    sequence bigint NOT NULL,
    participant text NOT NULL,
    stage text NOT NULL,
    utterance text NOT NULL,
    turn integer NOT NULL,
    text text,
    facts jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, event_id)
);
CREATE INDEX utterance_call ON utterance (tenant, call_id, occurred_at, sequence);
CREATE TABLE turn (
    tenant text NOT NULL,
    call_id text NOT NULL,
    turn integer NOT NULL,
    utterances jsonb NOT NULL DEFAULT '[]',
    ended_at timestamptz,
    ttfa_ms double precision,
    parts jsonb NOT NULL DEFAULT '[]',
    marks jsonb NOT NULL DEFAULT '{}',
    barge_in_ms integer,
    trace_id text,
    PRIMARY KEY (tenant, call_id, turn)
);
CREATE TABLE verdict (
    tenant text NOT NULL,
    event_id text NOT NULL,
    call_id text NOT NULL,
    type text NOT NULL,
    rule text NOT NULL,
    kind text,
    score double precision,
    reason text,
    policy_version text NOT NULL,
    provisional boolean NOT NULL DEFAULT false,
    because jsonb NOT NULL DEFAULT '[]',
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, event_id)
);
CREATE INDEX verdict_call ON verdict (tenant, call_id, occurred_at);
CREATE TABLE sealed_entity (
    tenant text NOT NULL,
    call_id text NOT NULL,
    pseudonym text NOT NULL,
    entity text NOT NULL,
    key_id text NOT NULL,
    sealed text NOT NULL,
    event_id text NOT NULL,
    PRIMARY KEY (tenant, call_id, pseudonym)
);
"""

HANDOFFS = """
CREATE TABLE handoff (
    tenant text NOT NULL,
    handoff text NOT NULL,
    call_id text NOT NULL,
    state text NOT NULL,
    state_at timestamptz NOT NULL,
    rank smallint NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    queue text,
    priority integer,
    rule text,
    reason text,
    requested_at timestamptz,
    offered_at timestamptz,
    expires_at timestamptz,
    claimed_by text,
    disposition text,
    packet jsonb,
    cause text,
    traceparent text,
    PRIMARY KEY (tenant, handoff)
);
CREATE INDEX handoff_open ON handoff (tenant, priority, offered_at) WHERE state IN ('offered', 'claimed', 'accepted');
CREATE INDEX handoff_call ON handoff (tenant, call_id);
CREATE TABLE deadline (
    tenant text NOT NULL,
    deadline text NOT NULL,
    call_id text NOT NULL,
    due_at timestamptz NOT NULL,
    why text NOT NULL,
    about text,
    event_id text NOT NULL,
    traceparent text,
    sent_at timestamptz,
    PRIMARY KEY (tenant, deadline)
);
CREATE INDEX deadline_due ON deadline (due_at) WHERE sent_at IS NULL;
CREATE INDEX deadline_unsent ON deadline (deadline) WHERE sent_at IS NULL;
CREATE TABLE outbox (
    number bigint GENERATED ALWAYS AS IDENTITY,
    tenant text NOT NULL,
    event_id text NOT NULL,
    call_id text NOT NULL,
    headers jsonb NOT NULL,
    value jsonb NOT NULL,
    sent_at timestamptz,
    PRIMARY KEY (tenant, event_id)
);
CREATE INDEX outbox_unsent ON outbox (number) WHERE sent_at IS NULL;
CREATE INDEX outbox_event ON outbox (event_id) WHERE sent_at IS NULL;
CREATE TABLE dead_letter (
    tenant text NOT NULL,
    event_id text NOT NULL,
    call_id text NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL,
    field text,
    sha256 text NOT NULL,
    size bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, event_id)
);
CREATE TABLE idempotency (
    tenant text NOT NULL,
    subject text NOT NULL,
    key text NOT NULL,
    request text NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, subject, key)
);
CREATE TABLE gateway_partition (
    partition integer PRIMARY KEY,
    owner text NOT NULL,
    leased_until timestamptz NOT NULL
);
"""

# A login that may not make roles needs this one made before: the migration then only grants.
ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'callwarden_tenant') THEN
        CREATE ROLE callwarden_tenant NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this cluster was faster
END $$;
DO $$ BEGIN
    IF NOT pg_has_role(current_user, 'callwarden_tenant', 'MEMBER') THEN
        EXECUTE format('GRANT callwarden_tenant TO %I', current_user);
    END IF;
END $$;
"""

# Rooms that serve every tenant work as the owner, whom row security leaves alone; doors take the role instead.
ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON {table} USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON {table} TO callwarden_tenant;
"""
READ = (
    "audit_head", "audit_leaf", "audit_node", "audit_stream", "audit_index", "audit_payload", "audit_checkpoint",
    "applied_event", "call", "utterance", "turn", "verdict", "sealed_entity", "deadline", "dead_letter",
)
WRITTEN = ("handoff", "outbox", "idempotency")


def upgrade() -> None:
    """Make the tables, the role and the policies."""
    op.execute(CALLS)
    op.execute(HANDOFFS)
    op.execute(ROLE)
    for table in (*READ, *WRITTEN):
        op.execute(ROWS.format(table=table))
    for table in WRITTEN:
        op.execute(f"GRANT INSERT, UPDATE ON {table} TO callwarden_tenant")


def downgrade() -> None:
    """Refuse: what was recorded is not taken back."""
    raise NotImplementedError
