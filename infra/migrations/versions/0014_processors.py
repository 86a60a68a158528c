"""The processors of a call: who heard, wrote or spoke in it, where, and how much."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE call_processor (
    tenant text NOT NULL,
    call_id text NOT NULL,
    operation text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    region text NOT NULL,
    calls bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    audio_ms bigint NOT NULL DEFAULT 0,
    characters bigint NOT NULL DEFAULT 0,
    input_tokens bigint NOT NULL DEFAULT 0,
    output_tokens bigint NOT NULL DEFAULT 0,
    first_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, call_id, operation, provider, model, region)
);
ALTER TABLE call_processor ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON call_processor USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON call_processor TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the table and its row security."""
    op.execute(TABLES)


def downgrade() -> None:
    """Refuse: where a call's words went is not forgotten."""
    raise NotImplementedError
