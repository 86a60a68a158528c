"""What a payment window leaves of sound that reached the recorder: silence of the same length, and a receipt."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aiokafka import ConsumerRecord
from sqlalchemy import Connection

from governance.payment_window import Window
from infra import clock, outbox
from infra.payment_windows import SOURCE
from infra.recording_chunks import length_ms
from schemas.audio import AudioRecord
from schemas.base import Event, arrival_id
from schemas.payments import WITHHELD, PaymentDataDestroyed
from schemas.recordings import Direction

Heard = tuple[ConsumerRecord, AudioRecord]


def without_payment(
    connection: Connection, heard: Sequence[Heard], known: Sequence[Window], *, direction: Direction
) -> list[Heard]:
    """The same records, those of a window silent; the caller's that the gateway did not silence get a receipt.

    When a record came tells the broker's clock: the gateway sends each frame as it comes in.
    """
    kept: list[Heard] = []
    late: dict[str, list[AudioRecord]] = {}
    for record, opened in heard:
        inside = _inside(record, known) if opened.kind == "media" else None
        if inside is None:
            kept.append((record, opened))
            continue
        kept.append((record, opened.silenced()))
        if direction == "in" and opened.utterance != WITHHELD:
            late.setdefault(inside.window, []).append(opened)
    for window, records in late.items():
        outbox.add(connection, _receipt(window, records))
    return kept


def _inside(record: ConsumerRecord, known: Sequence[Window]) -> Window | None:
    at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    return next((one for one in known if one.opened_at <= at < one.until), None)


def _receipt(window: str, records: Sequence[AudioRecord]) -> Event:
    first = records[0]
    audio_ms = round(sum(length_ms(len(one.payload), one.encoding, one.sample_rate) for one in records))
    return Event(
        id=arrival_id(f"{first.tenant}{SOURCE}", f"{first.call_id}/audio/{first.number}"), source=SOURCE,
        call_id=first.call_id, tenant=first.tenant, occurred_at=clock.now(),
        data=PaymentDataDestroyed(window=window, what="audio", pieces=len(records), audio_ms=audio_ms),
    )
