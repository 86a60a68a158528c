"""Payment windows: when nothing of a call is kept, and what of its recording was left out for it."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE payment_window (
    tenant text NOT NULL,
    call_id text NOT NULL,
    "window" text NOT NULL,
    opened_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    closed_at timestamptz,
    asked_in text,
    utterances jsonb NOT NULL DEFAULT '[]',
    cause text NOT NULL,
    closed_by text,
    swept_at timestamptz,
    settled_at timestamptz,
    PRIMARY KEY (tenant, call_id, "window")
);
CREATE INDEX payment_window_unsettled ON payment_window (opened_at) WHERE settled_at IS NULL;
CREATE TABLE payment_gap (
    tenant text NOT NULL,
    call_id text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    utterance text NOT NULL,
    start_ms bigint NOT NULL,
    end_ms bigint NOT NULL,
    said_ms bigint NOT NULL,
    PRIMARY KEY (tenant, call_id, direction, utterance, start_ms)
);
"""
ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON {table} USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON {table} TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the tables and their row security."""
    op.execute(TABLES)
    for table in ("payment_window", "payment_gap"):
        op.execute(ROWS.format(table=table))


def downgrade() -> None:
    """Refuse: what was left out is not put back."""
    raise NotImplementedError
