"""Counts texts that redaction withheld, so that operators see a detector that fails, and when it is well again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, DateTime, MetaData, Table, Text, func, select, text
from sqlalchemy.types import BigInteger

from schemas.base import Event
from schemas.redacted import RedactionFailed
from schemas.turns import ProviderFailed

DEGRADED_FOR = timedelta(seconds=60)  # so long after the last failure redaction is held to be ill

FAILURE = Table(
    "redaction_failure",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("error", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
)
COUNT = text("""
INSERT INTO redaction_failure (tenant, place, error, number, last_at) VALUES (:tenant, :place, :error, 1, now())
ON CONFLICT (tenant, place, error)
DO UPDATE SET number = redaction_failure.number + 1, last_at = excluded.last_at
""")


@dataclass(frozen=True, slots=True)
class Failures:
    """How often redaction failed in one way, in every tenant together."""

    place: str
    error: str
    number: int
    last_at: datetime


def note(connection: Connection, event: Event, data: RedactionFailed | ProviderFailed) -> None:
    """Count a text that was withheld in the stair, or by a live session from its model."""
    if isinstance(data, ProviderFailed) and data.operation != "redaction":
        return
    # A channel may send a provider's failure too, with any words in it: they do not become a metric's label.
    voice = isinstance(data, ProviderFailed)
    kind = {"place": "voice", "error": "DetectionFailed"} if voice else {"place": "stair", "error": data.error}
    connection.execute(COUNT, {"tenant": event.tenant, **kind})


def all_failures(connection: Connection) -> list[Failures]:
    """Give every kind of failure with its number; the numbers only grow."""
    columns = FAILURE.c.place, FAILURE.c.error
    query = select(*columns, func.sum(FAILURE.c.number), func.max(FAILURE.c.last_at)).group_by(*columns)
    rows = connection.execute(query.order_by(*columns))
    return [Failures(place, error, int(number), last_at) for place, error, number, last_at in rows]


def degraded(failures: list[Failures], *, at: datetime) -> timedelta | None:
    """Give how long ago redaction failed last, or None where it is well (again)."""
    ages = [at - one.last_at for one in failures]
    return min((age for age in ages if age < DEGRADED_FOR), default=None)
