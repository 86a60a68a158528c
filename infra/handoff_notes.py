"""What agents noted about a handoff, redacted; and the lines said since its packet was made."""

from datetime import datetime

from sqlalchemy import Connection, select

from infra.desk_tables import HANDOFF_NOTE
from infra.read_tables import CALL, UTTERANCE
from schemas.desk import HandoffNote
from schemas.handoffs import TranscriptLine

MOST_NOTES = 100
MOST_LINES = 500
HEARD = ("final", "heard")  # of the assistant's three texts the one that the caller heard


def notes(connection: Connection, tenant: str, handoff: str) -> tuple[HandoffNote, ...]:
    """Give the notes, oldest first."""
    table = HANDOFF_NOTE.c
    query = select(table.agent, table.text, table.occurred_at).where(
        table.tenant == tenant, table.handoff == handoff
    )
    rows = connection.execute(query.order_by(table.occurred_at, table.event_id).limit(MOST_NOTES))
    return tuple(HandoffNote(agent=row.agent, text=row.text, occurred_at=row.occurred_at) for row in rows)


def lines(
    connection: Connection, tenant: str, call_id: str, *, since: datetime | None = None
) -> tuple[TranscriptLine, ...]:
    """Give a call's lines as they may be read now, from an instant on."""
    table = UTTERANCE.c
    query = select(UTTERANCE).where(
        table.tenant == tenant, table.call_id == call_id, table.stage.in_(HEARD), table.text.is_not(None)
    )
    if since is not None:
        query = query.where(table.occurred_at >= since)
    rows = connection.execute(query.order_by(table.occurred_at.desc(), table.sequence.desc()).limit(MOST_LINES)).all()
    began = select(CALL.c.started_at).where(CALL.c.tenant == tenant, CALL.c.call_id == call_id)
    began_at = connection.execute(began).scalar_one_or_none()
    return tuple(
        TranscriptLine(
            event_id=row.event_id, participant=row.participant, turn=row.turn, text=row.text,
            occurred_at=row.occurred_at, interrupted=bool(row.facts.get("interrupted", False)),
            at_ms=_at_ms(row.facts, row.occurred_at, began_at),
        )
        for row in reversed(rows) if row.text
    )


def _at_ms(facts: dict[str, object], occurred_at: datetime, began_at: datetime | None) -> int | None:
    start, end, played = facts.get("start_ms"), facts.get("end_ms"), facts.get("played_ms")
    if isinstance(start, int) and end:
        return start
    if began_at is None or not isinstance(played, int):
        return None
    return max(0, int((occurred_at - began_at).total_seconds() * 1000) - played)
