"""Where the sound of a live call is, whose law it is held to, and briefings as a direction of their own."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CALLS = "ALTER TABLE call ADD COLUMN audio_partition integer, ADD COLUMN jurisdiction text"
# Tables with the names of their checks: one was renamed since.
CHECKED = {"recording_chunk": "recording_chunk_direction_check", "recording_gap": "payment_gap_direction_check"}
DIRECTIONS = """
ALTER TABLE {table} DROP CONSTRAINT {before};
ALTER TABLE {table} ADD CONSTRAINT {table}_direction_check CHECK (direction IN ('in', 'out', 'briefing'));
"""
# What was said is in the audit log; the row tells whose the sound is, and that it has words on record.
BRIEFINGS = """
CREATE TABLE briefing (
    tenant text NOT NULL,
    event_id text NOT NULL,
    call_id text NOT NULL,
    handoff text NOT NULL,
    utterance text NOT NULL,
    played_ms bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, event_id)
);
CREATE INDEX briefing_call ON briefing (tenant, call_id);
ALTER TABLE briefing ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON briefing USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON briefing TO callwarden_tenant;
"""


def upgrade() -> None:
    """Add the columns, the direction and the table."""
    op.execute(CALLS)
    for table, before in CHECKED.items():
        op.execute(DIRECTIONS.format(table=table, before=before))
    op.execute(BRIEFINGS)


def downgrade() -> None:
    """Refuse: a briefing that was kept has no place in the older tables."""
    raise NotImplementedError
