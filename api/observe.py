"""Around every request: a span, the metrics, and a problem document for what nobody caught."""

import time

import structlog
from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import problem_of
from infra import telemetry
from schemas import telemetry as registry

log = structlog.get_logger()
UNMATCHED = "unmatched"


class Observe:
    """ASGI middleware; only route templates are named, as paths hold ids."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        """Wrap an app."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.monotonic()
        span = telemetry.start_span(registry.REQUEST, kind=SpanKind.SERVER, parent=_parent(scope))
        token = contexts.attach(trace.set_span_in_context(span))
        try:
            await self._app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001 - the last place before a stack with a caller's words in it is printed
            telemetry.fail(span, error)
            log.error("a request failed", route=_route(scope), error=type(error).__name__)
            if not status:
                await problem_of(error).response()(scope, receive, watch)
        finally:
            contexts.detach(token)
            route = _route(scope)
            span.update_name(f"{registry.REQUEST} {route}")
            telemetry.annotate(span, {
                registry.HTTP_METHOD: scope["method"], registry.HTTP_ROUTE: route, registry.HTTP_STATUS: status,
            })
            span.end()
            seconds = time.monotonic() - began
            self._metrics.served(method=scope["method"], route=route, status=status, seconds=seconds)


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", UNMATCHED)


def _parent(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"traceparent":
            return str(value.decode("ascii", "replace"))
    return None
