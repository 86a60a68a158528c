"""Draws calls at random to be read: by a seed, so that the same draw names the same calls and anybody can repeat it."""

from datetime import datetime

from sqlalchemy import Connection, text

from governance.errors import InputError
from schemas.reviews import Draw, ReviewSample, SampledCall, read_draw

# Ordered by a digest that nobody chooses, the first so many are as good as drawn by lot.
DRAWN = text("""
SELECT one.call_id, one.started_at, one.language, one.policy_version, EXISTS (
    SELECT FROM review AS said WHERE said.tenant = :tenant AND said.call_id = one.call_id
        AND said.agent = :agent AND said.label = 'complete' AND said.sample = :sample
) AS complete
FROM (
    SELECT call_id, started_at, language, policy_version, md5(CAST(:seed AS text) || '/' || call_id) AS lot
    FROM call WHERE tenant = :tenant AND started_at >= :from_at AND started_at < :to_at
    ORDER BY lot, call_id LIMIT :size
) AS one
ORDER BY one.lot, one.call_id
""")
COUNTED = text("""
SELECT count(*) AS population, count(*) FILTER (WHERE call_id = :call_id) AS there,
    count(*) FILTER (WHERE (md5(CAST(:seed AS text) || '/' || call_id), call_id)
        < (md5(CAST(:seed AS text) || '/' || CAST(:call_id AS text)), CAST(:call_id AS text))) AS before
FROM call WHERE tenant = :tenant AND started_at >= :from_at AND started_at < :to_at
""")


def draw(connection: Connection, tenant: str, how: Draw, *, agent: str, at: datetime) -> ReviewSample:
    """Give the calls of a draw; raises InputError for a time that is not over, whose calls are not all there."""
    if how.to_at > at:
        raise InputError("to: this time is not over; calls that are yet to come cannot be drawn")
    asked = _asked(tenant, how)
    rows = connection.execute(DRAWN, {**asked, "size": how.size, "agent": agent, "sample": how.name})
    calls = tuple(
        SampledCall(
            call_id=row.call_id, started_at=row.started_at, language=row.language, policy_version=row.policy_version,
            complete=row.complete,
        )
        for row in rows
    )
    counted = connection.execute(COUNTED, {**asked, "call_id": ""}).one()
    return ReviewSample(sample=how.name, calls=calls, population=counted.population)


def drew(connection: Connection, tenant: str, sample: str, *, call_id: str) -> bool:
    """Tell whether a draw names a call; raises InputError for what is no draw."""
    try:
        how = read_draw(sample)
    except ValueError:
        raise InputError("sample: give the name of a draw as GET /v1/reviews/sample told it") from None
    row = connection.execute(COUNTED, {**_asked(tenant, how), "call_id": call_id}).one()
    return bool(row.there == 1 and row.before < how.size)


def _asked(tenant: str, how: Draw) -> dict[str, object]:
    return {"tenant": tenant, "from_at": how.from_at, "to_at": how.to_at, "seed": str(how.seed)}
