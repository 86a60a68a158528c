"""What others signed: checkpoints with the lines of witnesses and the stamp of a time-stamping authority."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE audit_cosigned (
    tenant text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    note bytea NOT NULL,
    witnesses text NOT NULL,
    stamp bytea,
    cosigned_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, size)
);
CREATE TRIGGER audit_cosigned_keeps_all BEFORE TRUNCATE ON audit_cosigned
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_cosigned_keeps_rows BEFORE UPDATE OR DELETE ON audit_cosigned
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_cosigned ENABLE ALWAYS TRIGGER audit_cosigned_keeps_all;
ALTER TABLE audit_cosigned ENABLE ALWAYS TRIGGER audit_cosigned_keeps_rows;
ALTER TABLE audit_cosigned ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_cosigned FORCE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON audit_cosigned USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON audit_cosigned TO callwarden_tenant;
GRANT SELECT, INSERT ON audit_cosigned TO callwarden_writer;
"""
# The owner cannot log in. Where the migrating login may not give tables away it keeps them.
OWNER = """
DO $$ BEGIN
    ALTER TABLE audit_cosigned OWNER TO callwarden_audit;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'audit_cosigned keeps its owner';
END $$;
"""


def upgrade() -> None:
    """Make the table with the walls of the others; the event trigger of 0009 does not name it, its triggers hold."""
    op.execute(TABLE)
    op.execute(OWNER)


def downgrade() -> None:
    """Refuse: what was cosigned is kept."""
    raise NotImplementedError
