"""What people who read calls said of them, and who withdrew a handoff by hand."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

REVIEWS = """
CREATE TABLE review (
    tenant text NOT NULL,
    call_id text NOT NULL,
    agent text NOT NULL,
    subject text NOT NULL,
    label text NOT NULL,
    about text,
    kind text,
    places jsonb NOT NULL DEFAULT '[]',
    rule text,
    policy_version text,
    began_at timestamptz NOT NULL,
    sample text,
    texts integer,
    alarms integer,
    event_id text NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, call_id, agent, subject)
);
ALTER TABLE handoff ADD COLUMN over_by text;
CREATE INDEX review_began ON review (tenant, began_at);
ALTER TABLE review ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON review USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT, INSERT, UPDATE ON review TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the table with its row security, and the column."""
    op.execute(REVIEWS)


def downgrade() -> None:
    """Refuse: what people said is not taken back."""
    raise NotImplementedError
