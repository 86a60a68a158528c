"""What an evidence bundle says about retention: which classes of a call are gone, which holds cover it."""

from typing import Any

from sqlalchemy import Connection, func, select

from infra import holds
from infra.read_tables import APPLIED
from infra.retention_tables import HOLD, RECEIPT
from schemas.answers import CallDetail


def state(connection: Connection, tenant: str, call_id: str) -> list[dict[str, Any]]:
    """Give receipts and open holds as lines of a list; empty where nothing was swept and nothing is held."""
    gone = select(RECEIPT).where(RECEIPT.c.tenant == tenant, RECEIPT.c.call_id == call_id)
    lines = [
        {
            "what": row.data_class, "state": row.outcome, "because": row.because, "at": row.swept_at.isoformat(),
            "deleted": row.deleted, "key": row.key_id,
        }
        for row in connection.execute(gone.order_by(RECEIPT.c.data_class))
    ]
    covering = holds.covering(connection, tenant, call_id)
    held = select(HOLD.c.hold, HOLD.c.placed_at).where(HOLD.c.tenant == tenant, HOLD.c.hold.in_(covering))
    lines += [
        {"what": "the call", "state": "held", "because": f"legal hold {row.hold}", "at": row.placed_at.isoformat()}
        for row in connection.execute(held.order_by(HOLD.c.hold))
    ]
    return lines


def erased_call(connection: Connection, tenant: str, call_id: str) -> CallDetail | None:
    """Give what may still be said of a call that was erased: that there was one; None where it was not."""
    gone = select(RECEIPT.c.call_id).where(RECEIPT.c.tenant == tenant, RECEIPT.c.call_id == call_id)
    if connection.execute(gone.limit(1)).first() is None:
        return None
    times = select(func.min(APPLIED.c.occurred_at), func.max(APPLIED.c.occurred_at)).where(
        APPLIED.c.tenant == tenant, APPLIED.c.call_id == call_id
    )
    first, last = connection.execute(times).one()
    if first is None:
        return None
    return CallDetail(
        call_id=call_id, state="ended", started_at=first, ended_at=last, end_reason="erased", turns=0, verdicts=(),
        handoffs=(),
    )
