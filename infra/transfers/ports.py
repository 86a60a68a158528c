"""What a desk of a carrier promises: it takes the call with its context, or says why not; each keeps its own limits."""

from typing import Protocol

from governance.errors import InputError, TransientError
from schemas.base import Frozen
from schemas.transfers import TransferContext


class TransferRefused(InputError):
    """The carrier will not take this call; asking again changes nothing. The message names the kind, never content."""


class TransferUnsure(TransientError):
    """No answer, or one that speaks of a passing fault: the same transfer may be asked for again."""


class Bounds(Frozen):
    """How long one try may take, and how often it is tried."""

    timeout_ms: int = 5_000
    tries: int = 2


class TransferDesk(Protocol):
    """One way to put a call through; `bounds` are kept by who asks (infra/transfers/carrying.py)."""

    bounds: Bounds

    async def take(self, context: TransferContext) -> None:
        """Have the call taken over; raises TransferRefused or TransferUnsure."""

    async def close(self) -> None:
        """Give connections back."""


def fitted(text: str, octets: int) -> str:
    """Cut a text to so many octets of UTF-8, at a character, with a mark where something is missing."""
    if len(text.encode()) <= octets:
        return text
    return text.encode()[: max(0, octets - 3)].decode(errors="ignore").rstrip() + "…"


def attributes(context: TransferContext, octets: int) -> dict[str, str]:
    """Give the context as flat names and texts of so many octets as JSON; the summary gives way first."""
    named = {
        "callwarden_handoff": context.handoff, "callwarden_call": context.call_id,
        "callwarden_packet": context.reference, "reason": fitted(context.reason, 200), "language": context.language,
        "queue": context.queue, "priority": str(context.priority), "transfer": context.kind,
        "disclosure": context.disclosure, "consent": context.consent,
    }
    taken = sum(len(name.encode()) + len(value.encode()) + 8 for name, value in named.items())
    return {**named, "summary": fitted(context.summary, max(3, octets - taken - 16))}
