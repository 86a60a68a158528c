"""What people read beside a call: the words of a briefing, and every policy of the house that was in force."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# Redacted words, swept with those of the call; null where the call was amended since, or it was played before this.
WORDS = "ALTER TABLE briefing ADD COLUMN agent text, ADD COLUMN whole boolean, ADD COLUMN text text"
# Of no tenant: what a setting names, and what ships. Calls cite a version for as long as they are kept.
HOUSE = """
CREATE TABLE house_policy (
    label text PRIMARY KEY,
    id text NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    digest text NOT NULL,
    documents jsonb NOT NULL,
    first_at timestamptz NOT NULL
);
GRANT SELECT ON house_policy TO callwarden_tenant;
CREATE TRIGGER house_policy_keeps_rows BEFORE UPDATE OR DELETE ON house_policy
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER house_policy_keeps_all BEFORE TRUNCATE ON house_policy
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE house_policy ENABLE ALWAYS TRIGGER house_policy_keeps_rows;
ALTER TABLE house_policy ENABLE ALWAYS TRIGGER house_policy_keeps_all;
"""


def upgrade() -> None:
    """Add the columns and the table."""
    op.execute(WORDS)
    op.execute(HOUSE)


def downgrade() -> None:
    """Refuse: what calls were judged by is not taken back."""
    raise NotImplementedError
