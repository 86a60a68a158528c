"""POST /v1/ingest/{vendor}: a voice vendor's own webhooks, each checked by the vendor's own signature."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, ValidationError

from api.auth import vendors
from api.bodies import read_body_of
from api.parts import HasParts, Parts
from api.problems import Problem
from infra import front_door
from infra.clock import now
from infra.ingest.signatures import Delivery, signed
from infra.ingest.sources import Known, Vendor
from infra.ingest.vendors import Told, read
from schemas.base import Event
from schemas.codec import Unreadable
from schemas.topics import CALL_RAW

router = APIRouter(tags=["channels"], dependencies=[Depends(vendors)])


class Ingested(BaseModel):
    """The ids of the events that were made of the webhook; none where it says nothing of a call."""

    ids: list[str] = Field(examples=[["5b0c2b70-5a0b-5b3e-8d0c-0f6a4a2a7e11"]])


BODY = {"requestBody": {"required": True, "content": {
    "application/json": {"schema": {"type": "object"}},
    "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
}}}


@router.post(
    "/v1/ingest/{vendor}", status_code=HTTPStatus.ACCEPTED, operation_id="ingestWebhook",
    summary="Take a vendor's own webhook in", openapi_extra=BODY,
)
async def ingest(request: Request, vendor: Vendor, parts: HasParts) -> Ingested:
    """Answer once what the webhook says is durable; sent again, it makes the same events."""
    delivery = Delivery(
        address=str(request.url), headers={name.lower(): value for name, value in request.headers.items()},
        body=await read_body_of(request), at=now(),
    )
    known = next((one for one in parts.ingest if one.source.vendor == vendor and signed(delivery, one)), None)
    if known is None:
        parts.limits.address(request)  # who guesses secrets is slowed down, a vendor never is
        parts.metrics.refused()
        detail = f"no source of {vendor} in CALLWARDEN_INGEST signed this"
        raise Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", detail)
    try:
        events = [_event(one, known) for one in read(vendor, delivery.body, received_at=delivery.at)]
    except Unreadable as wrong:
        await _bury(parts, known, wrong, delivery)
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-event", wrong.reason, members={"field": wrong.told}
        ) from None
    if events:
        await parts.door.accept(events)
        parts.metrics.accepted(len(events))
    return Ingested(ids=[one.id for one in events])


def _event(told: Told, known: Known) -> Event:
    source = known.source
    try:
        return front_door.event(
            told.data, call_id=told.call_id, tenant=source.tenant, source=f"/ingest/{source.vendor}",
            source_id=told.source_id, occurred_at=told.occurred_at,
        )
    except ValidationError:
        raise Unreadable("the vendor's call id must be letters, digits and _.:- (1 to 128)", "call") from None


async def _bury(parts: Parts, known: Known, wrong: Unreadable, delivery: Delivery) -> None:
    await parts.door.dead_letter(
        topic=CALL_RAW.name, call_id="", tenant=known.source.tenant, reason=wrong.reason, field=wrong.field,
        content=delivery.body, at=delivery.at,
    )
    parts.metrics.dead()
