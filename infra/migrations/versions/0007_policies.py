"""Published policy versions, which never change, and when each went live or into the shadow."""

from alembic import op

revision = "0007"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE policy_version (
    tenant text NOT NULL,
    label text NOT NULL,
    id text NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    digest text NOT NULL,
    documents jsonb NOT NULL,
    first_by text NOT NULL,
    first_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, label),
    UNIQUE (tenant, id, version)
);
CREATE TABLE policy_publication (
    tenant text NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    label text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('live', 'shadow')),
    published_by text NOT NULL,
    published_at timestamptz NOT NULL,
    event_id text NOT NULL,
    PRIMARY KEY (tenant, number),
    FOREIGN KEY (tenant, label) REFERENCES policy_version (tenant, label)
);
"""
ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON {table} USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON {table} TO callwarden_tenant;
CREATE TRIGGER {table}_keeps_rows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER {table}_keeps_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_rows;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_all;
"""


def upgrade() -> None:
    """Make the tables, their row security, and the triggers that keep what was published."""
    op.execute(TABLES)
    for table in ("policy_version", "policy_publication"):
        op.execute(ROWS.format(table=table))


def downgrade() -> None:
    """Refuse: what calls were judged by is not taken back."""
    raise NotImplementedError
