"""Who may come in: bearer tokens (RFC 6750) and sessions, and one table of which role has which right."""

import asyncio
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Depends
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from api.credentials import principal_of
from api.parts import HasParts, Parts
from api.problems import Problem
from api.purpose import stated
from infra.clock import now
from infra.tokens import ROLES, Principal, Role, TokenRefused

Right = Literal[
    "publish", "read_calls", "take_handoffs", "read_audit", "reveal", "approve_reveals", "see_reveals",
    "hear_originals", "set_policies", "steward_data", "keep_webhooks", "see_emergencies", "acknowledge",
    "be_known", "carry_audio", "keep_accounts",
    "run_desk", "see_queues", "see_costs", "listen_in", "review_calls",
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
    "listen_in": frozenset({"supervisor"}),
    "review_calls": frozenset({"supervisor", "compliance"}),
    "see_queues": frozenset({"supervisor", "compliance", "admin"}),
    "see_costs": frozenset({"supervisor", "compliance"}),
    "see_reveals": frozenset({"agent", "supervisor", "compliance", "dpo"}),
    "carry_audio": frozenset({"channel"}),
    "keep_accounts": frozenset({"admin"}),
    "be_known": frozenset(ROLES),
    "see_emergencies": frozenset({"agent", "supervisor", "compliance", "admin"}),
    "acknowledge": frozenset({"channel", "agent", "supervisor", "admin"}),
    "steward_data": frozenset({"compliance", "dpo"}),
    "keep_webhooks": frozenset({"supervisor", "compliance", "admin"}),
}
Scope = Literal["events:write", "calls:audio", "emergencies:acknowledge"]
# What a service's key may do, of what the role channel may.
SCOPES: dict[Right, Scope | None] = {
    "publish": "events:write", "carry_audio": "calls:audio", "acknowledge": "emergencies:acknowledge", "be_known": None,
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


async def admit(
    connection: HTTPConnection, parts: Parts, right: Right, *, told: str | None = None
) -> Principal:
    """Give who asks, by a token that was `told` or its own; raises Problem 401, 429, or 403 once that is in the log."""
    parts.limits.address(connection)
    try:
        who = await principal_of(connection, parts, told or token_of(connection))
    except (Problem, TokenRefused):
        parts.limits.refused(connection)
        raise
    parts.limits.principal(connection, who)
    if who.role not in RIGHTS[right] or not _in_scope(who, right):
        route = getattr(connection.scope.get("route"), "path", "")
        what = f"{connection.scope.get('method', 'WS')} {route}"
        await asyncio.to_thread(parts.access.refused, who, what=what, at=now())
        parts.metrics.refused()
        if who.role in RIGHTS[right]:
            detail = f"this key may not do this; it needs the scope: {SCOPES.get(right) or 'none has it'}"
        else:
            allowed = ", ".join(sorted(RIGHTS[right]))
            detail = f"the role {who.role} may not do this; it needs: {allowed}"
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", detail)
    return replace(who, purpose=stated(connection))


def _in_scope(who: Principal, right: Right) -> bool:
    if who.scopes is None:
        return True
    return right in SCOPES and (SCOPES[right] is None or SCOPES[right] in who.scopes)


class May:
    """The dependency of a route that needs a right; docs/authorisation.md is written from these."""

    def __init__(self, right: Right) -> None:
        """Name the right."""
        self.right = right

    async def __call__(self, connection: HTTPConnection, parts: HasParts, _: Scheme) -> Principal:
        """Let in, or refuse."""
        return await admit(connection, parts, self.right)


class Declared:
    """The dependency of a WebSocket, which calls `admit` itself to answer with a document: it only says the right."""

    def __init__(self, right: Right) -> None:
        """Name the right."""
        self.right = right

    async def __call__(self) -> None:
        """Do nothing."""


async def anyone(connection: HTTPConnection, parts: HasParts) -> None:
    """Let in whoever asks: the declaration of a route that needs no login."""
    parts.limits.address(connection)


async def operators() -> None:
    """Let in probes of the house, as often as they like; the network decides who reaches them."""


async def vendors() -> None:
    """Let in who signs as a known vendor: the declaration of a route that checks the signature itself."""


Known = Annotated[Principal, Depends(May("be_known"))]
AccountKeeper = Annotated[Principal, Depends(May("keep_accounts"))]
Channel = Annotated[Principal, Depends(May("publish"))]
Reader = Annotated[Principal, Depends(May("read_calls"))]
Agent = Annotated[Principal, Depends(May("take_handoffs"))]
Supervisor = Annotated[Principal, Depends(May("run_desk"))]
CallReviewer = Annotated[Principal, Depends(May("review_calls"))]
QueueReader = Annotated[Principal, Depends(May("see_queues"))]
CostReader = Annotated[Principal, Depends(May("see_costs"))]
Revealer = Annotated[Principal, Depends(May("reveal"))]
Approver = Annotated[Principal, Depends(May("approve_reveals"))]
RevealReader = Annotated[Principal, Depends(May("see_reveals"))]
Steward = Annotated[Principal, Depends(May("steward_data"))]
EmergencyReader = Annotated[Principal, Depends(May("see_emergencies"))]
Acknowledger = Annotated[Principal, Depends(May("acknowledge"))]
Compliance = Annotated[Principal, Depends(May("read_audit"))]
WebhookKeeper = Annotated[Principal, Depends(May("keep_webhooks"))]
PolicyMaker = Annotated[Principal, Depends(May("set_policies"))]
