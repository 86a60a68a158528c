"""/v1/webhooks/deliveries: what was told to whom, every try of it, and once more where somebody asks for it."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query

from api.auth import WebhookKeeper
from api.parts import HasParts
from infra import idempotency
from infra.clock import now
from infra.idempotency import Asked
from infra.tenancy import tenant_transaction
from infra.webhooks import delivery_log
from schemas.base import CallId
from schemas.webhooks import DeliveryState, WebhookDelivery, WebhookDeliveryPage

router = APIRouter(prefix="/v1/webhooks/deliveries", tags=["webhooks"])
DeliveryPath = Annotated[str, Path(max_length=64, pattern=r"^msg_[0-9a-f-]+$", description="the webhook-id")]
IdempotencyKey = Annotated[str | None, Header(description="sent again with the same key: delivered again once only")]


@router.get("", operation_id="listWebhookDeliveries", summary="List deliveries with every try, newest first")
def list_deliveries(
    who: WebhookKeeper,
    parts: HasParts,
    endpoint: Annotated[str | None, Query(max_length=64)] = None,
    state: DeliveryState | None = None,
    call_id: CallId | None = None,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=delivery_log.MAX_LIMIT)] = 50,
) -> WebhookDeliveryPage:
    """Give one page of the tenant's deliveries; the look is in the audit log."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        page = delivery_log.listing(
            connection, who.tenant, endpoint=endpoint, state=state, call_id=call_id, cursor=cursor, limit=limit
        )
    asked = {"endpoint": endpoint or "", "state": state or "", "call": call_id or "", "cursor": cursor or ""}
    found = [one.delivery for one in page.deliveries]
    parts.access.read(who, what="webhook deliveries", asked=asked, found=found, at=now())
    return page


@router.post(
    "/{delivery}/redeliver", operation_id="redeliverWebhook", summary="Deliver once more, under the same webhook-id",
    status_code=202,
)
def redeliver(
    delivery: DeliveryPath, who: WebhookKeeper, parts: HasParts, idempotency_key: IdempotencyKey = None
) -> WebhookDelivery:
    """Give the delivery, which waits now, with all tries anew; also for one that was delivered."""
    at, fresh = now(), True
    with tenant_transaction(parts.pool, who.tenant) as connection:
        if idempotency_key is not None:
            asked = Asked(tenant=who.tenant, subject=who.subject, key=idempotency_key, request=f"redeliver/{delivery}")
            fresh = idempotency.answered(connection, asked, at=at) is None
            if fresh:
                idempotency.remember(connection, asked, {"delivery": delivery})
        if fresh:
            delivery_log.again(connection, who.tenant, delivery, at=at)
        found = delivery_log.find(connection, who.tenant, delivery)
    if fresh:
        parts.access.redelivered(who, delivery=delivery, endpoint=found.endpoint, call=found.call_id, at=at)
    return found
