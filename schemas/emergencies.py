"""The climb of one emergency: people told, endpoints called, what came of each, and who has it now."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from schemas.base import Data, Frozen, Label
from schemas.ladder import Detail
from schemas.verdicts import EmergencyKind, Evidence


class SealedDetail(Frozen):
    """Where the caller is or how to reach her, as `entity_sealed` holds it: under the call's key, never in clear."""

    about: Detail
    pseudonym: str
    entity: str
    key_id: str
    sealed: str = Field(description="base64 of the ciphertext")


class _OfLadder(Data):
    emergency: str = Field(description="id of the emergency: one for each call")
    drill: bool = False


class EmergencyAlerted(_OfLadder):
    """People are told; it is said again until somebody acknowledges."""

    type: ClassVar[str] = "emergency_alerted"
    kinds: tuple[EmergencyKind, ...]
    rule: str
    reason: str
    policy_version: str
    queue: str
    attempt: int = Field(ge=1)
    because: tuple[Evidence, ...] = ()


class EmergencyAnswered(_OfLadder):
    """What the caller said to the confirming question, or that she said nothing."""

    type: ClassVar[str] = "emergency_answered"
    answer: Literal["confirmed", "denied", "silent"]
    because: str | None = Field(default=None, description="event of her words")


class DispatchRequested(_OfLadder):
    """An endpoint is to be called now; `message` is its webhook-id, the same over tries that were not delivered."""

    type: ClassVar[str] = "dispatch_requested"
    dispatch: str
    message: str
    kinds: tuple[EmergencyKind, ...]
    rule: str
    reason: str
    policy_version: str
    rung: int = Field(ge=1)
    attempt: int = Field(ge=1)
    endpoint: str
    details: tuple[SealedDetail, ...] = Field(default=(), description="what this endpoint may be told, still sealed")
    acknowledge_by: AwareDatetime


class DispatchSupplemented(_OfLadder):
    """Where the caller is, or how to reach her, became known after an endpoint was called."""

    type: ClassVar[str] = "dispatch_supplemented"
    dispatch: str
    endpoint: str
    kinds: tuple[EmergencyKind, ...]
    details: tuple[SealedDetail, ...]


class DispatchDelivered(_OfLadder):
    """An endpoint took a message whole; nobody has acknowledged by that."""

    type: ClassVar[str] = "dispatch_delivered"
    dispatch: str
    endpoint: str
    status: int
    took_ms: float
    released: tuple[str, ...] = Field(default=(), description="pseudonyms whose originals it was told")


class DispatchFailed(_OfLadder):
    """A message did not arrive, or was not to be sent."""

    type: ClassVar[str] = "dispatch_failed"
    dispatch: str
    endpoint: str
    outcome: Literal["refused", "failed", "timeout", "unknown_endpoint", "too_late", "no_drills"]
    error: Label | None = Field(default=None, description="kind of failure, never content")
    status: int | None = None
    released: tuple[str, ...] = Field(default=(), description="pseudonyms whose originals may have arrived")


class EmergencyAcknowledged(Data):
    """Somebody took the emergency on: a person of the house, or the dispatcher."""

    type: ClassVar[str] = "emergency_acknowledged"
    emergency: str
    agent: str = Field(description="login of who acknowledged")
    role: str


class DispatchAcknowledged(_OfLadder):
    """The climb ends here: at which rung, by whom; rung 0 is people alone."""

    type: ClassVar[str] = "dispatch_acknowledged"
    by: str
    rung: int = Field(ge=0)
    attempt: int = Field(ge=0)
    endpoint: str | None = None


class LadderExhausted(_OfLadder):
    """Every rung was tried and nobody acknowledged."""

    type: ClassVar[str] = "ladder_exhausted"
    rungs: int = Field(ge=0)
    policy_version: str


class EmergencyStoodDown(_OfLadder):
    """The caller said that nobody is in danger, and the policy lets that count; who was called is told."""

    type: ClassVar[str] = "emergency_stood_down"
    because: str = Field(description="event of her words")
    kinds: tuple[EmergencyKind, ...]
    tell: tuple[str, ...] = Field(default=(), description="endpoints that had been called")
