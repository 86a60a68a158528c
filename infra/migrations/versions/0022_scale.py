"""What pages over a hundred thousand calls need: indexes of what they ask for, and the figures of days gone by."""

from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

# Few calls are live, most disclosures were heard, and most handoffs are over: each list finds its own at once.
INDEXES = """
CREATE INDEX call_live ON call (tenant, started_at DESC, call_id DESC) WHERE state = 'live';
CREATE INDEX disclosure_heard ON disclosure (tenant, kind, required_at) WHERE state = 'heard';
CREATE INDEX handoff_listed ON handoff (
    tenant, state, (coalesce(priority, 9)), (coalesce(requested_at, state_at)), handoff
);
CREATE INDEX emergency_listed ON emergency (tenant, state, opened_at, call_id);
CREATE INDEX emergency_opened ON emergency (tenant, opened_at);
"""
# Rows come in the order of time, so that pages of a table are days: an entry for each 32 of them is enough.
DAYS = """
CREATE INDEX turn_ended ON turn USING brin (ended_at) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX utterance_occurred ON utterance USING brin (occurred_at) WITH (pages_per_range = 32, autosummarize = on);
CREATE TABLE day_figures (
    tenant text NOT NULL,
    day date NOT NULL,
    figures jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, day)
);
ALTER TABLE day_figures ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON day_figures USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT, INSERT, UPDATE ON day_figures TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the indexes, and the table with its row security."""
    op.execute(INDEXES)
    op.execute(DAYS)


def downgrade() -> None:
    """Refuse: days whose rows were erased since cannot be counted again."""
    raise NotImplementedError
