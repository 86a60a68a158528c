"""What a session's mind asks of those around it: redaction in its several ways, and an answer begun early."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from infra.speech.links import Link
from infra.speech.ports import LanguageModel
from schemas.speech import ChatMessage

# (what the caller said, what was asked before) -> the same without personal data
Redact = Callable[[str, str | None], Awaitable[str]]


@runtime_checkable
class Hides(Protocol):
    """A redaction that also knows the assistant's own words, where a model heard the caller in clear."""

    async def hide(self, text: str) -> str:
        """Give them without personal data; raises TransientError."""


@runtime_checkable
class Foresees(Protocol):
    """A redaction that may begin before it is asked for."""

    def foresee(self, text: str, question: str | None) -> None:
        """Take what will perhaps be asked; returns at once."""


@runtime_checkable
class Previews(Protocol):
    """A redaction that can be had without its text being taken as said."""

    async def preview(self, text: str, question: str | None) -> str:
        """Give the text without personal data; raises TransientError."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model is asked before the end of turn is certain, whom, and what it writes."""

    messages: tuple[ChatMessage, ...]
    link: Link[LanguageModel]
    pieces: AsyncIterator[str]


class Written(Protocol):
    """An answer that is being written already."""

    link: Link[LanguageModel]
    first_at: datetime | None  # when its first words came

    def pieces(self) -> AsyncGenerator[str, None]:
        """Give it from its beginning; raises TransientError."""
