"""Who is at the desk, what agents noted, and when each step of a handoff was taken."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

HANDOFFS = """
ALTER TABLE handoff
    ADD COLUMN language text,
    ADD COLUMN skills jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN answer_within_ms integer,
    ADD COLUMN offers integer NOT NULL DEFAULT 0,
    ADD COLUMN overflowed_from text,
    ADD COLUMN claimed_at timestamptz,
    ADD COLUMN accepted_at timestamptz,
    ADD COLUMN over_at timestamptz,
    ADD COLUMN over_reason text;
CREATE INDEX handoff_requested ON handoff (tenant, requested_at);
CREATE INDEX handoff_in_hands ON handoff (tenant, claimed_by) WHERE state IN ('claimed', 'accepted');
"""
# Who works when is no call's: it stays until the next change of duty writes over it.
AGENTS = """
CREATE TABLE desk_agent (
    tenant text NOT NULL,
    agent text NOT NULL,
    duty text NOT NULL CHECK (duty IN ('on', 'break', 'off', 'lost')),
    skills jsonb NOT NULL DEFAULT '[]',
    languages jsonb NOT NULL DEFAULT '[]',
    seen_at timestamptz NOT NULL,
    since_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, agent)
);
CREATE INDEX desk_agent_on ON desk_agent (seen_at) WHERE duty = 'on';
"""
NOTES = """
CREATE TABLE handoff_note (
    tenant text NOT NULL,
    event_id text NOT NULL,
    call_id text NOT NULL,
    handoff text NOT NULL,
    agent text NOT NULL,
    text text,
    spans jsonb NOT NULL DEFAULT '[]',
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, event_id)
);
CREATE INDEX handoff_note_of ON handoff_note (tenant, handoff, occurred_at);
CREATE INDEX handoff_note_call ON handoff_note (tenant, call_id);
"""
ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON {table} USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON {table} TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the columns, the tables and their row security."""
    op.execute(HANDOFFS)
    op.execute(AGENTS)
    op.execute(NOTES)
    for table in ("desk_agent", "handoff_note"):
        op.execute(ROWS.format(table=table))
    op.execute("GRANT INSERT, UPDATE ON desk_agent TO callwarden_tenant")


def downgrade() -> None:
    """Refuse: what agents wrote is not taken back."""
    raise NotImplementedError
