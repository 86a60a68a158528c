"""What an operator's own system knows of a caller: one GET with her pseudonym, bounded, JSON `{"facts": ["…"]}`."""

from typing import Protocol

import aiohttp
from pydantic import Field, SecretStr, ValidationError

from governance.errors import InputError, TransientError
from infra.speech.bounded import answered
from schemas.base import Frozen

LARGEST = 16 * 1024
MOST_FACTS, LONGEST_FACT = 20, 300
OK = 200


class CallerContext(Protocol):
    """Whoever knows something of callers before they speak."""

    async def facts(self, *, tenant: str, call_id: str, caller: str) -> tuple[str, ...]:
        """Give what is known, in sentences; raises TransientError. `caller` is a pseudonym, never a number."""


class Facts(Frozen, extra="ignore"):
    """The answer of the operator's system."""

    facts: tuple[str, ...] = Field(default=(), max_length=MOST_FACTS)


class HttpCallerContext:
    """Asks over HTTP; a redirect is not followed."""

    def __init__(self, *, url: str, timeout_ms: int, key: SecretStr | None = None) -> None:
        """Take the address; raises InputError for one that is no HTTP address."""
        if not url.startswith(("http://", "https://")):
            raise InputError("CALLWARDEN_CALLER_CONTEXT_URL: an http:// or https:// address is wanted")
        self._url = url
        self._timeout_ms = timeout_ms
        self._headers = {"authorization": f"Bearer {key.get_secret_value()}"} if key is not None else {}

    async def facts(self, *, tenant: str, call_id: str, caller: str) -> tuple[str, ...]:
        """Give what is known, in sentences; raises TransientError."""
        asked = {"tenant": tenant, "call": call_id, "caller": caller}
        content = await answered(
            lambda: self._get(asked), within_ms=self._timeout_ms, failures=(aiohttp.ClientError, OSError)
        )
        try:
            known = Facts.model_validate_json(content)
        except ValidationError:
            raise TransientError("an answer of another shape") from None
        return tuple(one[:LONGEST_FACT].strip() for one in known.facts if one.strip())

    async def _get(self, asked: dict[str, str]) -> bytes:
        async with (
            aiohttp.ClientSession(headers=self._headers) as session,
            session.get(self._url, params=asked, allow_redirects=False) as answer,
        ):
            if answer.status != OK:
                raise TransientError(f"status {answer.status}")
            content = await answer.content.read(LARGEST + 1)
            while len(content) <= LARGEST and (more := await answer.content.read(LARGEST)):
                content += more
        if len(content) > LARGEST:
            raise TransientError("too long an answer")
        return content
