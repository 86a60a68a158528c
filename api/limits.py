"""How often one address and one principal may ask (RFC 6585, 4; draft-ietf-httpapi-ratelimit-headers), per process."""

import math
import time
from collections import OrderedDict
from collections.abc import MutableMapping
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem
from governance.token_bucket import Bucket, Rate, take
from infra.tokens import Principal

MOST = 10_000  # who has not asked for longest is forgotten first, and starts again with a full bucket
BURST_S = 10  # a burst is what fits in so many seconds
REFUSED_COSTS = 20  # guesses run dry sooner
STATE = "callwarden.limits"


class Limits:
    """The buckets of one process."""

    def __init__(self, *, address: float, person: float, channel: float) -> None:
        """Requests per second of one address, one person, one channel; 0 is no limit."""
        self._rates = {
            name: Rate(per_s, per_s * BURST_S)
            for name, per_s in (("address", address), ("person", person), ("channel", channel)) if per_s > 0
        }
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def address(self, connection: HTTPConnection) -> None:
        """Count a request of an address; raises Problem 429."""
        self._take(connection, "address", _host(connection), cost=1)

    def refused(self, connection: HTTPConnection) -> None:
        """Count a login that was refused, which costs its address more."""
        rate = self._rates.get("address")
        if rate is not None:
            name = f"address/{_host(connection)}"
            taken = take(self._buckets.get(name), rate, cost=REFUSED_COSTS, at_s=time.monotonic())
            self._keep(name, taken.bucket if taken.fits else Bucket(0.0, taken.bucket.at_s))

    def principal(self, connection: HTTPConnection, who: Principal) -> None:
        """Count a request of whoever is logged in; raises Problem 429."""
        kind = "channel" if who.role == "channel" else "person"
        self._take(connection, kind, f"{who.tenant}/{who.subject}", cost=1)

    def _take(self, connection: HTTPConnection, kind: str, whose: str, *, cost: float) -> None:
        rate = self._rates.get(kind)
        if rate is None:
            return
        name = f"{kind}/{whose}"
        taken = take(self._buckets.get(name), rate, cost=cost, at_s=time.monotonic())
        self._keep(name, taken.bucket)
        said: MutableMapping[str, str] = connection.scope.get(STATE, {})
        reset = math.ceil(taken.full_in_s)
        said["RateLimit-Policy"] = f'"{kind}";q={int(rate.burst)};w={BURST_S}'
        said["RateLimit"] = f'"{kind}";r={taken.left};t={reset}'
        if not taken.fits:
            again = max(1, math.ceil(taken.fits_in_s))
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", f"too many requests: try again in {again} s",
                headers={"Retry-After": str(again)},
            )

    def _keep(self, name: str, bucket: Bucket) -> None:
        self._buckets[name] = bucket
        self._buckets.move_to_end(name)
        while len(self._buckets) > MOST:
            self._buckets.popitem(last=False)


class LimitHeaders:
    """ASGI middleware: tells whoever asks how much is left."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        said: dict[str, str] = {}
        scope[STATE] = said  # one dictionary for every copy that routers make of the scope

        async def add(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message).update(said)
            await send(message)

        await self._app(scope, receive, add)


def _host(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""
