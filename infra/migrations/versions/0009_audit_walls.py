"""The audit log's walls: roles, triggers that always fire, refused DDL, forced row security; indexes of searches."""

from alembic import op

revision = "0009"
down_revision = "0004"
branch_labels = None
depends_on = None

# A login that may not make roles needs both made before: the migration then only grants.
ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this cluster was faster
END $$;
DO $$ BEGIN
    IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
        EXECUTE format('GRANT {role} TO %I', current_user);
    END IF;
END $$;
"""

# Heads and streams move forward, a checkpoint is signed again as the same, ciphertext goes when a subject is erased,
# and what serves queries can be forgotten but never rewritten. Everything else stays.
ONLY = """
CREATE FUNCTION audit_only_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) ->> TG_ARGV[0])::bigint >= (to_jsonb(OLD) ->> TG_ARGV[0])::bigint
        AND to_jsonb(NEW) ->> 'tenant' = to_jsonb(OLD) ->> 'tenant'
        AND to_jsonb(NEW) ->> 'stream' IS NOT DISTINCT FROM to_jsonb(OLD) ->> 'stream' THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION '% only moves forward', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION audit_only_signed_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.tenant, NEW.size, NEW.root) = (OLD.tenant, OLD.size, OLD.root) THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_checkpoint keeps what was signed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION audit_only_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE each text;
BEGIN
    FOR each IN SELECT key FROM jsonb_each(to_jsonb(NEW)) AS now
        WHERE value IS DISTINCT FROM to_jsonb(OLD) -> key
    LOOP
        IF each NOT IN ('call', 'actor_label', 'subject') OR to_jsonb(NEW) -> each <> 'null' THEN
            RAISE EXCEPTION 'audit_index forgets, it does not rewrite %', each USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""
ALWAYS = """
CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} FOR EACH {each} EXECUTE FUNCTION {function};
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name};
"""
# Table, name, what it meets, the function; audit_leaf and audit_node have theirs since 0001.
TRIGGERS = (
    *((table, "keeps_all", "TRUNCATE", "audit_refuse()") for table in
      ("audit_head", "audit_stream", "audit_index", "audit_payload", "audit_checkpoint")),
    *((table, "keeps_rows", "DELETE", "audit_refuse()") for table in
      ("audit_head", "audit_stream", "audit_index", "audit_checkpoint")),
    ("audit_payload", "keeps_words", "UPDATE", "audit_refuse()"),
    ("audit_head", "forward", "UPDATE", "audit_only_forward('size')"),
    ("audit_stream", "forward", "UPDATE", "audit_only_forward('last_seq')"),
    ("audit_checkpoint", "signed_again", "UPDATE", "audit_only_signed_again()"),
    ("audit_index", "forgotten", "UPDATE", "audit_only_forgotten()"),
)  # fmt: skip
TABLES = ("audit_leaf", "audit_node", "audit_stream", "audit_index", "audit_payload", "audit_checkpoint", "audit_head")

# COPY and partitions would pass row security or triggers: neither is used.
ROWS = """
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON {table} TO callwarden_writer;
"""
WRITER = """
CREATE POLICY every_head ON audit_head FOR SELECT TO callwarden_writer USING (true);
GRANT UPDATE (size, frontier, last_recorded_at) ON audit_head TO callwarden_writer;
GRANT UPDATE (last_seq, last_hash) ON audit_stream TO callwarden_writer;
GRANT UPDATE (root, note, vkeys, signed_at) ON audit_checkpoint TO callwarden_writer;
GRANT UPDATE (call, actor_label, subject) ON audit_index TO callwarden_writer;
GRANT DELETE ON audit_payload TO callwarden_writer;
GRANT SELECT, INSERT, UPDATE ON consumer_position TO callwarden_writer;
"""

