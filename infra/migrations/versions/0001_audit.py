"""The audit log: append-only leaves and nodes, their heads, and what serves queries."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE audit_head (
    tenant text PRIMARY KEY,
    size bigint NOT NULL CHECK (size >= 0),
    frontier bytea NOT NULL CHECK (length(frontier) % 33 = 0),
    last_recorded_at timestamptz
);
CREATE TABLE audit_leaf (
    tenant text NOT NULL,
    idx bigint NOT NULL CHECK (idx >= 0),
    event_id text NOT NULL,
    leaf_hash bytea NOT NULL CHECK (length(leaf_hash) = 32),
    entry bytea NOT NULL CHECK (length(entry) <= 65535),
    PRIMARY KEY (tenant, idx),
    UNIQUE (tenant, event_id)
);
CREATE TABLE audit_node (
    tenant text NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 7),
    idx bigint NOT NULL CHECK (idx >= 0),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (tenant, level, idx)
);
CREATE TABLE audit_stream (
    tenant text NOT NULL,
    stream text NOT NULL,
    last_seq bigint NOT NULL,
    last_hash bytea NOT NULL CHECK (length(last_hash) = 32),
    PRIMARY KEY (tenant, stream)
) WITH (fillfactor = 70);
CREATE TABLE audit_index (
    tenant text NOT NULL,
    idx bigint NOT NULL,
    event_id text NOT NULL,
    leaf_hash bytea NOT NULL,
    type text NOT NULL,
    call text,
    actor text NOT NULL,
    actor_label text,
    subject text,
    rule text,
    policy text,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, idx)
);
CREATE INDEX audit_index_call ON audit_index (tenant, call, idx) WHERE call IS NOT NULL;
CREATE INDEX audit_index_actor ON audit_index (tenant, actor, idx);
CREATE INDEX audit_index_type ON audit_index (tenant, type, idx);
CREATE INDEX audit_index_rule ON audit_index (tenant, rule, idx) WHERE rule IS NOT NULL;
CREATE INDEX audit_index_recorded_at ON audit_index USING brin (recorded_at);
CREATE TABLE audit_payload (
    tenant text NOT NULL,
    event_id text NOT NULL,
    ct bytea NOT NULL,
    PRIMARY KEY (tenant, event_id)
);
CREATE TABLE audit_checkpoint (
    tenant text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL CHECK (length(root) = 32),
    note bytea NOT NULL,
    vkeys text NOT NULL,
    signed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, size)
);
CREATE TABLE consumer_position (
    consumer text NOT NULL,
    incarnation text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL CHECK (next_offset >= 0),
    PRIMARY KEY (consumer, incarnation, topic, partition)
);
"""

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""

# ENABLE ALWAYS: session_replication_role = replica would switch plain triggers off.
KEEP = """
CREATE TRIGGER {table}_keeps_rows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER {table}_keeps_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_rows;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_all;
"""


def upgrade() -> None:
    """Make the tables; no later migration may rewrite audit_leaf or audit_node."""
    op.execute(TABLES)
    op.execute(REFUSE)
    for table in ("audit_leaf", "audit_node"):
        op.execute(KEEP.format(table=table))


def downgrade() -> None:
    """Refuse: what was recorded is not taken back."""
    raise NotImplementedError
