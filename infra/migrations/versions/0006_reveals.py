"""Reveals of sealed originals, and texts that redaction had to withhold."""

from alembic import op

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None

# `reason` may speak of the caller: it is sealed under the call's key and forgotten with it.
TABLES = """
CREATE TABLE reveal (
    tenant text NOT NULL,
    reveal text NOT NULL,
    call_id text NOT NULL,
    pseudonym text NOT NULL,
    entity text NOT NULL,
    reason text NOT NULL,
    key_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'approved')),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    approved_by text CHECK (approved_by <> asked_by),
    approved_at timestamptz,
    PRIMARY KEY (tenant, reveal)
);
CREATE INDEX reveal_of_call ON reveal (tenant, call_id);
CREATE TABLE redaction_failure (
    tenant text NOT NULL,
    place text NOT NULL,
    error text NOT NULL,
    number bigint NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, place, error)
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
    for table in ("reveal", "redaction_failure"):
        op.execute(ROWS.format(table=table))
    op.execute("GRANT INSERT, UPDATE ON reveal TO callwarden_tenant")


def downgrade() -> None:
    """Refuse: who asked for what is not taken back."""
    raise NotImplementedError
