"""Logins of people and accounts of services: who is in, and by what; of every secret only its digest."""

from alembic import op

revision = "0019"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE login_session (
    tenant text NOT NULL,
    session text NOT NULL,
    subject text NOT NULL,
    role text NOT NULL,
    via text NOT NULL,
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, session)
);
CREATE INDEX login_session_subject ON login_session (tenant, subject);
CREATE TABLE service_account (
    tenant text NOT NULL,
    account text NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant, account)
);
CREATE UNIQUE INDEX service_account_name ON service_account (tenant, name) WHERE ended_at IS NULL;
CREATE TABLE service_key (
    tenant text NOT NULL,
    key text NOT NULL,
    account text NOT NULL,
    digest text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    PRIMARY KEY (tenant, key),
    FOREIGN KEY (tenant, account) REFERENCES service_account
);
CREATE INDEX service_key_account ON service_key (tenant, account);
"""
ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON {table} USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the tables and their row security."""
    op.execute(TABLES)
    for table in ("login_session", "service_account", "service_key"):
        op.execute(ROWS.format(table=table))


def downgrade() -> None:
    """Refuse: whoever is in would be locked out."""
    raise NotImplementedError
