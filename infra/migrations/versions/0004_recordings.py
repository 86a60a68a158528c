"""Recordings: sealed chunks of both directions of a call, and which calls have one."""

from alembic import op

revision = "0004"
down_revision = "0006"
branch_labels = None
depends_on = None

# `place` is where on its topic a chunk's first record lay: a record is in one chunk, whatever is delivered again.
# `facts` holds places and times only; what was said is in `sealed`.
TABLES = """
CREATE TABLE recording (
    tenant text NOT NULL,
    call_id text NOT NULL,
    begun_at timestamptz NOT NULL,
    stopped_at timestamptz,
    closed_at timestamptz,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'completed', 'incomplete')),
    PRIMARY KEY (tenant, call_id)
);
CREATE INDEX recording_open ON recording (begun_at) WHERE closed_at IS NULL;
CREATE TABLE recording_chunk (
    tenant text NOT NULL,
    call_id text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    place text NOT NULL,
    number bigint NOT NULL,
    last bigint NOT NULL,
    start_ms bigint NOT NULL,
    end_ms bigint NOT NULL,
    encoding text NOT NULL,
    sample_rate integer NOT NULL,
    facts jsonb NOT NULL,
    key_id text NOT NULL,
    sealed bytea NOT NULL,
    sha256 text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, call_id, direction, place)
);
-- Ciphertext does not get smaller.
ALTER TABLE recording_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;
"""
ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON {table} USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON {table} TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the tables and their row security."""
    op.execute(TABLES)
    for table in ("recording", "recording_chunk"):
        op.execute(ROWS.format(table=table))


def downgrade() -> None:
    """Refuse: what was recorded is not taken back."""
    raise NotImplementedError
