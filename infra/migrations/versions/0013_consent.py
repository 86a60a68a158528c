"""Disclosures and consent: what callers were told and agreed to, and why audio of a recording is absent."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE disclosure (
    tenant text NOT NULL,
    call_id text NOT NULL,
    kind text NOT NULL,
    round integer NOT NULL,
    occasion text NOT NULL DEFAULT 'start',
    state text NOT NULL CHECK (state IN ('required', 'said', 'interrupted', 'missed', 'late', 'heard')),
    language text,
    jurisdiction text,
    required_at timestamptz NOT NULL,
    due_at timestamptz,
    heard_at timestamptz,
    how text,
    late_ms bigint,
    at_word integer,
    words integer,
    reason text,
    rule text NOT NULL,
    policy_version text NOT NULL,
    PRIMARY KEY (tenant, call_id, kind, round)
);
CREATE INDEX disclosure_unheard ON disclosure (tenant, required_at, call_id) WHERE state <> 'heard';
CREATE INDEX disclosure_required ON disclosure (tenant, required_at);
CREATE TABLE recording_consent (
    tenant text NOT NULL,
    call_id text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('none', 'notice', 'ask')),
    state text NOT NULL CHECK (state IN ('due', 'requested', 'given', 'assumed', 'refused', 'withdrawn')),
    on_refusal text NOT NULL CHECK (on_refusal IN ('keep', 'delete')),
    jurisdiction text,
    policy_version text NOT NULL,
    since timestamptz,
    until timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now(),
    swept_at timestamptz,
    PRIMARY KEY (tenant, call_id)
);
CREATE INDEX recording_consent_unswept ON recording_consent (changed_at)
    WHERE state IN ('refused', 'withdrawn') AND swept_at IS NULL;
ALTER TABLE payment_gap RENAME TO recording_gap;
ALTER TABLE recording_gap ADD COLUMN because text NOT NULL DEFAULT 'payment'
    CHECK (because IN ('payment', 'not_consented'));
"""
ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON {table} USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON {table} TO callwarden_tenant;
"""


def upgrade() -> None:
    """Make the tables and their row security; every gap of before is a payment window's."""
    op.execute(TABLES)
    for table in ("disclosure", "recording_consent"):
        op.execute(ROWS.format(table=table))


def downgrade() -> None:
    """Refuse: what callers were told is not untold."""
    raise NotImplementedError
