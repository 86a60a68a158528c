"""Sends one signed message to one endpoint, once (Standard Webhooks): checked address, bounded time, no redirects."""

import asyncio
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Annotated, Literal
from urllib.parse import urlsplit

import aiohttp
from pydantic import ConfigDict, Field, SecretStr, StringConstraints, field_validator

from infra.webhooks import addresses, signature
from infra.webhooks.addresses import AddressRefused, Resolve
from infra.webhooks.connections import CheckedNames, session
from schemas.base import Frozen

MAX_ANSWER = 64 * 1024
MOST_RETRY_AFTER = timedelta(days=1)
LOOK_UPS = 4  # names asked for at once, in threads of their own: a resolver that hangs holds no other work up
CONTENT = "application/cloudevents+json"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
# `.` divides what is signed, and a header takes no line break.
MessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
# A connection that its receiver has closed shows only when it is used: that try is made on a new one, within its time.
STALE = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


class Endpoint(Frozen):
    """A receiver, what it is told, and how long it may take; its address may hold a secret and is never logged."""

    model_config = ConfigDict(hide_input_in_errors=True)

    name: Name
    url: str = Field(max_length=2000, repr=False)
    secrets: tuple[SecretStr, ...] = Field(min_length=1, max_length=5, description="newest first; each one signs")
    events: frozenset[str] = Field(min_length=1, description="CloudEvents types, or alert, dispatch, handoff")
    timeout_ms: int = Field(default=10_000, ge=50, le=30_000, description="bound of one try as a whole")
    allow_private: bool = Field(default=False, description="may lie in the house's own network, and without TLS")

    @field_validator("url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("an endpoint has an https:// address")
        if parts.username is not None or parts.password is not None:
            raise ValueError("an address holds no login: messages are signed")
        return value

    @field_validator("secrets")
    @classmethod
    def _readable(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for one in value:
            signature.key_of(one)
        return value


class Message(Frozen):
    """What is to be told; the id stays the same over every try, so that a receiver can drop a repetition."""

    id: MessageId
    type: str
    occurred_at: datetime
    body: bytes = Field(repr=False)
    content_type: str = CONTENT


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one try; `error` names the kind and never repeats what a receiver said.

    delivered: a 2xx answer came whole. refused: nothing was sent, the address is not allowed. timeout: no whole answer
    within the endpoint's time; it may have been taken. failed: anything else, another status among it.
    """

    outcome: Literal["delivered", "refused", "failed", "timeout"]
    status: int | None
    took_ms: float
    error: str | None = None
    retry_after_ms: int | None = None


class Sender:
    """Sends from one event loop and keeps connections open; `stop` closes them."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, resolve: Resolve = addresses.resolve) -> None:
        """Take other roots of trust, and another source of names, than the system's."""
        self._tls = tls
        self._resolve = resolve
        self._threads = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="webhook-names")
        # One pool for endpoints of the public, one for those of the house: no connection of one serves the other.
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def stop(self) -> None:
        """Close every connection."""
        for one in self._sessions.values():
            await one.close()
        self._sessions.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def send(self, endpoint: Endpoint, message: Message, *, at: datetime) -> Attempt:
        """Try once; a receiver's fault is in what is given, nothing is raised for it."""
        began = time.perf_counter()
        status: int | None = None
        retry_after: str | None = None
        error: str | None = None
        outcome: Literal["delivered", "refused", "failed", "timeout"] = "failed"
        try:
            async with asyncio.timeout(endpoint.timeout_ms / 1000):
                status, retry_after = await self._exchange(endpoint, message, at)
            if 200 <= status < 300:
                outcome = "delivered"
            else:
                error = "redirect" if 300 <= status < 400 else "status"
        except AddressRefused as wrong:
            outcome, error = "refused", str(wrong)
        except TimeoutError:
            outcome, error = "timeout", "timeout"
        except (aiohttp.ClientError, OSError, ValueError) as outside:
            error = _kind(outside)
        took_ms = (time.perf_counter() - began) * 1000
        return Attempt(outcome, status, took_ms, error, _wait_ms(retry_after, at=at))

    async def _exchange(self, endpoint: Endpoint, message: Message, at: datetime) -> tuple[int, str | None]:
        parts = urlsplit(endpoint.url)
        host = parts.hostname or ""
        if not endpoint.allow_private:
            if parts.scheme != "https":
                raise AddressRefused("no_tls")
            if _literal(host) and not addresses.public(host):
                raise AddressRefused("private_address")
        named = signature.headers(message.id, message.body, at=at, secrets=endpoint.secrets)
        named |= {"Content-Type": message.content_type, "User-Agent": "Callwarden", "Accept-Encoding": "identity"}
        reused = SimpleNamespace(connection=False)
        try:
            return await self._post(endpoint, message.body, named, reused)
        except STALE:
            if not reused.connection:
                raise
            return await self._post(endpoint, message.body, named, reused)

    async def _post(
        self, endpoint: Endpoint, body: bytes, named: dict[str, str], reused: SimpleNamespace
    ) -> tuple[int, str | None]:
        reused.connection = False
        asked = self._session(private=endpoint.allow_private).post(
            endpoint.url, data=body, headers=named, allow_redirects=False, trace_request_ctx=reused
        )
        async with asked as answer:
            left = MAX_ANSWER
            async for part in answer.content.iter_any():
                left -= len(part)
                if left < 0:
                    answer.close()  # its status stands; of the rest nobody reads a word
                    break
            return answer.status, answer.headers.get("Retry-After")

    def _session(self, *, private: bool) -> aiohttp.ClientSession:
        if private not in self._sessions:
            checked = CheckedNames(self._resolve, self._threads, private=private)
            self._sessions[private] = session(checked, tls=self._tls, private=private)
        return self._sessions[private]


def _literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _kind(outside: Exception) -> str:
    match outside:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            return "tls"
        case aiohttp.ClientConnectorDNSError() | socket.gaierror():
            return "name"
        case aiohttp.ClientConnectorError() | ConnectionRefusedError():
            return "connect"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError() | aiohttp.ClientOSError():
            return "dropped"
        case _:
            return "answer"


def _wait_ms(told: str | None, *, at: datetime) -> int | None:
    """Read Retry-After, seconds or a date (RFC 9110, 10.2.3); what cannot be read was not said."""
    if told is None:
        return None
    told = told.strip()
    most = int(MOST_RETRY_AFTER.total_seconds())
    if told.isascii() and told.isdigit():
        return min(int(told[:9]), most) * 1000
    try:
        wait = parsedate_to_datetime(told) - at
    except (ValueError, TypeError):
        return None
    return max(0, min(int(wait.total_seconds()), most)) * 1000
