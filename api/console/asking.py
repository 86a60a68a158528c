"""How a page asks: the app's own HTTP API, in this process, as the person who looks; nothing else is read."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import aclosing
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from httpx2 import ASGITransport, AsyncClient, HTTPError, Response
from starlette.types import ASGIApp

from api.console.streaming import NotStreamed, Told, follow, scope_of

WITHIN_S = 10.0
# What people are told to do, by the slug of the problem document; its own detail follows where there is none.
SENTENCES = {
    "unauthorized": "Your login has ended.",
    "session-over": "Your session has ended.",
    "handoff-taken": "A colleague has this call now. Take another one from the queue.",
    "version-changed": "This changed while you looked at it. It has been loaded again: look, then try once more.",
    "call-forgotten": "This call was erased. Its words are gone for good; the log still proves that it took place.",
    "handoff-unfit": "You are not on duty for this call: it needs skills or a language that you do not have.",
    "reveal-closed": "The time of this reveal is over, or it was decided. Ask for a new one.",
    "not-in-a-checkpoint": "No signed checkpoint covers this entry yet. One follows within a minute: try again then.",
    "try-again": "A part of the service does not answer. Nothing was lost: try again in a moment.",
    "internal": "This could not be done. Try again; if it stays so, tell whoever operates the service.",
    "too-many-requests": "That was too much at once. Wait a few seconds, then try again.",
    "idempotency-key-reused": "This was sent before with other words. Load the page again.",
}
AWAY = "try-again"
Given = TypeVar("Given")


class Refused(Exception):
    """An answer of the API that is no success, as a sentence that says what to do."""

    def __init__(self, status: int, slug: str, detail: str, *, field: str | None = None) -> None:
        """Take what the problem document says."""
        self.status, self.slug, self.detail, self.field = status, slug, detail, field
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        known = SENTENCES.get(self.slug)
        if known is not None:
            return known
        said = self.detail[:1].upper() + self.detail[1:]
        return said if said.endswith((".", "?", "!")) else f"{said}."

    @property
    def away(self) -> bool:
        """Tell whether it is the service that is missing, not the right or the thing."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def path(*parts: str) -> str:
    """Write a path of the API; a part can hold anything and stays one part."""
    return "/v1/" + "/".join(quote(one, safe="") for one in parts)


class Asking:
    """One person's way to the API."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str], *, address: str, client: tuple[str, int]) -> None:
        """Take the app, who asks, the address that her browser knows it by, and hers, whose requests are counted."""
        self._app, self._headers, self._address, self._from = app, dict(headers), urlsplit(address), client
        transport = ASGITransport(app=app, raise_app_exceptions=False, client=client)
        self._client = AsyncClient(transport=transport, base_url=address, headers=dict(headers))

    async def get(self, path: str, query: Mapping[str, object] | None = None) -> Any:
        """Read; raises Refused."""
        return (await self.send("GET", path, query=query)).json()

    async def post(
        self, path: str, body: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Do; raises Refused."""
        return (await self.send("POST", path, body=body, headers=headers)).json()

    async def follow(self, path: str, query: str = "") -> AsyncGenerator[list[Told], None]:
        """Follow a stream until it ends; an empty list says that it is still there. Raises Refused."""
        headers = {**self._headers, "Host": self._address.netloc, "Accept": "text/event-stream"}
        scope = scope_of(path, query, headers, client=self._from, scheme=self._address.scheme)
        try:
            async with aclosing(follow(self._app, scope)) as stream:
                async for told in stream:
                    yield told
        except NotStreamed as instead:
            raise refused(instead.answer) from None

    async def send(
        self, method: str, path: str, *, query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Ask and give the whole answer; raises Refused."""
        asked = {name: str(value) for name, value in (query or {}).items() if value not in (None, "")}
        try:
            async with asyncio.timeout(WITHIN_S):
                answer = await self._client.request(
                    method, path, params=asked or None, json=dict(body) if body is not None else None,
                    headers=dict(headers or {}),
                )
        except (TimeoutError, HTTPError, OSError):
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, AWAY, "no answer in time") from None
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise refused(answer)
        return answer


async def outcome(work: Awaitable[Given]) -> Given | Refused:
    """Give what comes of a question, or why nothing does: of several at once each has a place of its own."""
    try:
        return await work
    except Refused as refused:
        return refused


def told(part: Mapping[str, Any] | Refused) -> Mapping[str, Any]:
    """Give what came of a question; raises Refused where nothing did."""
    if isinstance(part, Refused):
        raise part
    return part


def refused(answer: Response) -> Refused:
    """Read a problem document."""
    try:
        said = json.loads(answer.content)
        slug, detail = str(said["type"]).rsplit(":", 1)[-1], str(said["detail"])
    except (ValueError, KeyError, TypeError):
        return Refused(answer.status_code, "internal", "the answer cannot be read")
    return Refused(answer.status_code, slug, detail, field=said.get("field"))
