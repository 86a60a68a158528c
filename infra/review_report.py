"""Reads what people said of calls, one row for each call, for the rates over time."""

from datetime import datetime

from sqlalchemy import Connection, text

from governance.review_figures import ReadCall, report
from schemas.reviews import ReviewReport

# What two people said of the same thing counts once, and as the worse of the two.
READ = text("""
SELECT call_id, to_char(min(began_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
    max(policy_version) AS policy_version,
    bool_or(label = 'complete') AS complete,
    bool_or(label = 'complete' AND sample IS NOT NULL) AS drawn,
    coalesce(max(texts), 0) AS texts,
    coalesce(max(alarms), 0) AS alarms,
    count(DISTINCT about) FILTER (WHERE label IN ('leak', 'clean')) AS texts_labelled,
    count(DISTINCT about) FILTER (WHERE label = 'leak') AS leaks,
    count(DISTINCT rule) FILTER (WHERE label IN ('right', 'false_alarm')) AS alarms_labelled,
    count(DISTINCT rule) FILTER (WHERE label = 'false_alarm') AS false_alarms,
    count(DISTINCT kind) FILTER (WHERE label = 'missed') AS missed
FROM review
WHERE tenant = :tenant AND began_at >= :from_at AND began_at < :to_at AND label <> 'retracted'
GROUP BY call_id
""")


def reviews(connection: Connection, tenant: str, *, from_at: datetime, to_at: datetime) -> ReviewReport:
    """Give the figures of calls that began in a time."""
    rows = connection.execute(READ, {"tenant": tenant, "from_at": from_at, "to_at": to_at})
    return report([
        ReadCall(
            day=row.day, policy_version=row.policy_version, drawn=row.drawn, complete=row.complete, texts=row.texts,
            alarms=row.alarms, texts_labelled=row.texts_labelled, alarms_labelled=row.alarms_labelled,
            leaks=row.leaks, false_alarms=row.false_alarms, missed=row.missed,
        )
        for row in rows
    ])
