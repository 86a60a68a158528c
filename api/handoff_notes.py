"""POST /v1/handoffs/{handoff}/notes: what the agent writes down goes the way of all words, sealed and then redacted."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.auth import Agent
from api.parts import HasParts, Parts
from infra import handoff_desk
from infra.clock import now
from infra.desk_steps import SOURCE
from infra.front_door import event
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.base import Event
from schemas.desk import HandoffNoted

router = APIRouter(prefix="/v1/handoffs", tags=["handoffs"])
HELD = ("claimed", "accepted", "completed")
HandoffPath = Annotated[str, Path(max_length=200)]


class Note(BaseModel):
    """What to remember of the call."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=8000, examples=["She will be called back on Monday."])


@router.post(
    "/{handoff}/notes", operation_id="noteHandoff", summary="Write something down about the call",
    status_code=HTTPStatus.ACCEPTED,
)
async def add_note(handoff: HandoffPath, body: Note, who: Agent, parts: HasParts) -> None:
    """Take a note; it is read, redacted, with the handoff. The same words again are the same note."""
    await note(parts, who, handoff, body.text)


async def note(parts: Parts, who: Principal, handoff: str, text: str, *, version: int | None = None) -> None:
    """Send a note to be redacted; raises HandoffTaken for who does not have the handoff.

    `version`: which the agent looked at, where a step follows that is refused at any other (HandoffChanged).
    """
    await parts.door.accept([await asyncio.to_thread(_event, parts, who, handoff, text, version)])


def _event(parts: Parts, who: Principal, handoff: str, text: str, version: int | None) -> Event:
    with tenant_transaction(parts.pool, who.tenant) as connection:
        detail = handoff_desk.packet(connection, who.tenant, handoff)
    if detail.claimed_by != who.subject or detail.state not in HELD:
        raise handoff_desk.HandoffTaken("notes are of who has the handoff, or had it to its end")
    if version not in (None, detail.version) and detail.state != "completed":  # that one may be the same step again
        raise handoff_desk.HandoffChanged(f"the handoff is at version {detail.version}, not {version}: read it again")
    parts.keyring.ensure(tenant=who.tenant, call_id=detail.call_id)
    name = parts.keyring.digest(tenant=who.tenant, call_id=detail.call_id, value=f"{who.subject}/{text}")
    return event(
        HandoffNoted(handoff=handoff, agent=who.subject, text=text), call_id=detail.call_id, tenant=who.tenant,
        source=SOURCE, source_id=f"{handoff}/note/{name}", occurred_at=now(),
    )
