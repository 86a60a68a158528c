"""Counts and percentiles of each day from the read model, for the figures over time; a day gone by is counted once."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, text

from schemas.figures import DayFigures, FiguresReport

MOST_DAYS = 366
SETTLED_AFTER = timedelta(days=3)  # from its midnight: what belongs to a day and comes later is not counted any more
FRESH_FOR = timedelta(minutes=15)  # until then a day gone by is counted again this often
# One pass over each table; a day is one of UTC.
REPORT = text("""
WITH calls AS (
    SELECT (started_at AT TIME ZONE 'UTC')::date AS day, count(*) AS calls
    FROM call WHERE tenant = :tenant AND started_at >= :since AND started_at < :until GROUP BY 1
), turns AS (
    SELECT (ended_at AT TIME ZONE 'UTC')::date AS day, count(*) AS turns,
        percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ttfa_ms) AS ttfa
    FROM turn WHERE tenant = :tenant AND ended_at >= :since AND ended_at < :until AND ttfa_ms IS NOT NULL GROUP BY 1
), said AS (
    SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, count(*) AS utterances,
        count(*) FILTER (WHERE facts ->> 'amended_by' IS NOT NULL) AS hidden_later,
        count(*) FILTER (WHERE stage = 'withheld') AS withheld
    FROM utterance
    WHERE tenant = :tenant AND occurred_at >= :since AND occurred_at < :until AND stage <> 'interim' GROUP BY 1
), alarms AS (
    SELECT (opened_at AT TIME ZONE 'UTC')::date AS day, count(*) AS emergencies,
        count(*) FILTER (WHERE state = 'stood_down') AS stood_down
    FROM emergency WHERE tenant = :tenant AND opened_at >= :since AND opened_at < :until GROUP BY 1
), asked AS (
    SELECT (requested_at AT TIME ZONE 'UTC')::date AS day, count(*) AS handoffs
    FROM handoff WHERE tenant = :tenant AND requested_at >= :since AND requested_at < :until GROUP BY 1
)
SELECT day, coalesce(calls, 0) AS calls, coalesce(turns, 0) AS turns, ttfa,
    coalesce(utterances, 0) AS utterances, coalesce(hidden_later, 0) AS hidden_later,
    coalesce(withheld, 0) AS withheld, coalesce(emergencies, 0) AS emergencies,
    coalesce(stood_down, 0) AS stood_down, coalesce(handoffs, 0) AS handoffs
FROM calls FULL JOIN turns USING (day) FULL JOIN said USING (day) FULL JOIN alarms USING (day)
    FULL JOIN asked USING (day)
ORDER BY day
""")
KEPT = text("SELECT day, figures, made_at FROM day_figures WHERE tenant = :tenant AND day >= :first AND day < :today")
KEEP = text("""
INSERT INTO day_figures (tenant, day, figures, made_at) VALUES (:tenant, :day, CAST(:figures AS jsonb), :at)
ON CONFLICT (tenant, day) DO UPDATE SET figures = excluded.figures, made_at = excluded.made_at
""")


def report(connection: Connection, tenant: str, *, days: int, at: datetime) -> FiguresReport:
    """Give the figures of today and of the `days` days before it."""
    today = at.astimezone(UTC).date()
    first = today - timedelta(days=days)
    found = _kept(connection, tenant, first, today, at)
    wanted = [day for day in _days(first, today + timedelta(days=1)) if day not in found]
    counted: dict[date, DayFigures] = {}
    for since, until in _ranges(wanted):
        counted |= {day: _none(day) for day in _days(since, until)}
        counted |= {one.day: one for one in _count(connection, tenant, since, until)}
    past = [one for day, one in sorted(counted.items()) if day < today]
    if past:  # in the order of the days, so that two who count wait for each other and never in a circle
        rows = [{"tenant": tenant, "day": one.day, "figures": one.model_dump_json(), "at": at} for one in past]
        connection.execute(KEEP, rows)
    found |= counted
    return FiguresReport(days=tuple(one for day, one in sorted(found.items()) if one != _none(day)))


def _kept(connection: Connection, tenant: str, first: date, today: date, at: datetime) -> dict[date, DayFigures]:
    rows = connection.execute(KEPT, {"tenant": tenant, "first": first, "today": today})
    return {
        row.day: DayFigures.model_validate_json(json.dumps(row.figures)) for row in rows
        if row.made_at >= _midnight(row.day) + SETTLED_AFTER or row.made_at > at - FRESH_FOR
    }


def _count(connection: Connection, tenant: str, since: date, until: date) -> Iterator[DayFigures]:
    asked = {"tenant": tenant, "since": _midnight(since), "until": _midnight(until)}
    for row in connection.execute(REPORT, asked):
        p50, p95, p99 = row.ttfa or (None, None, None)
        yield DayFigures(
            day=row.day, calls=row.calls, turns=row.turns, ttfa_p50_ms=p50, ttfa_p95_ms=p95, ttfa_p99_ms=p99,
            utterances=row.utterances, hidden_later=row.hidden_later, withheld=row.withheld,
            emergencies=row.emergencies, stood_down=row.stood_down, handoffs=row.handoffs,
        )


def _ranges(days: Sequence[date]) -> list[tuple[date, date]]:
    """Give days in order as ranges without a gap, each up to but without its end."""
    found: list[tuple[date, date]] = []
    for day in days:
        after = day + timedelta(days=1)
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], after)
        else:
            found.append((day, after))
    return found


def _days(first: date, until: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((until - first).days)]


def _none(day: date) -> DayFigures:
    return DayFigures(
        day=day, calls=0, turns=0, utterances=0, hidden_later=0, withheld=0, emergencies=0, stood_down=0, handoffs=0
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
