"""Who may come in: bearer tokens (RFC 6750), and one table of which role has which right."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Depends
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from api.parts import HasParts, Parts
from api.problems import Problem
from infra.clock import now
from infra.tokens import Principal, Role

Right = Literal[
    "publish", "read_calls", "take_handoffs", "read_audit", "reveal", "approve_reveals", "see_reveals",
    "hear_originals", "set_policies", "steward_data", "keep_webhooks", "see_emergencies", "acknowledge",
    "run_desk", "see_queues",
]
RIGHTS: dict[Right, frozenset[Role]] = {
    "publish": frozenset({"channel"}),
    "read_calls": frozenset({"agent", "supervisor", "compliance", "dpo", "admin"}),
    "take_handoffs": frozenset({"agent", "supervisor"}),
    "read_audit": frozenset({"compliance"}),
    "reveal": frozenset({"agent", "compliance"}),
    "approve_reveals": frozenset({"supervisor", "compliance", "dpo"}),
    "hear_originals": frozenset({"compliance"}),
    "set_policies": frozenset({"compliance"}),
    "run_desk": frozenset({"supervisor"}),
    "see_queues": frozenset({"supervisor", "compliance", "admin"}),
    "see_reveals": frozenset({"agent", "supervisor", "compliance", "dpo"}),
    "see_emergencies": frozenset({"agent", "supervisor", "compliance", "admin"}),
    "acknowledge": frozenset({"channel", "agent", "supervisor", "admin"}),
    "steward_data": frozenset({"compliance", "dpo"}),
    "keep_webhooks": frozenset({"supervisor", "compliance", "admin"}),
}
SUBPROTOCOL = "bearer."  # of a WebSocket: browsers cannot set its Authorization header

# Only for the OpenAPI document; it must not answer itself, as its answers are no problem documents.
Scheme = Annotated[object, Depends(HTTPBearer(auto_error=False, scheme_name="token", bearerFormat="JWT"))]


def token_of(connection: HTTPConnection) -> str | None:
    """Find the token: header first, then a WebSocket's subprotocol, then its query."""
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return token.strip()
    if connection.scope["type"] != "websocket":
        return None  # an address with a token in it ends up in logs; only a WebSocket may need it
    offered = subprotocol_of(connection)
    if offered is not None:
        return offered.removeprefix(SUBPROTOCOL)
    return connection.query_params.get("token")


def subprotocol_of(connection: HTTPConnection) -> str | None:
    """Find the subprotocol that carries the token; the server must name it when it accepts."""
    offered = connection.headers.get("sec-websocket-protocol", "").split(",")
    return next((each.strip() for each in offered if each.strip().startswith(SUBPROTOCOL)), None)


async def admit(connection: HTTPConnection, parts: Parts, right: Right) -> Principal:
    """Give who asks; raises Problem 401, or 403 once the refusal is in the audit log."""
    token = token_of(connection)
    if token is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", "a bearer token is needed: `callwarden token`")
    who = parts.issuer.verify(token, now=now())
    if who.role not in RIGHTS[right]:
        route = getattr(connection.scope.get("route"), "path", "")
        what = f"{connection.scope.get('method', 'WS')} {route}"
        await asyncio.to_thread(parts.access.refused, who, what=what, at=now())
        parts.metrics.refused()
        allowed = ", ".join(sorted(RIGHTS[right]))
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", f"the role {who.role} may not do this; it needs: {allowed}")
    return who


def _may(right: Right) -> Callable[..., Awaitable[Principal]]:
    async def check(connection: HTTPConnection, parts: HasParts, _: Scheme) -> Principal:
        return await admit(connection, parts, right)

    return check


Channel = Annotated[Principal, Depends(_may("publish"))]
Reader = Annotated[Principal, Depends(_may("read_calls"))]
Agent = Annotated[Principal, Depends(_may("take_handoffs"))]
Supervisor = Annotated[Principal, Depends(_may("run_desk"))]
QueueReader = Annotated[Principal, Depends(_may("see_queues"))]
Revealer = Annotated[Principal, Depends(_may("reveal"))]
Approver = Annotated[Principal, Depends(_may("approve_reveals"))]
RevealReader = Annotated[Principal, Depends(_may("see_reveals"))]
Steward = Annotated[Principal, Depends(_may("steward_data"))]
EmergencyReader = Annotated[Principal, Depends(_may("see_emergencies"))]
Acknowledger = Annotated[Principal, Depends(_may("acknowledge"))]
Compliance = Annotated[Principal, Depends(_may("read_audit"))]
WebhookKeeper = Annotated[Principal, Depends(_may("keep_webhooks"))]
PolicyMaker = Annotated[Principal, Depends(_may("set_policies"))]
