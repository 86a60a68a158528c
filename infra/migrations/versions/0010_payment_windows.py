"""Payment windows: between which instants nothing of a call may be stored."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE payment_window (
    tenant text NOT NULL,
    call_id text NOT NULL,
    "window" text NOT NULL,
    opened_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    closed_at timestamptz,
    said_from timestamptz NOT NULL,
    said_until timestamptz NOT NULL,
    PRIMARY KEY (tenant, call_id, "window")
);
CREATE INDEX payment_window_of_call ON payment_window (call_id);
CREATE INDEX payment_window_open ON payment_window (closes_at) WHERE closed_at IS NULL;
ALTER TABLE payment_window ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON payment_window USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON payment_window TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the table and its row security."""
    op.execute(TABLE)


def downgrade() -> None:
    """Refuse: what was open when is part of the record."""
    raise NotImplementedError
