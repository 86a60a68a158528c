"""/healthz, /readyz and /metrics: is it alive, can it serve, how does it do."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.auth import operators
from api.parts import HasParts, Parts
from infra.clock import now
from infra.database import transaction
from infra.redaction_failures import all_failures, degraded
from schemas.topics import TOPICS

router = APIRouter(tags=["operators"], dependencies=[Depends(operators)])
WITHIN_S = 3.0
STALE_AFTER = timedelta(seconds=30)  # checkpoints come once a second while the log grows
STALE = text("""
SELECT count(*) FROM audit_head AS head
WHERE head.last_recorded_at < :before
  AND head.size > coalesce((SELECT max(size) FROM audit_checkpoint AS signed WHERE signed.tenant = head.tenant), 0)
""")
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Readiness(BaseModel):
    """Whether this process can serve; a part that cannot says why."""

    ready: bool
    degraded: bool = Field(default=False, description="serves, but less: redaction withholds texts it cannot read")
    parts: dict[str, str]


@router.get("/healthz", operation_id="health", summary="Is the process alive")
async def health() -> dict[str, str]:
    """Answer as long as the event loop turns."""
    return {"status": "ok"}


@router.get(
    "/readyz", operation_id="ready", summary="Can the process serve", response_model=Readiness,
    responses={503: {"model": Readiness, "description": "a part is away"}},
)
async def ready(parts: HasParts) -> Response:
    """Ask every part that an accepted event needs."""
    checks = {
        "broker": _broker, "database": _database, "checkpoint": _checkpoint, "audio": _audio, "redaction": _redaction,
    }
    said = await asyncio.gather(*(_within(check, parts) for check in checks.values()))
    found = dict(zip(checks, said, strict=True))
    # Texts are withheld while a detector fails, but calls go on: taking the doors away would end them.
    needed = [each for name, each in found.items() if name != "redaction"]
    readiness = Readiness(
        ready=all(each == "ok" for each in needed), degraded=found["redaction"] != "ok", parts=found
    )
    status = HTTPStatus.OK if readiness.ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse(readiness.model_dump(), status_code=status, headers={"Cache-Control": "no-store"})


@router.get(
    "/metrics", operation_id="metrics", summary="Prometheus metrics", response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
def metrics(parts: HasParts) -> Response:
    """Give the metrics of this process, and what redaction withheld anywhere."""
    try:
        with transaction(parts.pool) as connection:
            withheld = all_failures(connection)
    except DBAPIError:
        withheld = []  # without the database the rest is still told
    return Response(parts.metrics.text(withheld=withheld, at=now()), headers={"Content-Type": PROMETHEUS})


async def _within(check: Callable[[Parts], Awaitable[str]], parts: Parts) -> str:
    try:
        return await asyncio.wait_for(check(parts), WITHIN_S)
    except TimeoutError:
        return f"does not answer within {WITHIN_S:.0f} s"


async def _broker(parts: Parts) -> str:
    admin = AIOKafkaAdminClient(
        bootstrap_servers=parts.bootstrap_servers, client_id="callwarden-ready", request_timeout_ms=int(WITHIN_S * 1000)
    )
    try:
        await admin.start()
        there = set(await admin.list_topics())
    except (KafkaError, OSError) as outside:
        return f"does not answer: {type(outside).__name__}"
    finally:
        await admin.close()
    missing = [topic.name for topic in TOPICS if topic.name not in there]
    return f"topics are missing: {', '.join(missing)}" if missing else "ok"


async def _database(parts: Parts) -> str:
    return await asyncio.to_thread(_ask, parts, None)


async def _checkpoint(parts: Parts) -> str:
    return await asyncio.to_thread(_ask, parts, now() - STALE_AFTER)


def _ask(parts: Parts, before: datetime | None) -> str:
    try:
        with transaction(parts.pool) as connection:
            if before is None:
                connection.execute(text("SELECT 1"))
                return "ok"
            stale: int = connection.execute(STALE, {"before": before}).scalar_one()
    except DBAPIError as outside:
        return f"the database does not answer: {type(outside).__name__}"
    return f"{stale} logs have entries no checkpoint covers for {STALE_AFTER.seconds} s" if stale else "ok"


async def _redaction(parts: Parts) -> str:
    return await asyncio.to_thread(_withheld, parts)


def _withheld(parts: Parts) -> str:
    try:
        with transaction(parts.pool) as connection:
            failures = all_failures(connection)
    except DBAPIError as outside:
        return f"unknown: the database does not answer: {type(outside).__name__}"
    age = degraded(failures, at=now())
    if age is None:
        return "ok"
    number = sum(one.number for one in failures)
    return f"degraded: {number} texts withheld so far, the last {max(age.total_seconds(), 0):.0f} s ago"


async def _audio(parts: Parts) -> str:
    return "ok" if parts.gateway.partition is not None else "owns no partition of call.audio.out"
