"""What of a payment window is kept although it may not be: found by time, deleted, and counted for the receipt."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, get_args

from sqlalchemy import Connection, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from governance.redacting_payments import SPANS
from infra import recording_gaps, recordings
from infra.payment_windows import Kept
from infra.read_tables import APPLIED, SEALED_ENTITY, UTTERANCE
from infra.recording_chunks import Piece
from infra.recording_plan import stretches
from infra.recordings import CHUNK
from schemas.payments import WITHHELD
from schemas.recordings import Direction

NOTHING_SAID = {"spans": [one.model_dump(mode="json") for one in SPANS], "places": []}
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


class Remains(NamedTuple):
    """Digests of deleted chunks, and ids of events of which the words or a sealed original are gone."""

    chunks: tuple[str, ...]
    events: tuple[str, ...]


def destroy(connection: Connection, one: Kept) -> Remains:
    """Delete it in the caller's transaction."""
    return Remains(_chunks(connection, one), (*_words(connection, one), *_originals(connection, one)))


def _chunks(connection: Connection, one: Kept) -> tuple[str, ...]:
    """Whole chunks go, two seconds at most: what of one lies outside of the window goes with it."""
    found = [
        piece for piece in recordings.pieces(connection, one.tenant, one.call_id) if _arrived_within(piece, one)
    ]
    for direction in DIRECTIONS:
        mine: Sequence[Piece] = [piece for piece in found if piece.direction == direction]
        recording_gaps.leave_out(connection, (one.tenant, one.call_id), direction, stretches(mine))
    places = [piece.place for piece in found]
    connection.execute(CHUNK.delete().where(
        CHUNK.c.tenant == one.tenant, CHUNK.c.call_id == one.call_id, CHUNK.c.place.in_(places)
    ))
    return tuple(piece.sha256 for piece in found)


def _words(connection: Connection, one: Kept) -> tuple[str, ...]:
    # Of the question that opened the window everything may be read.
    statement = UTTERANCE.update().where(
        UTTERANCE.c.tenant == one.tenant, UTTERANCE.c.call_id == one.call_id,
        UTTERANCE.c.occurred_at >= one.window.opened_at, UTTERANCE.c.occurred_at < one.window.over_at,
        UTTERANCE.c.text.is_not(None), UTTERANCE.c.text != WITHHELD,
        (UTTERANCE.c.utterance != (one.window.asked_in or "")) | (UTTERANCE.c.participant != "assistant"),
    )
    facts = func.jsonb_concat(UTTERANCE.c.facts, cast(NOTHING_SAID, JSONB))
    changed = connection.execute(statement.values(text=WITHHELD, facts=facts).returning(UTTERANCE.c.event_id))
    return tuple(changed.scalars())


def _originals(connection: Connection, one: Kept) -> tuple[str, ...]:
    within = select(APPLIED.c.event_id).where(
        APPLIED.c.tenant == one.tenant, APPLIED.c.call_id == one.call_id, APPLIED.c.type == "entity_sealed",
        APPLIED.c.occurred_at >= one.window.opened_at, APPLIED.c.occurred_at < one.window.over_at,
    )
    statement = SEALED_ENTITY.delete().where(
        SEALED_ENTITY.c.tenant == one.tenant, SEALED_ENTITY.c.call_id == one.call_id,
        SEALED_ENTITY.c.event_id.in_(within),
    )
    return tuple(connection.execute(statement.returning(SEALED_ENTITY.c.event_id)).scalars())


def _arrived_within(piece: Piece, one: Kept) -> bool:
    if piece.facts.arrived_ms is None:
        return False  # recorded before there were payment windows
    first, last = (datetime.fromtimestamp(at / 1000, tz=UTC) for at in piece.facts.arrived_ms)
    return first < one.window.over_at and last >= one.window.opened_at
