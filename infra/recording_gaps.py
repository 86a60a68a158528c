"""What of a recording was left out on purpose, and why: payment windows, and what the caller did not agree to."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from governance.recording import Stretch
from schemas.recordings import AbsentBecause, Direction

TABLES = MetaData()
GAP = Table(
    "recording_gap", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("utterance", Text, primary_key=True),
    Column("start_ms", BigInteger, primary_key=True),
    Column("end_ms", BigInteger, nullable=False),
    Column("said_ms", BigInteger, nullable=False),
    Column("because", Text, nullable=False),
)


class Gap(NamedTuple):
    """A stretch of one direction that is not there on purpose; of the assistant's with its place in the utterance."""

    direction: Direction
    stretch: Stretch
    because: AbsentBecause


def leave_out(
    connection: Connection, call: tuple[str, str], direction: Direction, gaps: Sequence[Stretch], *,
    because: AbsentBecause = "payment",
) -> None:
    """Note audio that was not kept, or is not kept any more; what was noted before stays as it is."""
    for one in gaps:
        connection.execute(insert(GAP).values(
            tenant=call[0], call_id=call[1], direction=direction, utterance=one.utterance, start_ms=one.start_ms,
            end_ms=one.end_ms, said_ms=one.said_ms, because=because,
        ).on_conflict_do_nothing())


def left_out(connection: Connection, tenant: str, call_id: str) -> list[Gap]:
    """Give what was left out of a call, in the order in which it sounded."""
    query = select(GAP).where(GAP.c.tenant == tenant, GAP.c.call_id == call_id).order_by(GAP.c.start_ms)
    return [
        Gap(row.direction, Stretch(
            utterance=row.utterance, said_ms=row.said_ms, start_ms=row.start_ms, end_ms=row.end_ms,
        ), row.because)
        for row in connection.execute(query)
    ]
