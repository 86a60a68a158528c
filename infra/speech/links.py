"""One provider of a chain as the calls of a process share it: the port, its circuit, its bound."""

from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from infra.speech.circuit import Circuit
from schemas.turns import Provider

WHOLE_MS = 20_000


class Port(Protocol):
    """What every port of speech and language has."""

    provider: Provider

    async def close(self) -> None:
        """Give connections back."""


P = TypeVar("P", bound=Port)


@dataclass(frozen=True, slots=True)
class Link(Generic[P]):
    """A port and how long one question to it may take in all, the consumer's own time not counted."""

    port: P
    whole_ms: int = WHOLE_MS
    circuit: Circuit = field(default_factory=Circuit)


def linked(given: P | tuple[Link[P], ...]) -> tuple[Link[P], ...]:
    """Give a chain; a port alone is a chain of one."""
    return given if isinstance(given, tuple) else (Link(given),)
