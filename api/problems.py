"""Problem documents (RFC 9457): the only place where an error becomes an HTTP answer."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DataError, DBAPIError
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from governance.errors import InputError, TransientError
from infra.audit_reader import NotInLogError
from infra.emergency_desk import EmergencyTaken, EmergencyUnknown
from infra.erasures import ErasureUnknown, SubjectUnknown
from infra.handoff_desk import HandoffChanged, HandoffTaken, HandoffUnfit, HandoffUnknown
from infra.holds import HoldUnknown
from infra.idempotency import KeyReused
from infra.keys import KeyDestroyed
from infra.machine_accounts import AccountUnknown, NameTaken
from infra.oidc_wire import ProviderAway
from infra.policy_store import PolicyUnknown, VersionTaken
from infra.reveals import RevealClosed, RevealNotYours, RevealUnknown
from infra.reviews import ReviewUnknown
from infra.tokens import TokenRefused
from infra.webhooks.delivery_log import DeliveryUnknown

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = "2"
# What to do about a kind of mistake that people make with curl; others are named by their kind.
HINTS = {
    "timezone_aware": "say the zone as well, e.g. 2026-03-01T00:00:00Z",
    "datetime_parsing": "give an instant, e.g. 2026-03-01T00:00:00Z",
    "datetime_from_date_parsing": "give an instant, e.g. 2026-03-01T00:00:00Z",
    "missing": "this is needed",
    "extra_forbidden": "there is no such field",
    "json_invalid": "this is not JSON",
    "model_attributes_type": "a JSON object is needed; send it with Content-Type: application/json",
}

# Most particular first: the first class that fits names the answer.
KNOWN: tuple[tuple[type[Exception], HTTPStatus, str], ...] = (
    (TokenRefused, HTTPStatus.UNAUTHORIZED, "unauthorized"),
    (ProviderAway, HTTPStatus.SERVICE_UNAVAILABLE, "provider-away"),
    (HandoffUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (HandoffTaken, HTTPStatus.CONFLICT, "handoff-taken"),
    (HandoffUnfit, HTTPStatus.CONFLICT, "handoff-unfit"),
    (HandoffChanged, HTTPStatus.PRECONDITION_FAILED, "version-changed"),
    (KeyReused, HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused"),
    (KeyDestroyed, HTTPStatus.GONE, "call-forgotten"),
    (RevealUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (ReviewUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (RevealNotYours, HTTPStatus.FORBIDDEN, "forbidden"),
    (RevealClosed, HTTPStatus.CONFLICT, "reveal-closed"),
    (PolicyUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (VersionTaken, HTTPStatus.CONFLICT, "version-taken"),
    (EmergencyUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (EmergencyTaken, HTTPStatus.CONFLICT, "emergency-taken"),
    (SubjectUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (ErasureUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (HoldUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (AccountUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (NameTaken, HTTPStatus.CONFLICT, "name-taken"),
    (DeliveryUnknown, HTTPStatus.NOT_FOUND, "not-found"),
    (NotInLogError, HTTPStatus.NOT_FOUND, "not-in-a-checkpoint"),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-input"),
)
OUTSIDE = (TransientError, DBAPIError)


class ProblemDocument(BaseModel):
    """What was wrong; `field` names the place where there is one."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(examples=["urn:callwarden:problem:not-found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no such call"])
    field: str | None = None


# `default`: one shape for every status that is no success.
ANSWERS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "a problem document",
        "content": {MEDIA_TYPE: {"schema": ProblemDocument.model_json_schema()}},
    }
}


class Problem(Exception):
    """An answer that is no success: status, a slug for programs, a sentence for people, members of its own."""

    def __init__(
        self,
        status: HTTPStatus,
        slug: str,
        detail: str,
        *,
        members: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say what is wrong and what to do; never repeat what a caller said."""
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.members = dict(members or {})
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """Write the document."""
        headers = dict(self.headers)
        if self.status is HTTPStatus.UNAUTHORIZED:
            headers.setdefault("WWW-Authenticate", "Bearer")
        if self.status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers.setdefault("Retry-After", RETRY_AFTER_S)
        content = {
            "type": f"urn:callwarden:problem:{self.slug}",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            **self.members,
        }
        return JSONResponse(content, status_code=self.status, headers=headers, media_type=MEDIA_TYPE)


def unknown(what: str) -> Problem:
    """Say that this tenant has no such thing."""
    return Problem(HTTPStatus.NOT_FOUND, "not-found", f"there is no such {what}")


def problem_of(error: Exception) -> Problem:
    """Give the document of an error of ours."""
    if isinstance(error, Problem):
        return error
    for kind, status, slug in KNOWN:
        if isinstance(error, kind):
            return Problem(status, slug, str(error))
    if isinstance(error, DataError):
        # A value that no column takes, e.g. a NUL character; the driver's own words may repeat it.
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-input", "a value cannot be stored")
    if isinstance(error, OUTSIDE):
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "try-again", "a part of the service is away: try again")
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "the request could not be served")


def install(app: FastAPI) -> None:
    """Answer every error of an app with a problem document."""
    for kind in (Problem, InputError, TransientError, DBAPIError, Exception):
        app.add_exception_handler(kind, _answer)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.router.default = _nothing_here


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":  # told like every other path that is none, where the server can
        await WebSocket(scope, receive, send).send_denial_response(unknown("path").response())
        return
    raise HTTPException(HTTPStatus.NOT_FOUND)


async def _answer(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        route = getattr(request.scope.get("route"), "path", "")
        log.error("a request failed", route=route, error=type(error).__name__, status=int(problem.status))
    return problem.response()


async def _answer_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is installed for
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Problem(status, "too-large", "a request may not be so long").response()
    slug = "-".join(status.phrase.lower().split())
    return Problem(status, slug, status.phrase, headers=error.headers).response()


async def _answer_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what the handler is installed for
    # Place and kind only: pydantic's own entries repeat the input.
    wrong: Sequence[dict[str, str]] = [
        {"field": ".".join(str(step) for step in each["loc"][1:]) or str(each["loc"][0]), "reason": each["type"]}
        for each in error.errors()
    ]
    detail = f"{wrong[0]['field']}: {HINTS.get(wrong[0]['reason'], wrong[0]['reason'])}"
    members = {"field": wrong[0]["field"], "errors": list(wrong)}
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-input", detail, members=members).response()
