"""Emergencies as people see them: one row a call, with the rung of its ladder and who acknowledged."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE emergency (
    tenant text NOT NULL,
    call_id text NOT NULL,
    emergency text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'stood_down', 'exhausted')),
    drill boolean NOT NULL,
    kinds jsonb NOT NULL,
    rule text NOT NULL,
    reason text NOT NULL,
    queue text NOT NULL,
    alerts integer NOT NULL,
    answer text,
    rung integer NOT NULL DEFAULT 0,
    attempt integer NOT NULL DEFAULT 0,
    endpoint text,
    delivered_at timestamptz,
    due_at timestamptz,
    waits_for text,
    opened_at timestamptz NOT NULL,
    acknowledged_by text,
    acknowledged_at timestamptz,
    version bigint NOT NULL,
    cause text NOT NULL,
    traceparent text,
    PRIMARY KEY (tenant, call_id)
);
CREATE INDEX emergency_waiting ON emergency (tenant, opened_at) WHERE state IN ('open', 'exhausted');
ALTER TABLE emergency ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON emergency USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT, UPDATE ON emergency TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the table and its row security."""
    op.execute(TABLE)


def downgrade() -> None:
    """Refuse: a record of danger is not dropped."""
    raise NotImplementedError