SEARCH = """
CREATE INDEX audit_index_subject ON audit_index (tenant, subject, idx) WHERE subject IS NOT NULL;
CREATE INDEX audit_index_policy ON audit_index (tenant, policy, idx) WHERE policy IS NOT NULL;
DROP INDEX audit_index_recorded_at;
-- A column and not an index over an expression: only then are the words' frequencies known to the planner.
ALTER TABLE utterance ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED;
CREATE INDEX utterance_words ON utterance USING gin (words);
-- Entries are recorded in the order of the log, so an instant is a place in it and needs no index.
CREATE FUNCTION audit_first_since(at timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    mine text := current_setting('callwarden.tenant', true);
    low bigint := 0; high bigint := (SELECT size FROM audit_head WHERE tenant = mine); middle bigint;
BEGIN
    WHILE low < high LOOP
        middle := (low + high) / 2;
        IF (SELECT recorded_at FROM audit_index WHERE tenant = mine AND idx = middle) >= at THEN high := middle;
        ELSE low := middle + 1;
        END IF;
    END LOOP;
    RETURN low;
END $$;
"""
# Under row security PostgreSQL does not use an index for an operator that is not leakproof, such as @@. This function
# does, as its owner; its own condition shows it the declared tenant only.
SAID = """
CREATE FUNCTION audit_said(words text, wanted jsonb, after bigint, before bigint, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    mine text := current_setting('callwarden.tenant', true);
    asked tsquery := websearch_to_tsquery('simple', words);
    w_actors text[] := (SELECT array_agg(actor) FROM jsonb_array_elements_text(wanted -> 'actors') AS actor);
    w_call text := wanted ->> 'call'; w_subject text := wanted ->> 'subject';
    w_type text := wanted ->> 'type'; w_rule text := wanted ->> 'rule'; w_policy text := wanted ->> 'policy';
BEGIN
    -- Rare words: all texts that hold them, then their places. Frequent ones, or a call's: entry by entry in order.
    IF w_call IS NULL AND (SELECT count(*) FROM (
        SELECT 1 FROM utterance AS u WHERE u.tenant = mine AND u.words @@ asked LIMIT 10001
    ) AS held) <= 10000 THEN
        RETURN QUERY WITH said AS MATERIALIZED (
            SELECT u.event_id FROM utterance AS u WHERE u.tenant = mine AND u.words @@ asked
        )
        SELECT i.idx FROM said JOIN audit_leaf AS l ON l.tenant = mine AND l.event_id = said.event_id
            JOIN audit_index AS i ON i.tenant = mine AND i.idx = l.idx
        WHERE i.idx > after AND i.idx < before {filters} ORDER BY i.idx + 0 LIMIT most;
    ELSE
        RETURN QUERY SELECT i.idx FROM audit_index AS i
            JOIN utterance AS u ON u.tenant = mine AND u.event_id = i.event_id
        WHERE i.tenant = mine AND (w_call IS NULL OR i.call = w_call) AND u.words @@ asked
            AND i.idx > after AND i.idx < before {filters} ORDER BY i.idx LIMIT most;
    END IF;
END $$;
REVOKE ALL ON FUNCTION audit_said FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_said TO callwarden_tenant, callwarden_writer;
"""

FILTERS = """
    AND (w_actors IS NULL OR i.actor = ANY (w_actors)) AND (w_subject IS NULL OR i.subject = w_subject)
    AND (w_type IS NULL OR i.type = w_type) AND (w_rule IS NULL OR i.rule = w_rule)
    AND (w_policy IS NULL OR i.policy = w_policy)
"""

# A seatbelt for people who may change tables: `infra/database.py:migrate` says that it is a migration.
DDL = """
CREATE FUNCTION audit_refuse_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE touched text;
BEGIN
    IF current_setting('callwarden.migration', true) = 'on' THEN RETURN; END IF;
    IF TG_EVENT = 'sql_drop' THEN
        SELECT object_identity INTO touched FROM pg_event_trigger_dropped_objects()
        WHERE object_identity ~ '\\maudit_(leaf|node|head|stream|index|payload|checkpoint|refuse|only|said)';
    ELSE
        SELECT object_identity INTO touched FROM pg_event_trigger_ddl_commands()
        WHERE object_identity ~ '\\maudit_(leaf|node|head|stream|index|payload|checkpoint|refuse|only|said)';
    END IF;
    IF touched IS NOT NULL THEN
        RAISE EXCEPTION 'the audit log is changed by migrations only: % on % refused', TG_TAG, touched
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;
DO $$ BEGIN
    CREATE EVENT TRIGGER audit_keeps_ddl ON ddl_command_end EXECUTE FUNCTION audit_refuse_ddl();
    CREATE EVENT TRIGGER audit_keeps_drop ON sql_drop EXECUTE FUNCTION audit_refuse_ddl();
    ALTER EVENT TRIGGER audit_keeps_ddl ENABLE ALWAYS;
    ALTER EVENT TRIGGER audit_keeps_drop ENABLE ALWAYS;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'only a superuser can make event triggers: DDL on the audit log is not refused';
END $$;
"""
# The owner cannot log in. Where the migrating login may not give tables away it keeps them.
OWNER = """
DO $$ BEGIN
    ALTER TABLE {table} OWNER TO callwarden_audit;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE '{table} keeps its owner';
END $$;
"""


def upgrade() -> None:
    """Raise the walls; no row of audit_leaf or audit_node is touched."""
    for role in ("callwarden_audit", "callwarden_writer"):
        op.execute(ROLE.format(role=role))
    op.execute(ONLY)
    for table, name, what, function in TRIGGERS:
        each = "STATEMENT" if what == "TRUNCATE" else "ROW"
        op.execute(ALWAYS.format(table=table, name=name, what=what, each=each, function=function))
    for table in TABLES:
        op.execute(ROWS.format(table=table))
    op.execute(WRITER)
    op.execute(SEARCH)
    schema = op.get_bind().exec_driver_sql("SELECT current_schema()").scalar()
    op.execute(SAID.format(schema=schema, filters=FILTERS))
    for table in TABLES:
        op.execute(OWNER.format(table=table))
    op.execute(DDL)


def downgrade() -> None:
    """Refuse: walls of the audit log are not taken down."""
    raise NotImplementedError
