"""POST /v1/events: the door for channels that speak CloudEvents over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field

from api.auth import Channel
from api.bodies import read_body_of
from api.cloudevents import BATCH, ONE, call_of, read_body, read_event
from api.examples import batch_example, event_examples, event_schema
from api.parts import HasParts, Parts
from api.problems import Problem
from infra import telemetry
from infra.clock import now
from infra.languages import LanguageNotInstalled, model_of
from infra.tokens import Principal
from schemas.base import Event
from schemas.calls import CallStarted
from schemas.codec import Unreadable
from schemas.topics import CALL_RAW

router = APIRouter(tags=["channels"])


class Accepted(BaseModel):
    """The ids of the events, in the order they were sent; sent again, they have the same ids."""

    ids: list[str] = Field(examples=[["5b0c2b70-5a0b-5b3e-8d0c-0f6a4a2a7e11"]])


@dataclass(frozen=True, slots=True)
class Wrong:
    """What of a batch could not be read."""

    index: int
    raw: object
    why: Unreadable


BODY = {
    "requestBody": {
        "required": True,
        "content": {
            ONE: {"schema": event_schema(), "examples": event_examples()},
            BATCH: {"schema": {"type": "array", "items": event_schema()}, "examples": batch_example()},
        },
    }
}


@router.post(
    "/v1/events",
    status_code=HTTPStatus.ACCEPTED,
    operation_id="publishEvents",
    summary="Publish events of calls",
    openapi_extra=BODY,
)
async def publish(
    request: Request,
    who: Channel,
    parts: HasParts,
    content_type: Annotated[str, Header(include_in_schema=False)] = "",
) -> Accepted:
    """Answer once every readable event is durable; an unreadable one becomes a dead letter and a 422."""
    body = await read_body_of(request)
    received_at = now()
    try:
        raws = read_body(content_type, body)
    except Unreadable as why:
        await _bury(parts, who, Wrong(0, body, why), received_at)
        raise _problem([Wrong(0, body, why)], [], []) from None
    with telemetry.send_span(CALL_RAW.name, count=len(raws)) as traceparent:
        events, wrong = _sort(raws, who, traceparent, received_at, parts.languages)
        await parts.door.accept([event for _, event in events])
    parts.metrics.accepted(len(events))
    for each in wrong:
        await _bury(parts, who, each, received_at)
    ids = [event.id for _, event in events]
    if wrong:
        raise _problem(wrong, [index for index, _ in events], ids)
    return Accepted(ids=ids)


def _sort(
    raws: list[object], who: Principal, traceparent: str | None, received_at: datetime, languages: Mapping[str, str]
) -> tuple[list[tuple[int, Event]], list[Wrong]]:
    events: list[tuple[int, Event]] = []
    wrong: list[Wrong] = []
    for index, raw in enumerate(raws):
        try:
            event = read_event(raw, tenant=who.tenant, received_at=received_at, traceparent=traceparent)
            if isinstance(event.data, CallStarted):
                model_of(event.data.language, languages)
        except LanguageNotInstalled as why:
            told = Unreadable(f"data.language: {why}", "data.language", told="data.language")
            wrong.append(Wrong(index, raw, told))
        except Unreadable as why:
            wrong.append(Wrong(index, raw, why))
        else:
            events.append((index, event))
    return events, wrong


async def _bury(parts: Parts, who: Principal, wrong: Wrong, at: datetime) -> None:
    # Of each request: the same content sent again is another letter, as it came another time.
    content = wrong.raw if isinstance(wrong.raw, bytes) else _written(wrong.raw)
    await parts.door.dead_letter(
        topic=CALL_RAW.name, call_id=call_of(wrong.raw), tenant=who.tenant, reason=wrong.why.reason,
        field=wrong.why.field, content=content, at=at,
    )
    parts.metrics.dead()


def _written(raw: object) -> bytes:
    try:
        return json.dumps(raw).encode()
    except RecursionError:  # read at a shallower place of the stack, it may be too deep to write at this one
        return b""


def _problem(wrong: list[Wrong], taken: list[int], ids: list[str]) -> Problem:
    errors = [{"index": each.index, "field": each.why.told, "reason": each.why.reason} for each in wrong]
    members = {
        "field": wrong[0].why.told,
        "errors": errors,
        "ids": ids,
        "accepted": [{"index": index, "id": one} for index, one in zip(taken, ids, strict=True)],
    }
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-event", wrong[0].why.reason, members=members)
