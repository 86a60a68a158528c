"""WS /v1/calls/{call_id}/agent: who has accepted a call speaks with the caller; what she may not is a document."""

import asyncio
import secrets
from http import HTTPStatus
from typing import get_args

from fastapi import APIRouter, Depends, WebSocket

from api.agent_leg import AgentLeg
from api.audio_socket import choice, rate_of
from api.auth import Declared, admit, subprotocol_of
from api.parts import Parts, parts_of
from api.problems import Problem, problem_of
from governance import briefing
from infra import calls_reader, handoff_desk
from infra.clock import now
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.answers import HandoffDetail
from schemas.transfers import TransferKind

router = APIRouter(tags=["handoffs"])
JOINS: tuple[TransferKind, ...] = get_args(TransferKind)


@router.websocket("/v1/calls/{call_id}/agent", dependencies=[Depends(Declared("take_handoffs"))])
async def agent(socket: WebSocket, call_id: str) -> None:
    """Open a leg; of two legs of one call the newest counts."""
    parts = parts_of(socket)
    leg = secrets.token_hex(8)
    try:
        who = await admit(socket, parts, "take_handoffs")
        rate, join = rate_of(socket), choice(socket, "join", JOINS, default="cold")
        hers = await asyncio.to_thread(_hers, parts, who, call_id)
        queue = await parts.gateway.open(tenant=who.tenant, call_id=call_id, leg=leg)
    except Exception as wrong:  # noqa: BLE001 - whatever it is, she gets a document
        await socket.send_denial_response(problem_of(wrong).response())
        return
    try:
        await socket.accept(subprotocol=subprotocol_of(socket))
        session = AgentLeg(
            socket=socket, parts=parts, who=who, call_id=call_id, handoff=hers.handoff, leg=leg, queue=queue,
            sample_rate=rate, join=join, briefing=_briefing(hers),
        )
        await session.run()
    finally:
        parts.gateway.close(tenant=who.tenant, call_id=call_id, leg=leg)


def check_live(parts: Parts, who: Principal, call_id: str) -> tuple[str, ...]:
    """Give the handoffs of this call that its reader has accepted; raises Problem where the call is not live."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        known = calls_reader.call(connection, who.tenant, call_id)
    if known is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "there is no such call")
    if known.state == "ended":
        raise Problem(HTTPStatus.CONFLICT, "call-ended", "the call is over")
    return tuple(
        one.handoff for one in known.handoffs if one.state == "accepted" and one.claimed_by == who.subject
    )


def _hers(parts: Parts, who: Principal, call_id: str) -> HandoffDetail:
    """Give the handoff that she has accepted; that she hears the call is in the audit log before she does."""
    accepted = check_live(parts, who, call_id)
    if not accepted:
        raise Problem(HTTPStatus.FORBIDDEN, "not-yours", "a call is joined by who has accepted it")
    if parts.gateway.partition is None:
        detail = "no partition for audio is free here: try again"
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "try-again", detail)
    with tenant_transaction(parts.pool, who.tenant) as connection:
        hers = handoff_desk.packet(connection, who.tenant, accepted[-1])
    parts.access.looked(who, what="leg", call=call_id, at=now())
    return hers


def _briefing(detail: HandoffDetail) -> str:
    return briefing.words(detail.packet) if detail.packet is not None else detail.reason or "There is no packet."
