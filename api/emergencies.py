"""/v1/emergencies: what is open, at which rung, until when; who acknowledges ends the climb."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query

from api.auth import Acknowledger, EmergencyReader
from api.parts import HasParts
from infra import emergency_desk, idempotency
from infra.clock import now
from infra.idempotency import Asked
from infra.tenancy import tenant_transaction
from schemas.answers import EmergencyPage, EmergencyView
from schemas.base import CallId

router = APIRouter(prefix="/v1/emergencies", tags=["emergencies"])
CallPath = Annotated[CallId, Path(description="id the channel gave the call")]
IdempotencyKey = Annotated[str | None, Header(description="sent again with the same key: the same answer")]
State = Literal["open", "acknowledged", "stood_down", "exhausted"]


@router.get("", operation_id="listEmergencies", summary="List emergencies, longest waiting first")
def list_emergencies(
    who: EmergencyReader,
    parts: HasParts,
    state: Annotated[State | None, Query(description="what nobody has acknowledged if absent")] = None,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=emergency_desk.MAX_LIMIT)] = 50,
) -> EmergencyPage:
    """Give one page of the tenant's emergencies with their rungs and timers."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        return emergency_desk.listing(connection, who.tenant, state=state, cursor=cursor, limit=limit)


@router.post(
    "/{call_id}/acknowledge", operation_id="acknowledgeEmergency", summary="Take an emergency on; the climb ends"
)
def acknowledge(
    call_id: CallPath, who: Acknowledger, parts: HasParts, idempotency_key: IdempotencyKey = None
) -> EmergencyView:
    """Acknowledge, as a person of the house or as the dispatcher with a login of its own."""
    at = now()
    with tenant_transaction(parts.pool, who.tenant) as connection:
        asked = None
        if idempotency_key is not None:
            asked = Asked(
                tenant=who.tenant, subject=who.subject, key=idempotency_key, request=f"acknowledge/{call_id}"
            )
            first = idempotency.answered(connection, asked, at=at)
            if first is not None:
                return EmergencyView.model_validate(first)
        taken = emergency_desk.acknowledge(
            connection, who.tenant, call_id, by=who.subject, role=who.role, at=at
        )
        if asked is not None:
            idempotency.remember(connection, asked, taken.model_dump(mode="json"))
        return taken
