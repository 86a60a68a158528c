"""The rows of a call centre that has been at work for a month, written by the database itself: bulk INSERT … SELECT.

`:n` is a call's number: the newest is 1. A sixth of the rows that a real call leaves is left out (interims, marks).
"""

CALLS = """
INSERT INTO call (
    tenant, call_id, state, channel, caller_pseudonym, language, policy_version, started_at, ended_at, end_reason,
    trace_id
)
SELECT :tenant, 'call-' || lpad(n::text, 7, '0'), CASE WHEN n <= :live THEN 'live' ELSE 'ended' END,
    (ARRAY['phone', 'web', 'sip'])[1 + n % 3], 'caller-' || left(md5((n % greatest(:calls / 3, 1))::text), 16),
    (ARRAY['en', 'en', 'en', 'fr'])[1 + n % 4], 'house@' || 1 + n * 5 / :calls, :at - n * :apart,
    CASE WHEN n > :live THEN :at - n * :apart + interval '170 s' END,
    CASE WHEN n > :live THEN (ARRAY['hangup', 'completed', 'handoff'])[1 + n % 3] END, md5(n::text)
FROM generate_series(1, :calls) AS n
"""
TURNS = """
INSERT INTO turn (tenant, call_id, turn, utterances, ended_at, ttfa_ms, parts, marks, trace_id)
SELECT tenant, call_id, t, jsonb_build_array('u' || t), started_at + t * interval '20 s',
    500 + 900 * (hashtext(call_id || t) & 1023) / 1023.0,
    '[{"name": "endpointing", "ms": 220}, {"name": "transcription", "ms": 180}, {"name": "language_model", "ms": 260},
      {"name": "synthesis", "ms": 110}, {"name": "playback", "ms": 30}]', '{}', trace_id
FROM call CROSS JOIN generate_series(1, :turns) AS t WHERE tenant = :tenant
"""
# Each turn: what the caller said, and the answer as written, as spoken and as heard.
UTTERANCES = """
INSERT INTO utterance (
    tenant, event_id, call_id, sequence, participant, stage, utterance, turn, text, facts, occurred_at
)
SELECT tenant, md5(call_id || t || stage)::uuid::text, call_id, 10 * t + place, participant, stage,
    left(participant, 1) || t, t,
    CASE participant WHEN 'caller' THEN (CAST(:sentences AS text[]))[1 + (hashtext(call_id || t) & 1023) % :many]
    ELSE 'thank you, order ' || (hashtext(call_id) & 8191) || ' is on its way to <LOCATION_1>' END,
    CASE WHEN stage = 'final' AND hashtext(call_id) & 127 = 0
    THEN '{"spans": [], "detector": "d1", "amended_by": "later"}' ELSE '{"spans": [], "detector": "d1"}' END::jsonb,
    started_at + t * interval '20 s' + place * interval '1 s'
FROM call CROSS JOIN generate_series(1, :turns) AS t CROSS JOIN (VALUES
    (1, 'caller', 'final'), (2, 'assistant', 'generated'), (3, 'assistant', 'synthesised'), (4, 'assistant', 'heard')
) AS said(place, participant, stage)
WHERE tenant = :tenant
"""
VERDICTS = """
INSERT INTO verdict (tenant, event_id, call_id, type, rule, reason, policy_version, because, occurred_at)
SELECT tenant, md5(call_id || 'v' || k)::uuid::text, call_id, (ARRAY['rule_fired', 'handoff_requested'])[k],
    (ARRAY['disclosure.ai', 'escalation.explicit_request'])[k],
    (ARRAY['An AI system must say so.', 'The caller asked for a person.'])[k], policy_version,
    '[]', started_at + k * interval '9 s'
FROM call CROSS JOIN generate_series(1, 2) AS k
WHERE tenant = :tenant AND (k = 1 OR hashtext(call_id) & 7 = 0)
"""
# One in eight calls came to a person; of the newest some wait and some are in hands.
HANDOFFS = """
INSERT INTO handoff (
    tenant, handoff, call_id, state, state_at, rank, version, queue, priority, rule, reason, requested_at, offered_at,
    expires_at, claimed_by, disposition, packet, language, skills, answer_within_ms, offers, claimed_at, accepted_at,
    over_at
)
SELECT tenant, 'h-' || call_id, call_id, state, started_at + interval '60 s', 7, 6,
    (ARRAY['orders', 'billing', 'support'])[1 + nth % 3], (1 + nth % 5)::integer, 'escalation.explicit_request',
    'The caller asked for a person.', started_at + interval '30 s', started_at + interval '31 s',
    CASE state WHEN 'offered' THEN CAST(:at AS timestamptz) + interval '1 h' END,
    CASE WHEN state <> 'offered' THEN 'agent-' || nth % 80 END, CASE state WHEN 'completed' THEN 'solved' END,
    CAST(:packet AS jsonb) || jsonb_build_object('handoff', 'h-' || call_id, 'call_id', call_id),
    language, '[]', 20000, 1, CASE WHEN state <> 'offered' THEN started_at + interval '40 s' END,
    CASE WHEN state <> 'offered' THEN started_at + interval '45 s' END,
    CASE state WHEN 'completed' THEN started_at + interval '170 s' END
FROM (
    SELECT tenant, call_id, started_at, language, nth,
        CASE WHEN nth <= :waiting THEN 'offered' WHEN nth <= 2 * :waiting THEN 'accepted' ELSE 'completed' END AS state
    FROM (SELECT *, row_number() OVER (ORDER BY started_at DESC) AS nth FROM call
          WHERE tenant = :tenant AND hashtext(call_id) & 7 = 0) AS call
) AS one
"""
DISCLOSURES = """
INSERT INTO disclosure (
    tenant, call_id, kind, round, state, language, required_at, due_at, heard_at, how, rule, policy_version, reason
)
SELECT tenant, call_id, kind, 1, CASE WHEN hashtext(call_id || kind) & 31 = 0 THEN 'missed' ELSE 'heard' END,
    language, started_at, started_at + interval '15 s',
    CASE WHEN hashtext(call_id || kind) & 31 <> 0 THEN started_at + interval '4 s' END, 'playback_mark',
    'disclosure.' || kind, policy_version, NULL
FROM call CROSS JOIN (VALUES ('ai'), ('recording')) AS kinds(kind) WHERE tenant = :tenant
"""
EMERGENCIES = """
INSERT INTO emergency (
    tenant, call_id, emergency, state, drill, kinds, rule, reason, queue, alerts, opened_at, acknowledged_by,
    acknowledged_at, version, cause
)
SELECT tenant, call_id, 'medical', CASE WHEN nth <= 3 THEN 'open' WHEN nth % 9 = 0 THEN 'stood_down'
    ELSE 'acknowledged' END, false, '["medical"]', 'emergency.medical', 'Somebody cannot breathe.', 'emergency', 1,
    started_at + interval '20 s', CASE WHEN nth > 3 THEN 'agent-1' END,
    CASE WHEN nth > 3 THEN started_at + interval '30 s' END, 1, md5(call_id)
FROM (SELECT *, row_number() OVER (ORDER BY started_at DESC) AS nth FROM call
      WHERE tenant = :tenant AND hashtext(call_id) & 255 = 1) AS one
"""
PROCESSORS = """
INSERT INTO call_processor (
    tenant, call_id, operation, provider, model, region, calls, failed, audio_ms, characters, input_tokens,
    output_tokens, first_at
)
SELECT tenant, call_id, operation, 'local', model, 'eu', 2, 0, 60000, 400, 300, 80, started_at
FROM call CROSS JOIN (VALUES ('chat', 'small'), ('text_to_speech', 'joe'), ('speech_to_text', 'tiny'))
AS done(operation, model) WHERE tenant = :tenant
"""
DELIVERIES = """
INSERT INTO webhook_delivery (
    tenant, delivery, endpoint, event_id, call_id, type, occurred_at, state, tried, made_at, next_at, settled_at,
    key_id, body
)
SELECT tenant, md5(call_id)::uuid::text, 'crm', md5(call_id || 'e')::uuid::text, call_id, 'callwarden.call_ended.v1',
    started_at, 'delivered', 1, started_at, started_at, started_at + interval '1 s', 'key', '\\x00'
FROM call WHERE tenant = :tenant
"""
# The query side of the log: six entries of each call, the oldest call first. Leaves are only what a search for words
# joins, so nothing of these can be proven; `callwarden bench audit` measures a whole log.
AUDIT = """
INSERT INTO audit_index (
    tenant, idx, event_id, leaf_hash, type, call, actor, actor_label, subject, rule, policy, occurred_at, recorded_at
)
SELECT tenant, idx, coalesce(said, md5(call_id || 'a' || k)::uuid::text), sha256(convert_to(call_id || k, 'UTF8')),
    type, call_id, md5(actor), actor, caller, rule, policy_version, at, at
FROM (
    SELECT call.tenant, call_id, k, (:calls - nth) * 6 + k - 1 AS idx,
        (ARRAY['call_admitted.v1', 'utterance_redacted.v1', 'turn_completed.v1', 'rule_fired.v1',
               'utterance_redacted.v1', 'call_ended.v1'])[k] AS type,
        CASE k WHEN 4 THEN 'disclosure.ai' END AS rule, md5(caller_pseudonym) AS caller, policy_version,
        CASE WHEN k IN (2, 5) THEN md5(call_id || (k + 1) / 3 || 'final')::uuid::text END AS said,
        (ARRAY['intake', 'redaction', 'turns', 'policy', 'redaction', 'intake'])[k] AS actor,
        started_at + k * interval '1 ms' AS at
    FROM (SELECT *, row_number() OVER (ORDER BY started_at DESC) AS nth FROM call WHERE tenant = :tenant) AS call
    CROSS JOIN generate_series(1, 6) AS k
) AS one
"""
LEAVES = """
INSERT INTO audit_leaf (tenant, idx, event_id, leaf_hash, entry)
SELECT tenant, idx, event_id, leaf_hash, '\\x00' FROM audit_index
WHERE tenant = :tenant AND type = 'utterance_redacted.v1'
"""
# As the trigger of migration 0025 writes them behind a text; here the leaves come last.
WORDS = """
INSERT INTO audit_words SELECT tenant, idx, audit_words_of(tenant, idx, text)
FROM utterance JOIN audit_leaf USING (tenant, event_id) WHERE tenant = :tenant AND text IS NOT NULL
"""
