"""/v1/handoffs: people see what waits, read the packet and take the call; each step is exclusive."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.auth import Agent
from api.handoff_notes import note
from api.handoff_stream import stream
from api.packet_view import for_reader
from api.parts import HasParts, Parts
from api.problems import Problem
from governance.metadata import masked
from infra import desk_steps, handoff_desk, idempotency
from infra.clock import now
from infra.desk_steps import Step
from infra.idempotency import Asked
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.answers import HandoffDetail, HandoffPage
from schemas.handoffs import HandoffState

router = APIRouter(prefix="/v1/handoffs", tags=["handoffs"])
HandoffPath = Annotated[str, Path(max_length=200)]
IfMatch = Annotated[str | None, Header(description="ETag the agent looked at; 412 where it is no longer current")]
IdempotencyKey = Annotated[str | None, Header(description="sent again with the same key: the same answer")]
LIVE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
ETAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')


class Decline(BaseModel):
    """Why an agent gives an offer back."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=500, examples=["needs a colleague who speaks Spanish"])


class Complete(BaseModel):
    """How the call ended for the caller."""

    model_config = ConfigDict(extra="forbid")
    disposition: str = Field(min_length=1, max_length=100, examples=["solved"])
    notes: str | None = Field(
        default=None, min_length=1, max_length=8000, description="what to remember; redacted before anybody reads it"
    )


@router.get("", operation_id="listHandoffs", summary="List handoffs, most urgent first")
def list_handoffs(
    who: Agent,
    parts: HasParts,
    state: Annotated[HandoffState | None, Query(description="offered, claimed and accepted ones if absent")] = None,
    queue: Annotated[str | None, Query(max_length=64)] = None,
    mine: Annotated[bool, Query(description="only what this agent has in hands or may take")] = False,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=handoff_desk.MAX_LIMIT)] = 50,
) -> HandoffPage:
    """Give one page of the tenant's handoffs."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        return handoff_desk.listing(
            connection, who.tenant, state=state, queue=queue, cursor=cursor, limit=limit,
            taker=who.subject if mine else None,
        )


@router.get(
    "/stream",
    operation_id="streamHandoffs",
    summary="Follow handoffs as they change (server-sent events)",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "an event for each change, named by state"}},
)
async def stream_handoffs(
    who: Agent, parts: HasParts,
    mine: Annotated[bool, Query(description="only what this agent has in hands or may take")] = False,
) -> StreamingResponse:
    """Give what is open now, then each change; an agent on duty counts as there while she follows."""
    parts.streams.ask()
    return StreamingResponse(stream(parts, who, mine=mine), media_type="text/event-stream", headers=LIVE)


@router.get("/{handoff}", operation_id="getHandoff", summary="Read the packet")
def get_handoff(handoff: HandoffPath, who: Agent, parts: HasParts, response: Response) -> HandoffDetail:
    """Give one handoff with its packet; the look is in the audit log before it leaves."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        detail = handoff_desk.packet(connection, who.tenant, handoff)
        detail = for_reader(connection, parts, who, detail)
    parts.access.looked(who, what="handoff", call=detail.call_id, at=now())
    response.headers["ETag"] = f'"{detail.version}"'
    return detail


@router.post("/{handoff}/claim", operation_id="claimHandoff", summary="Take an offer; one agent gets it")
def claim(
    handoff: HandoffPath, who: Agent, parts: HasParts, response: Response,
    if_match: IfMatch = None, idempotency_key: IdempotencyKey = None,
) -> HandoffDetail:
    """Claim."""
    step = desk_steps.claim(handoff=handoff, agent=who.subject, unskilled=who.role == "supervisor")
    return take_step(parts, who, handoff, step, response, if_match=if_match, key=idempotency_key)


@router.post("/{handoff}/accept", operation_id="acceptHandoff", summary="Take the call, having read the packet")
def accept(
    handoff: HandoffPath, who: Agent, parts: HasParts, response: Response,
    if_match: IfMatch = None, idempotency_key: IdempotencyKey = None,
) -> HandoffDetail:
    """Accept."""
    step = desk_steps.accept(handoff=handoff, agent=who.subject)
    return take_step(parts, who, handoff, step, response, if_match=if_match, key=idempotency_key)


@router.post("/{handoff}/decline", operation_id="declineHandoff", summary="Give a claimed offer back")
def decline(
    handoff: HandoffPath, body: Decline, who: Agent, parts: HasParts, response: Response,
    if_match: IfMatch = None, idempotency_key: IdempotencyKey = None,
) -> HandoffDetail:
    """Decline; the call is offered again."""
    step = desk_steps.decline(handoff=handoff, agent=who.subject, reason=masked(body.reason))
    return take_step(parts, who, handoff, step, response, if_match=if_match, key=idempotency_key)


@router.post("/{handoff}/complete", operation_id="completeHandoff", summary="Finish with the caller")
async def complete(
    handoff: HandoffPath, body: Complete, who: Agent, parts: HasParts, response: Response,
    if_match: IfMatch = None, idempotency_key: IdempotencyKey = None,
) -> HandoffDetail:
    """Complete; the notes are on their way to be redacted before the handoff is over."""
    if body.notes is not None:
        await note(parts, who, handoff, body.notes, version=_version(if_match))
    step = desk_steps.complete(handoff=handoff, agent=who.subject, disposition=masked(body.disposition))
    return await asyncio.to_thread(
        take_step, parts, who, handoff, step, response, if_match=if_match, key=idempotency_key
    )


def take_step(
    parts: Parts, who: Principal, handoff: str, step: Step, response: Response, *, if_match: str | None,
    key: str | None,
) -> HandoffDetail:
    at, version = now(), _version(if_match)
    asked = None
    if key is not None:
        # The step's own event is the request: same step, same words.
        digest = sha256(step.event.model_dump_json().encode()).hexdigest()
        asked = Asked(tenant=who.tenant, subject=who.subject, key=key, request=f"{step.state}/{handoff}/{digest}")
    with tenant_transaction(parts.pool, who.tenant) as connection, _once(connection, asked) as first:
        if isinstance(first, HandoffDetail):
            detail = first
        else:
            detail = handoff_desk.take(
                connection, who.tenant, handoff, step, agent=who.subject, at=at, version=version
            )
            if asked is not None:
                idempotency.remember(connection, asked, detail.model_dump(mode="json"))
        detail = for_reader(connection, parts, who, detail)
    response.headers["ETag"] = f'"{detail.version}"'
    return detail


@contextmanager
def _once(connection: Connection, asked: Asked | None) -> Iterator[HandoffDetail | None]:
    answer = None if asked is None else idempotency.answered(connection, asked, at=now())
    yield None if answer is None else HandoffDetail.model_validate(answer)


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = ETAG.fullmatch(if_match.strip())
    if found is None:
        detail = "If-Match must be the ETag of one version of the handoff"
        raise Problem(HTTPStatus.PRECONDITION_FAILED, "version-changed", detail)
    return int(found[1])
