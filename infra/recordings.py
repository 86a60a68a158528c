"""Recordings in the database: sealed chunks, kept in the transaction that moves their consumer on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, DateTime, Integer, LargeBinary, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from governance.recording import Characters, Said
from infra.read_tables import CALL, UTTERANCE
from infra.recording_chunks import Chunk, Facts, Piece
from schemas.recordings import Interval
from schemas.redacted import SoundPlace

TABLES = MetaData()
RECORDING = Table(
    "recording", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("stopped_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("state", Text, nullable=False),
)
CHUNK = Table(
    "recording_chunk", TABLES,
    Column("tenant", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    Column("encoding", Text, nullable=False),
    Column("sample_rate", Integer, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)
MEASURED = [column for column in CHUNK.columns if column.name != "sealed"]
STAGES = ("final", "generated", "synthesised", "heard", "withheld")


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that is over and whose recording nobody has closed."""

    tenant: str
    call_id: str


def begin(connection: Connection, *, tenant: str, call_id: str, at: datetime) -> None:
    """Note that a call has audio."""
    row = {"tenant": tenant, "call_id": call_id, "begun_at": at, "state": "open"}
    connection.execute(insert(RECORDING).values(row).on_conflict_do_nothing())


def stopped(connection: Connection, *, tenant: str, call_id: str, at: datetime) -> None:
    """Note that no more audio of the caller will come."""
    connection.execute(RECORDING.update().where(*_mine(RECORDING, tenant, call_id)).values(stopped_at=at))


def keep(connection: Connection, chunks: Sequence[Chunk]) -> None:
    """Keep chunks; one that is there stays as it is."""
    rows = [
        {
            **one.piece.model_dump(mode="json"), "tenant": one.tenant, "call_id": one.call_id, "sealed": one.sealed,
            "recorded_at": one.recorded_at,
        }
        for one in chunks
    ]
    if rows:
        connection.execute(insert(CHUNK).values(rows).on_conflict_do_nothing())


def pieces(connection: Connection, tenant: str, call_id: str) -> list[Piece]:
    """Give all chunks of a call in order, without their samples."""
    query = select(*MEASURED).where(*_mine(CHUNK, tenant, call_id))
    rows = connection.execute(query.order_by(CHUNK.c.direction, CHUNK.c.start_ms, CHUNK.c.number))
    return [_piece(row) for row in rows]


def sealed(connection: Connection, tenant: str, call_id: str, within: Interval) -> list[tuple[Piece, bytes]]:
    """Give the chunks that sound within a stretch, with their ciphertext."""
    query = select(CHUNK).where(
        *_mine(CHUNK, tenant, call_id), CHUNK.c.start_ms < within.end_ms, CHUNK.c.end_ms > within.start_ms
    )
    rows = connection.execute(query.order_by(CHUNK.c.direction, CHUNK.c.start_ms, CHUNK.c.number))
    return [(_piece(row), bytes(row.sealed)) for row in rows]


def call_state(connection: Connection, tenant: str, call_id: str) -> str | None:
    """Tell whether a call is live or ended; None where there is no such call."""
    state: str | None = connection.execute(select(CALL.c.state).where(*_mine(CALL, tenant, call_id))).scalar()
    return state


def ended(connection: Connection, *, settled_by: datetime, lost_by: datetime, limit: int = 100) -> list[Ended]:
    """Give calls that ended by then and whose audio has been read to its end, or is not waited for any more."""
    over = CALL.c.ended_at <= settled_by
    read_up = (RECORDING.c.stopped_at <= settled_by) | (CALL.c.ended_at <= lost_by)
    query = (
        select(RECORDING.c.tenant, RECORDING.c.call_id)
        .join(CALL, (CALL.c.tenant == RECORDING.c.tenant) & (CALL.c.call_id == RECORDING.c.call_id))
        .where(RECORDING.c.closed_at.is_(None), CALL.c.state == "ended", over, read_up)
        .order_by(RECORDING.c.begun_at).limit(limit)
    )
    return [Ended(row.tenant, row.call_id) for row in connection.execute(query)]


def close(connection: Connection, *, tenant: str, call_id: str, complete: bool, at: datetime) -> bool:
    """Close a recording; False where another process was faster."""
    state = "completed" if complete else "incomplete"
    statement = RECORDING.update().where(*_mine(RECORDING, tenant, call_id), RECORDING.c.closed_at.is_(None))
    return connection.execute(statement.values(state=state, closed_at=at)).rowcount == 1


def said(connection: Connection, tenant: str, call_id: str) -> list[Said]:
    """Give the utterances of a call with the places of their words and spans, amendments included."""
    query = select(UTTERANCE.c.participant, UTTERANCE.c.stage, UTTERANCE.c.utterance, UTTERANCE.c.facts).where(
        *_mine(UTTERANCE, tenant, call_id), UTTERANCE.c.stage.in_(STAGES)
    )
    found: list[Said] = []
    spoken: dict[str, dict[str, dict[str, Any]]] = {}
    for row in connection.execute(query.order_by(UTTERANCE.c.sequence)):
        if row.participant == "assistant":
            spoken.setdefault(row.utterance, {})[row.stage] = row.facts
        elif row.stage == "final":
            found.append(_said(row.participant, row.utterance, row.facts, row.facts["start_ms"], row.facts["end_ms"]))
    return found + [_answer(name, stages) for name, stages in spoken.items()]


def played(connection: Connection, tenant: str, call_id: str) -> dict[str, int]:
    """Give how much of each of the assistant's utterances was heard."""
    query = select(UTTERANCE.c.utterance, UTTERANCE.c.facts).where(
        *_mine(UTTERANCE, tenant, call_id), UTTERANCE.c.stage == "heard"
    )
    return {row.utterance: row.facts.get("played_ms") or 0 for row in connection.execute(query)}


def _answer(utterance: str, stages: dict[str, dict[str, Any]]) -> Said:
    made = stages.get("synthesised")
    if made is None or "withheld" in stages:
        return Said(participant="assistant", utterance=utterance, start_ms=0, end_ms=0, withheld=True)
    one = _said("assistant", utterance, made, 0, made.get("audio_ms") or 0)
    others = [len(stages[stage]["spans"]) for stage in ("generated", "heard") if stage in stages]
    if max(others, default=0) > len(one.spans):
        # What was found in another version of the text has no place in this one: all of it is masked.
        return one.model_copy(update={"spans": (Characters(start=0, end=1),), "places": ()})
    return one


def _said(participant: str, utterance: str, facts: dict[str, Any], start_ms: int, end_ms: int) -> Said:
    return Said.model_validate({
        "participant": participant, "utterance": utterance, "start_ms": start_ms, "end_ms": end_ms,
        "spans": tuple(Characters(start=one["start"], end=one["end"]) for one in facts.get("spans", ())),
        "places": tuple(SoundPlace.model_validate(one) for one in facts.get("places", ())),
    })


def _piece(row: Any) -> Piece:
    values = {name: getattr(row, name) for name in Piece.model_fields if name != "facts"}
    return Piece(**values, facts=Facts.model_validate(row.facts))


def _mine(table: Table, tenant: str, call_id: str) -> tuple[Any, Any]:
    return table.c.tenant == tenant, table.c.call_id == call_id
