"""Handoffs as they change, as server-sent events (HTML Living Standard, 9.2)."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from api.parts import Parts
from infra import handoff_desk, presence
from infra.clock import now
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.answers import HandoffSummary

HEARTBEAT_S = 10.0  # below the minute after which proxies close a silent connection; also the look without a bell


async def stream(parts: Parts, who: Principal, *, mine: bool = False) -> AsyncIterator[bytes]:
    """Give what is open, then each change; a state is never told twice, a missed bell costs one heartbeat."""
    known: dict[str, int] = {}
    with parts.bell.waiter(who.tenant) as bell:
        yield b"retry: 1000\n\n"
        while True:
            bell.clear()
            try:
                news = await asyncio.to_thread(_changed, parts, who, dict(known), mine)
            except (DBAPIError, PoolExhausted):
                news = []  # told at the next look
            for each in news:
                known[each.handoff] = each.version
                if each.state not in handoff_desk.OPEN:
                    del known[each.handoff]  # bounded by what is open
                yield _event(each)
            try:
                await asyncio.wait_for(bell.wait(), HEARTBEAT_S)
            except TimeoutError:
                yield b": still here\n\n"


def _changed(parts: Parts, who: Principal, known: Mapping[str, int], mine: bool) -> list[HandoffSummary]:
    with tenant_transaction(parts.pool, who.tenant) as connection:
        presence.touch(connection, who.tenant, who.subject, at=now())
        return handoff_desk.changed(connection, who.tenant, known, taker=who.subject if mine else None)


def _event(handoff: HandoffSummary) -> bytes:
    data = handoff.model_dump_json(exclude_none=True)
    return f"event: {handoff.state}\nid: {handoff.handoff}:{handoff.version}\ndata: {data}\n\n".encode()
