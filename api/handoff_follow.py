"""GET /v1/handoffs/{handoff}/stream: one call while it waits and after: state, packet, each new line (server-sent)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import DBAPIError

from api.auth import Agent
from api.desk_feed import HEARTBEAT_S
from api.handoffs import LIVE
from api.packet_view import for_reader
from api.parts import HasParts, Parts
from infra import handoff_desk, handoff_notes
from infra.clock import now
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.answers import HandoffDetail
from schemas.handoffs import TranscriptLine

router = APIRouter(prefix="/v1/handoffs", tags=["handoffs"])
OVER = ("completed", "withdrawn")
Seen = tuple[HandoffDetail, tuple[TranscriptLine, ...]]


@router.get(
    "/{handoff}/stream",
    operation_id="followHandoff",
    summary="Follow one handoff while the caller waits (server-sent events)",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "handoff, line and amended events"}},
)
def follow(handoff: Annotated[str, Path(max_length=200)], who: Agent, parts: HasParts) -> StreamingResponse:
    """Give the packet and the lines, then what changes; ends when the handoff is over."""
    parts.streams.ask()
    detail, lines = _look(parts, who, handoff)  # a handoff that is not there is a problem document, and no stream
    parts.access.looked(who, what="handoff", call=detail.call_id, at=now())
    return StreamingResponse(
        _stream(parts, who, (detail, lines)), media_type="text/event-stream", headers=LIVE
    )


async def _stream(parts: Parts, who: Principal, first: Seen) -> AsyncIterator[bytes]:
    shown = ""
    told: dict[str, str] = {}
    handoff, call_id = first[0].handoff, first[0].call_id
    with parts.streams.taken(), parts.bell.waiter(who.tenant, call_id=call_id) as bell:
        yield b"retry: 1000\n\n"
        bell.set()  # what has changed since the first look is looked at once that was told
        seen: Seen | None = first
        while True:
            if seen is not None:
                detail, lines = seen
                now_is = detail.model_dump_json(exclude_none=True)
                if now_is != shown:  # a new state, its packet, or a note
                    shown = now_is
                    yield _event("handoff", f"{handoff}:{detail.version}", now_is)
                for line in lines:
                    if told.get(line.event_id) != line.text:
                        name = "amended" if line.event_id in told else "line"
                        told[line.event_id] = line.text
                        yield _event(name, line.event_id, line.model_dump_json(exclude_none=True))
                if detail.state in OVER:
                    yield _event("over", handoff, json.dumps({"state": detail.state}))
                    return
            try:
                await asyncio.wait_for(bell.wait(), HEARTBEAT_S)
            except TimeoutError:
                yield b": still here\n\n"
            bell.clear()
            try:
                seen = await asyncio.to_thread(_look, parts, who, handoff)
            except DBAPIError:
                seen = None  # told at the next look


def _look(parts: Parts, who: Principal, handoff: str) -> Seen:
    with tenant_transaction(parts.pool, who.tenant) as connection:
        detail = handoff_desk.packet(connection, who.tenant, handoff)
        detail = for_reader(connection, parts, who, detail)
        lines = () if detail.partly else handoff_notes.lines(connection, who.tenant, detail.call_id)
    return detail.model_copy(update={"since": ()}), lines


def _event(name: str, id_: str, data: str) -> bytes:
    return f"event: {name}\nid: {id_}\ndata: {data}\n\n".encode()
