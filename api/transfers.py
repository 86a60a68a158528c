"""POST /v1/handoffs/{handoff}/transfer: the call goes to a carrier's desk; where that fails it is offered again."""

import asyncio
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from api.auth import Agent
from api.credentials import origin_of
from api.handoffs import IdempotencyKey
from api.parts import HasParts, Parts
from api.problems import Problem
from infra import desk_steps, handoff_desk, idempotency, outbox
from infra.clock import now
from infra.idempotency import Asked
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from infra.transfers.carrying import Carried, carry
from schemas.answers import HandoffDetail
from schemas.base import Data, derived_id
from schemas.transfers import (
    TransferAnswer,
    TransferCompleted,
    TransferContext,
    TransferFailed,
    TransferKind,
    TransferRequested,
)

router = APIRouter(prefix="/v1/handoffs", tags=["handoffs"])
MOST_SUMMARY = 600
TWICE = "the call is being put through to this desk, or has been"


class AskedTransfer(BaseModel):
    """To which desk, and how."""

    model_config = ConfigDict(extra="forbid")
    desk: str = Field(max_length=63, examples=["pbx"], description="a name of the file of transfer desks")
    kind: TransferKind = Field(default="cold", description="warm: the agent stays until both have spoken")
    leg: str | None = Field(default=None, max_length=400, description="the carrier's name of the call; absent: its id")


@router.post("/{handoff}/transfer", operation_id="transferHandoff", summary="Put the call through to a carrier's desk")
async def transfer(
    handoff: Annotated[str, Path(max_length=200)], body: AskedTransfer, who: Agent, parts: HasParts, request: Request,
    idempotency_key: IdempotencyKey = None,
) -> TransferAnswer:
    """Transfer a call that you have accepted; 502 where the carrier did not take it, and it is offered again."""
    desk = parts.desks.get(body.desk)
    if desk is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "there is no such desk: see CALLWARDEN_TRANSFERS")
    asked = _asked(who, handoff, body, idempotency_key)
    context = await asyncio.to_thread(_begin, parts, who, handoff, body, origin_of(request, parts), asked)
    if not isinstance(context, TransferContext):
        return _answer(body, context)
    carried = await carry(desk, context)
    return _answer(body, await asyncio.to_thread(_end, parts, who, context, body, carried, asked))


def _asked(who: Principal, handoff: str, body: AskedTransfer, key: str | None) -> Asked | None:
    if key is None:
        return None
    digest = sha256(body.model_dump_json().encode()).hexdigest()
    return Asked(tenant=who.tenant, subject=who.subject, key=key, request=f"transfer/{handoff}/{digest}")


def _answer(body: AskedTransfer, came: Mapping[str, object]) -> TransferAnswer:
    """Say what came of it, the first time and again; raises Problem."""
    if "tries" not in came:
        raise handoff_desk.HandoffTaken(TWICE)  # under this key, and nothing is known of its end yet
    if came["why"] is not None:
        detail = f"the desk did not take the call ({came['why']}, tries: {came['tries']}); it is offered again"
        raise Problem(HTTPStatus.BAD_GATEWAY, "transfer-failed", detail)
    facts = {name: came[name] for name in ("transfer", "tries", "took_ms")}
    return TransferAnswer.model_validate({**facts, "desk": body.desk, "kind": body.kind})


def _begin(
    parts: Parts, who: Principal, handoff: str, body: AskedTransfer, origin: str, asked_as: Asked | None
) -> TransferContext | Mapping[str, object]:
    """Say that it begins, or what came of it where the same key asked before."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        first = None if asked_as is None else idempotency.answered(connection, asked_as, at=now())
        if first is not None:
            return first
        detail = handoff_desk.packet(connection, who.tenant, handoff)
        if detail.state != "accepted" or detail.claimed_by != who.subject:
            raise handoff_desk.HandoffTaken("a call is put through by who has accepted it")
        name = derived_id(f"{who.tenant}/{handoff}/{body.desk}/{body.kind}", "transfer", detail.version)
        asked = TransferRequested(
            handoff=handoff, transfer=name, agent=who.subject, desk=body.desk, kind=body.kind
        )
        told = handoff_desk.told(connection, who.tenant, handoff, asked, number=0, of=name, at=now())
        if outbox.holds(connection, who.tenant, told.id):
            raise handoff_desk.HandoffTaken(TWICE)
        outbox.add(connection, told)
        if asked_as is not None:
            idempotency.remember(connection, asked_as, {"transfer": name})
    return _context(detail, name, body, who, f"{origin}/v1/handoffs/{handoff}")


def _context(
    detail: HandoffDetail, name: str, body: AskedTransfer, who: Principal, reference: str
) -> TransferContext:
    packet = detail.packet
    sentences = () if packet is None else packet.written or packet.summary
    return TransferContext(
        handoff=detail.handoff, call_id=detail.call_id, tenant=who.tenant, transfer=name, kind=body.kind,
        leg=body.leg or detail.call_id, reference=reference, reason=detail.reason or "",
        summary=" ".join(one.text for one in sentences)[:MOST_SUMMARY], language=detail.language or "en",
        queue=detail.queue or "", priority=detail.priority or 9,
        disclosure="heard" if packet is not None and packet.disclosure_heard else "not_heard",
        consent=packet.consent.state if packet is not None and packet.consent is not None else "not_needed",
    )


def _end(
    parts: Parts, who: Principal, context: TransferContext, body: AskedTransfer, carried: Carried, asked: Asked | None
) -> Mapping[str, object]:
    at = now()
    came = {"transfer": context.transfer, "tries": carried.tries, "took_ms": carried.took_ms, "why": carried.why}
    facts = {"handoff": context.handoff, "transfer": context.transfer, "desk": body.desk, "kind": body.kind,
             "tries": carried.tries}
    said: Data = (
        TransferCompleted.model_validate({**facts, "took_ms": carried.took_ms}) if carried.why is None
        else TransferFailed.model_validate({**facts, "why": carried.why})
    )
    with tenant_transaction(parts.pool, who.tenant) as connection:
        told = handoff_desk.told(
            connection, who.tenant, context.handoff, said, number=1, of=context.transfer, at=at
        )
        outbox.add(connection, told)
        if asked is not None:
            idempotency.remember(connection, asked, came)
    if carried.why is None:
        return came
    step = desk_steps.release(
        handoff=context.handoff, agent=who.subject, why="transfer_failed", after=("accepted",)
    )
    with tenant_transaction(parts.pool, who.tenant) as connection:
        handoff_desk.take(connection, who.tenant, context.handoff, step, agent=who.subject, at=at)
    return came
