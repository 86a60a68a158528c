"""Reads from the read model what calls took of whom, and reckons their cost by a price list."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from governance.cost import Key, reckon
from infra.read_processors import PROCESSOR
from infra.read_tables import CALL
from schemas.costs import CostReport, PriceList, Usage

WHAT = "report.cost"
UNITS = ("calls", "audio_ms", "characters", "input_tokens", "output_tokens")


def report(
    connection: Connection, tenant: str, prices: PriceList, *, from_at: datetime | None, to_at: datetime | None
) -> CostReport:
    """Give the cost of the ended calls of a tenant that began in a time; a call that goes on has no length yet."""
    began = [CALL.c.tenant == tenant, CALL.c.ended_at.is_not(None)]
    began += [] if from_at is None else [CALL.c.started_at >= from_at]
    began += [] if to_at is None else [CALL.c.started_at < to_at]
    lengths: dict[Key, int] = {}
    usages: list[Usage] = []
    carried = any(one.operation == "telephony" for one in prices.prices)
    for row in connection.execute(select(CALL).where(*began)):
        lengths[tenant, row.call_id] = _length_ms(row)
        if carried:
            usages.append(Usage(
                tenant=tenant, call_id=row.call_id, operation="telephony", provider=row.channel or "unknown",
                model="", region="", calls=1, audio_ms=_length_ms(row),
            ))
    query = select(PROCESSOR).join(
        CALL, (CALL.c.tenant == PROCESSOR.c.tenant) & (CALL.c.call_id == PROCESSOR.c.call_id)
    )
    usages += [_usage(row) for row in connection.execute(query.where(*began).order_by(*PROCESSOR.primary_key))]
    return reckon(usages, lengths, prices)


def _usage(row: Any) -> Usage:
    units = {name: getattr(row, name) for name in UNITS}
    return Usage.model_validate({
        "tenant": row.tenant, "call_id": row.call_id, "operation": row.operation, "provider": row.provider,
        "model": row.model, "region": row.region, **units,
    })


def _length_ms(row: Any) -> int:
    seconds: float = (row.ended_at - row.started_at).total_seconds()
    return max(0, round(1000 * seconds))
