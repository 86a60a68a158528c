"""POST /v1/handoffs/{handoff}/reassign: a supervisor gives a call to another agent or another queue."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.auth import Supervisor
from api.handoffs import IdempotencyKey, IfMatch, take_step
from api.parts import HasParts
from governance.errors import InputError
from governance.metadata import masked
from infra import desk_steps
from schemas.answers import HandoffDetail

router = APIRouter(prefix="/v1/handoffs", tags=["handoffs"])
HandoffPath = Annotated[str, Path(max_length=200)]


class Reassign(BaseModel):
    """To whom, and why."""

    model_config = ConfigDict(extra="forbid")
    agent: str | None = Field(default=None, min_length=1, max_length=128, examples=["ben"])
    queue: str | None = Field(default=None, min_length=1, max_length=64, examples=["billing"])
    reason: str = Field(min_length=3, max_length=500, examples=["ana's shift is over"])

    @model_validator(mode="after")
    def _one(self) -> "Reassign":
        if (self.agent is None) == (self.queue is None):
            raise ValueError("name an agent or a queue")
        return self


@router.post("/{handoff}/reassign", operation_id="reassignHandoff", summary="Give a call to another agent or queue")
def reassign(
    handoff: HandoffPath, body: Reassign, who: Supervisor, parts: HasParts, response: Response,
    if_match: IfMatch = None, idempotency_key: IdempotencyKey = None,
) -> HandoffDetail:
    """Move it; the agent accepts it in her time or it is offered again, a queue offers it at once."""
    if body.queue is not None and body.queue not in parts.policies.current(who.tenant).live.handoff.queues:
        raise InputError("queue: the policy has no such queue")
    step = desk_steps.reassign(
        handoff=handoff, by=who.subject, to_agent=body.agent, to_queue=body.queue, reason=masked(body.reason)
    )
    return take_step(parts, who, handoff, step, response, if_match=if_match, key=idempotency_key)
