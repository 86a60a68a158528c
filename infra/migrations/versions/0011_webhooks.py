"""Webhooks: endpoints that are known, what is to be delivered to them, and every try."""

from alembic import op

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None

# `body` is sealed under the call's key and forgotten with it. `address` is a keyed digest: a URL may hold a secret.
TABLES = """
CREATE TABLE webhook_endpoint (
    endpoint text PRIMARY KEY,
    address text NOT NULL,
    since timestamptz NOT NULL,
    disabled_at timestamptz
);
CREATE TABLE webhook_delivery (
    tenant text NOT NULL,
    delivery text NOT NULL,
    endpoint text NOT NULL,
    event_id text NOT NULL,
    call_id text NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    tried integer NOT NULL,
    made_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    settled_at timestamptz,
    why text,
    key_id text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, delivery)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint, tried, next_at) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_newest ON webhook_delivery (tenant, made_at, delivery);
CREATE INDEX webhook_delivery_call ON webhook_delivery (tenant, call_id);
CREATE TABLE webhook_try (
    tenant text NOT NULL,
    delivery text NOT NULL,
    number integer NOT NULL,
    tried_at timestamptz NOT NULL,
    outcome text NOT NULL,
    status integer,
    took_ms double precision NOT NULL,
    error text,
    PRIMARY KEY (tenant, delivery, number),
    FOREIGN KEY (tenant, delivery) REFERENCES webhook_delivery ON DELETE CASCADE
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
    for table in ("webhook_delivery", "webhook_try"):
        op.execute(ROWS.format(table=table))
    op.execute("GRANT UPDATE (state, tried, next_at, settled_at, why) ON webhook_delivery TO callwarden_tenant")


def downgrade() -> None:
    """Refuse: what was told to whom is not taken back."""
    raise NotImplementedError
