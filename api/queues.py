"""GET /v1/reports/queues: what each queue did, and whether it kept what it promises."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.auth import QueueReader
from api.parts import HasParts
from infra import queue_report
from infra.clock import now
from infra.tenancy import tenant_transaction
from schemas.desk import QueueReport

router = APIRouter(prefix="/v1/reports", tags=["handoffs"])


@router.get("/queues", operation_id="reportQueues", summary="Report waiting, claims and service levels by queue")
def queues(
    who: QueueReader,
    parts: HasParts,
    from_: Annotated[AwareDatetime | None, Query(alias="from", description="requested at or after")] = None,
    to: Annotated[AwareDatetime | None, Query(description="requested before")] = None,
) -> QueueReport:
    """Give the figures of each queue that had anything in this time."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        return queue_report.report(connection, who.tenant, from_at=from_, to_at=to, at=now())
