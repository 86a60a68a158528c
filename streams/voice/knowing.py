"""What is known of the caller before she says anything: looked up beside the greeting, redacted, never waited for."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, runtime_checkable

from governance.errors import TransientError
from schemas.turns import Provider, ProviderFailed
from streams.voice.reporter import Reporter
from streams.voice.start import Setup

LOOKUP = Provider(name="caller-context", model="http")
HEAD = "Known about the caller before the call:"
# What is known, in sentences as they come from outside; raises TransientError.
Lookup = Callable[[Setup], Awaitable[tuple[str, ...]]]


@runtime_checkable
class Introduces(Protocol):
    """A redaction that can hide what is told of the caller by somebody else."""

    async def about(self, text: str) -> str:
        """Give the text without personal data; raises TransientError."""


async def nobody_knows(setup: Setup) -> tuple[str, ...]:  # noqa: ARG001 - stands in where nobody is asked
    """Know nothing."""
    return ()


class Knowing:
    """One call's look-up; it runs while the greeting is said."""

    def __init__(self, lookup: Lookup, setup: Setup, reporter: Reporter, *, redact: object) -> None:
        """Begin at once; where the redaction cannot hide what is told, nothing of it is used."""
        self._redact = redact
        self.state = "off" if lookup is nobody_knows else "asked"  # asked, loaded, nothing or failed
        self.text: str | None = None
        self._reporter = reporter
        self._asking = asyncio.create_task(self._ask(lookup, setup)) if self.state == "asked" else None

    @property
    def possible(self) -> bool:
        """Whether anything of this caller is known or may still be: her answers are then hers alone."""
        return self.state in {"asked", "loaded"}

    async def close(self) -> None:
        """Wait no longer."""
        if self._asking is not None:
            self._asking.cancel()
            with suppress(asyncio.CancelledError):
                await self._asking

    async def _ask(self, lookup: Lookup, setup: Setup) -> None:
        try:
            found = await self._hidden(await lookup(setup))
        except TransientError as failed:
            self.state = "failed"
            self._reporter.failed(ProviderFailed(
                provider=LOOKUP, operation="caller_context", error=str(failed)[:200], fallback="answered without it",
            ), None)
            return
        self.state = "loaded" if found else "nothing"
        self.text = "\n".join((HEAD, *found)) if found else None

    async def _hidden(self, facts: tuple[str, ...]) -> list[str]:
        if facts and not isinstance(self._redact, Introduces):
            raise TransientError("no redaction for it")
        return [await self._redact.about(one) for one in facts] if isinstance(self._redact, Introduces) else []
