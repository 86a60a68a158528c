"""Keys of calls and tenants, wrapped; and which incarnation of a topic a position belongs to."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE subject_key (
    key_id text PRIMARY KEY,
    tenant text NOT NULL,
    call text NOT NULL,
    wrapped bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    UNIQUE (tenant, call),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE TABLE topic_incarnation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cluster text NOT NULL,
    topic text NOT NULL,
    incarnation text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX topic_incarnation_newest ON topic_incarnation (topic, id);
"""

# A destroyed key never comes back, whoever restores it.
KEEP_DESTROYED = """
CREATE FUNCTION subject_key_stays_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a destroyed key stays destroyed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER subject_key_stays_destroyed BEFORE UPDATE OR DELETE ON subject_key
    FOR EACH ROW WHEN (OLD.destroyed_at IS NOT NULL) EXECUTE FUNCTION subject_key_stays_destroyed();
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
    op.execute(KEEP_DESTROYED)


def downgrade() -> None:
    """Refuse: without its key a call's events cannot be read."""
    raise NotImplementedError
