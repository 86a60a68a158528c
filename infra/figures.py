"""Counts and percentiles of each day from the read model, for the figures over time."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from schemas.figures import DayFigures, FiguresReport

MOST_DAYS = 366
# One pass over each table; a day is one of UTC.
REPORT = text("""
WITH calls AS (
    SELECT (started_at AT TIME ZONE 'UTC')::date AS day, count(*) AS calls
    FROM call WHERE tenant = :tenant AND started_at >= :since GROUP BY 1
), turns AS (
    SELECT (ended_at AT TIME ZONE 'UTC')::date AS day, count(*) AS turns,
        percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ttfa_ms) AS ttfa
    FROM turn WHERE tenant = :tenant AND ended_at >= :since AND ttfa_ms IS NOT NULL GROUP BY 1
), said AS (
    SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, count(*) AS utterances,
        count(*) FILTER (WHERE facts ->> 'amended_by' IS NOT NULL) AS hidden_later,
        count(*) FILTER (WHERE stage = 'withheld') AS withheld
    FROM utterance WHERE tenant = :tenant AND occurred_at >= :since AND stage <> 'interim' GROUP BY 1
), alarms AS (
    SELECT (opened_at AT TIME ZONE 'UTC')::date AS day, count(*) AS emergencies,
        count(*) FILTER (WHERE state = 'stood_down') AS stood_down
    FROM emergency WHERE tenant = :tenant AND opened_at >= :since GROUP BY 1
), asked AS (
    SELECT (requested_at AT TIME ZONE 'UTC')::date AS day, count(*) AS handoffs
    FROM handoff WHERE tenant = :tenant AND requested_at >= :since GROUP BY 1
)
SELECT day, coalesce(calls, 0) AS calls, coalesce(turns, 0) AS turns, ttfa,
    coalesce(utterances, 0) AS utterances, coalesce(hidden_later, 0) AS hidden_later,
    coalesce(withheld, 0) AS withheld, coalesce(emergencies, 0) AS emergencies,
    coalesce(stood_down, 0) AS stood_down, coalesce(handoffs, 0) AS handoffs
FROM calls FULL JOIN turns USING (day) FULL JOIN said USING (day) FULL JOIN alarms USING (day)
    FULL JOIN asked USING (day)
ORDER BY day
""")


def report(connection: Connection, tenant: str, *, days: int, at: datetime) -> FiguresReport:
    """Give the figures of the last `days` days before `at`."""
    since = at - timedelta(days=days)
    found = []
    for row in connection.execute(REPORT, {"tenant": tenant, "since": since}):
        p50, p95, p99 = row.ttfa or (None, None, None)
        found.append(DayFigures(
            day=row.day, calls=row.calls, turns=row.turns, ttfa_p50_ms=p50, ttfa_p95_ms=p95, ttfa_p99_ms=p99,
            utterances=row.utterances, hidden_later=row.hidden_later, withheld=row.withheld,
            emergencies=row.emergencies, stood_down=row.stood_down, handoffs=row.handoffs,
        ))
    return FiguresReport(days=tuple(found))
