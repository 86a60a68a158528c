"""Words of redacted texts lie in the order of the log, so that a page of a search stops where it is full."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# What serves searches and is no leaf: it follows the texts of the read model, and is swept with them.
# The pending list is short because a page may look into it once for each part of the log.
WORDS = """
CREATE TABLE audit_words (
    tenant text NOT NULL,
    idx bigint NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (tenant, idx)
);
ALTER TABLE audit_words ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON audit_words USING (tenant = current_setting('callwarden.tenant', true));
-- One word more says whose log it is and which 32768 entries of it: no text holds it, for none has a word with a #.
CREATE FUNCTION audit_part(tenant text, idx bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT '#' || encode(substr(sha256(convert_to(tenant, 'UTF8')), 1, 4), 'hex') || '.' || (idx >> 15)
$$;
CREATE FUNCTION audit_words_of(tenant text, idx bigint, said text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT to_tsvector('simple', left(said, 100000)) || array_to_tsvector(ARRAY[audit_part(tenant, idx)])
$$;
"""
FILL = """
INSERT INTO audit_words SELECT u.tenant, l.idx, audit_words_of(u.tenant, l.idx, u.text)
FROM utterance AS u JOIN audit_leaf AS l ON l.tenant = u.tenant AND l.event_id = u.event_id
WHERE u.text IS NOT NULL ORDER BY u.tenant, l.idx;
CREATE INDEX audit_words_words ON audit_words USING gin (words) WITH (gin_pending_list_limit = 64);
ALTER TABLE utterance DROP COLUMN words;
"""
# At the commit: an entry is written behind the row that it is about, and only the last of its texts counts.
FOLLOW = """
CREATE FUNCTION audit_words_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp SET callwarden.tenant = '' AS $$
DECLARE
    mine text; event text; place bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN mine := OLD.tenant; event := OLD.event_id;
    ELSE mine := NEW.tenant; event := NEW.event_id;
    END IF;
    PERFORM set_config('callwarden.tenant', mine, true);
    SELECT l.idx INTO place FROM audit_leaf AS l WHERE l.tenant = mine AND l.event_id = event;
    IF place IS NULL THEN RETURN NULL; END IF;
    IF TG_OP <> 'INSERT' THEN DELETE FROM audit_words AS w WHERE w.tenant = mine AND w.idx = place; END IF;
    INSERT INTO audit_words SELECT mine, place, audit_words_of(mine, place, u.text)
    FROM utterance AS u WHERE u.tenant = mine AND u.event_id = event AND u.text IS NOT NULL
    ON CONFLICT (tenant, idx) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_words_follow AFTER INSERT OR DELETE OR UPDATE OF text ON utterance
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_words_follow();
"""
# As before (0009) it works as its owner, and its own conditions show it the declared tenant only. What is new is the
# order: part after part of the log, until the page is full. Of a part the words' index tells all places, unless what
# else is asked for leaves few; left to itself the planner walks the part, taking parts and places for independent.
SAID = """
CREATE OR REPLACE FUNCTION audit_said(words text, wanted jsonb, after bigint, before bigint, most integer)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    mine text := current_setting('callwarden.tenant', true);
    asked tsquery := websearch_to_tsquery('simple', words);
    w_actors text[] := (SELECT array_agg(actor) FROM jsonb_array_elements_text(wanted -> 'actors') AS actor);
    w_calls text[] := (SELECT array_agg(call) FROM jsonb_array_elements_text(wanted -> 'calls') AS call);
    w_call text := wanted ->> 'call'; w_subject text := wanted ->> 'subject';
    w_type text := wanted ->> 'type'; w_rule text := wanted ->> 'rule'; w_policy text := wanted ->> 'policy';
    ending bigint := (SELECT least(before, h.size) FROM audit_head AS h WHERE h.tenant = mine);
    low bigint := greatest(after + 1, 0); high bigint; here tsquery; got integer;
BEGIN
    IF numnode(asked) = 0 THEN RETURN; END IF;
    IF w_call IS NOT NULL THEN
        RETURN QUERY SELECT i.idx FROM audit_index AS i
        WHERE i.tenant = mine AND i.call = w_call AND i.idx >= low AND i.idx < ending {filters}
            AND (SELECT w.words @@ asked FROM audit_words AS w WHERE w.tenant = mine AND w.idx = i.idx)
        ORDER BY i.idx LIMIT most;
        RETURN;
    END IF;
    WHILE low < ending AND most > 0 LOOP
        high := least(((low >> 15) + 1) << 15, ending);
        here := asked && quote_literal(audit_part(mine, low))::tsquery;
        IF wanted = '{{}}'::jsonb THEN
            RETURN QUERY SELECT w.idx FROM audit_words AS w WHERE {in_part} ORDER BY w.idx + 0 LIMIT most;
        ELSIF (SELECT count(*) FROM (
            SELECT 1 FROM audit_index AS i WHERE i.tenant = mine AND i.idx >= low AND i.idx < high {filters} LIMIT 100
        ) AS few) < 100 THEN
            RETURN QUERY SELECT i.idx FROM audit_index AS i
            WHERE i.tenant = mine AND i.idx >= low AND i.idx < high {filters}
                AND (SELECT w.words @@ asked FROM audit_words AS w WHERE w.tenant = mine AND w.idx = i.idx)
            ORDER BY i.idx LIMIT most;
        ELSE
            RETURN QUERY WITH said AS MATERIALIZED (SELECT w.idx FROM audit_words AS w WHERE {in_part})
            SELECT s.idx FROM said AS s
            WHERE (SELECT true FROM audit_index AS i WHERE i.tenant = mine AND i.idx = s.idx {filters})
            ORDER BY s.idx LIMIT most;
        END IF;
        GET DIAGNOSTICS got = ROW_COUNT;
        most := most - got;
        low := high;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION audit_words_follow FROM PUBLIC;
"""
# No index but that of the words can serve this.
IN_PART = "w.tenant || '' = mine AND w.words @@ here AND w.idx + 0 >= low AND w.idx + 0 < high"
FILTERS = """
    AND (w_actors IS NULL OR i.actor = ANY (w_actors))
    AND (w_subject IS NULL OR i.subject = w_subject OR i.call = ANY (w_calls))
    AND (w_type IS NULL OR i.type = w_type) AND (w_rule IS NULL OR i.rule = w_rule)
    AND (w_policy IS NULL OR i.policy = w_policy)
"""


def upgrade() -> None:
    """Move the words; of every tenant at once, so row security stands aside while that lasts."""
    schema = op.get_bind().exec_driver_sql("SELECT current_schema()").scalar()
    op.execute(WORDS)
    op.execute("ALTER TABLE audit_leaf NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    op.execute("ALTER TABLE audit_leaf FORCE ROW LEVEL SECURITY")
    op.execute(FOLLOW.format(schema=schema))
    op.execute(SAID.format(schema=schema, filters=FILTERS, in_part=IN_PART))


def downgrade() -> None:
    """Refuse: walls of the audit log are not taken down."""
    raise NotImplementedError
