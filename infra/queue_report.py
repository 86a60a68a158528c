"""What queues did with the handoffs requested in a time, and how long callers waited."""

from datetime import datetime

from sqlalchemy import Connection, text

from schemas.desk import QueueFigures, QueueReport

# A handoff counts for the queue it is in now, or came to its end in.
FIGURES = text("""
SELECT queue,
    count(*) FILTER (WHERE state = 'offered') AS waiting,
    round(max(waited_ms) FILTER (WHERE state = 'offered' AND claimed_at IS NULL))::bigint AS longest,
    count(*) FILTER (WHERE state IN ('claimed', 'accepted')) AS in_hands,
    count(*) AS requested,
    count(claimed_at) AS claimed,
    count(*) FILTER (WHERE state = 'completed') AS completed,
    count(*) FILTER (WHERE abandoned) AS abandoned,
    count(overflowed_from) AS overflowed,
    round(percentile_disc(0.5) WITHIN GROUP (ORDER BY claim_ms))::bigint AS p50,
    round(percentile_disc(0.95) WITHIN GROUP (ORDER BY claim_ms))::bigint AS p95,
    count(*) FILTER (WHERE claim_ms <= answer_within_ms) AS within_sla,
    count(*) FILTER (WHERE waited_ms > answer_within_ms AND (claim_ms IS NOT NULL OR abandoned OR state = 'offered'))
        AS missed_sla
FROM (
    SELECT *, extract(epoch FROM claimed_at - requested_at) * 1000 AS claim_ms,
        extract(epoch FROM coalesce(claimed_at, over_at, CAST(:at AS timestamptz)) - requested_at) * 1000 AS waited_ms,
        state = 'withdrawn' AND claimed_at IS NULL AND over_by IS NULL AND over_reason IS DISTINCT FROM :replaced
            AS abandoned
    FROM handoff
    WHERE tenant = :tenant AND queue IS NOT NULL
        AND requested_at >= coalesce(CAST(:from_at AS timestamptz), '-infinity')
        AND requested_at < coalesce(CAST(:to_at AS timestamptz), 'infinity')
) AS one
GROUP BY queue ORDER BY queue
""")
REPLACED = "a more urgent handoff took its place"


def report(
    connection: Connection, tenant: str, *, from_at: datetime | None, to_at: datetime | None, at: datetime
) -> QueueReport:
    """Give the figures of each queue."""
    asked = {"tenant": tenant, "from_at": from_at, "to_at": to_at, "at": at, "replaced": REPLACED}
    return QueueReport(queues=tuple(
        QueueFigures(
            queue=row.queue, waiting=row.waiting, longest_wait_ms=row.longest, in_hands=row.in_hands,
            requested=row.requested, claimed=row.claimed, completed=row.completed, abandoned=row.abandoned,
            overflowed=row.overflowed, claim_p50_ms=row.p50, claim_p95_ms=row.p95, within_sla=row.within_sla,
            missed_sla=row.missed_sla,
        )
        for row in connection.execute(FIGURES, asked)
    ))
