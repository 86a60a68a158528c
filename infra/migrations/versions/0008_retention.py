"""Legal holds, erasures and the receipts of what retention swept; what may be deleted of the audit log's payloads."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# `reason` may speak of persons: it is sealed under the key of what staff wrote. A receipt is the tombstone of a class.
TABLES = """
CREATE TABLE legal_hold (
    tenant text NOT NULL,
    hold text NOT NULL,
    subject text,
    call_id text,
    reason text NOT NULL,
    key_id text NOT NULL,
    placed_by text NOT NULL,
    placed_at timestamptz NOT NULL,
    released_by text,
    released_at timestamptz,
    PRIMARY KEY (tenant, hold),
    CHECK ((subject IS NULL) <> (call_id IS NULL)),
    CHECK ((released_by IS NULL) = (released_at IS NULL))
);
CREATE INDEX legal_hold_subject ON legal_hold (tenant, subject) WHERE released_at IS NULL AND subject IS NOT NULL;
CREATE INDEX legal_hold_call ON legal_hold (tenant, call_id) WHERE released_at IS NULL AND call_id IS NOT NULL;
CREATE TABLE erasure (
    tenant text NOT NULL,
    erasure text NOT NULL,
    subject text,
    call_id text,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    completed_at timestamptz,
    PRIMARY KEY (tenant, erasure),
    CHECK ((subject IS NULL) <> (call_id IS NULL))
);
CREATE INDEX erasure_subject ON erasure (tenant, subject) WHERE subject IS NOT NULL;
CREATE INDEX erasure_call ON erasure (tenant, call_id) WHERE call_id IS NOT NULL;
CREATE INDEX erasure_open ON erasure (requested_at) WHERE completed_at IS NULL;
CREATE TABLE sweep_receipt (
    tenant text NOT NULL,
    call_id text NOT NULL,
    data_class text NOT NULL CHECK (data_class IN ('recording', 'words', 'decisions')),
    outcome text NOT NULL CHECK (outcome IN ('erased', 'expired')),
    because text NOT NULL,
    erasure text,
    key_id text,
    deleted jsonb NOT NULL,
    swept_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, call_id, data_class)
);
CREATE INDEX sweep_receipt_erasure ON sweep_receipt (tenant, erasure) WHERE erasure IS NOT NULL;
CREATE INDEX call_of_caller ON call (tenant, caller_pseudonym) WHERE caller_pseudonym IS NOT NULL;
CREATE INDEX call_over ON call (tenant, (coalesce(ended_at, started_at)));
CREATE INDEX dead_letter_call ON dead_letter (tenant, call_id);
CREATE INDEX deadline_call ON deadline (tenant, call_id);
CREATE INDEX outbox_call ON outbox (tenant, call_id);
CREATE INDEX subject_key_destroyed ON subject_key (destroyed_at) WHERE destroyed_at IS NOT NULL;
"""
ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON {table} USING (tenant = current_setting('callwarden.tenant', true));
GRANT SELECT ON {table} TO callwarden_tenant;
"""

# A sealed payload of the log that a key still opens goes for one purpose only: its call's words were swept.
PAYLOADS = """
CREATE FUNCTION audit_payload_only_swept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM audit_leaf AS l
        JOIN subject_key AS k ON k.tenant = l.tenant AND k.destroyed_at IS NULL
            AND k.key_id = convert_from(l.entry, 'UTF8')::jsonb #>> '{{payload,kid}}'
        WHERE l.tenant = OLD.tenant AND l.event_id = OLD.event_id AND NOT EXISTS (
            SELECT FROM sweep_receipt AS r WHERE r.tenant = k.tenant AND r.call_id = k.call AND r.data_class = 'words'
        )
    ) THEN
        RAISE EXCEPTION 'audit_payload: only what retention swept is deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER audit_payload_only_swept BEFORE DELETE ON audit_payload
    FOR EACH ROW EXECUTE FUNCTION audit_payload_only_swept();
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER audit_payload_only_swept;
"""


def upgrade() -> None:
    """Make the tables, their row security and the trigger."""
    op.execute(TABLES)
    for table in ("legal_hold", "erasure", "sweep_receipt"):
        op.execute(ROWS.format(table=table))
    schema = op.get_bind().exec_driver_sql("SELECT current_schema()").scalar()
    op.execute(PAYLOADS.format(schema=schema))


def downgrade() -> None:
    """Refuse: what was erased is not taken back."""
    raise NotImplementedError
