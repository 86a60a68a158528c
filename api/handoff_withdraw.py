"""POST /v1/handoffs/{handoff}/withdraw: a supervisor says that nobody is to take this call; the call itself goes on."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth import Supervisor
from api.handoffs import IdempotencyKey, IfMatch, take_step
from api.parts import HasParts
from governance.metadata import masked
from infra import desk_steps, emergency_desk, handoff_desk
from infra.handoff_desk import HandoffTaken
from infra.tenancy import tenant_transaction
from schemas.answers import HandoffDetail

router = APIRouter(prefix="/v1/handoffs", tags=["handoffs"])
HandoffPath = Annotated[str, Path(max_length=200)]


class Withdraw(BaseModel):
    """Why nobody is to take it."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=3, max_length=500, examples=["the line is closed; she was told to call tomorrow"])


@router.post("/{handoff}/withdraw", operation_id="withdrawHandoff", summary="End a handoff that nobody has accepted")
def withdraw(
    handoff: HandoffPath, body: Withdraw, who: Supervisor, parts: HasParts, response: Response,
    if_match: IfMatch = None, idempotency_key: IdempotencyKey = None,
) -> HandoffDetail:
    """Withdraw; the assistant tells the caller and goes on with her. Not while her emergency is open."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        call_id = handoff_desk.packet(connection, who.tenant, handoff).call_id
        if emergency_desk.is_open(connection, who.tenant, call_id):
            raise HandoffTaken("somebody may be in danger in this call: acknowledge its emergency first")
    step = desk_steps.withdraw(handoff=handoff, by=who.subject, reason=masked(body.reason))
    return take_step(parts, who, handoff, step, response, if_match=if_match, key=idempotency_key)
