"""What policy found and demands: each verdict cites its rule, the policy version, the events and the places in them."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.base import Data, Frozen

EmergencyKind = Literal["medical", "fire_gas_co", "violence", "self_harm"]


class Evidence(Frozen):
    """Where a rule saw what it found: characters of the redacted text of one event."""

    event_id: str
    turn: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class _Verdict(Data):
    rule: str
    kind: str
    score: float = Field(ge=0, le=1)
    reason: str
    policy_version: str
    because: tuple[Evidence, ...] = Field(min_length=1)


class VerdictReached(_Verdict):
    """One rule's finding."""

    type: ClassVar[str] = "verdict_reached"


class ShadowVerdictReached(_Verdict):
    """What a policy version that only watches would have found; nothing acts on it."""

    type: ClassVar[str] = "shadow_verdict_reached"


class EmergencyDetected(Data):
    """A person may be in danger: somebody must be told now, also when it was only an interim."""

    type: ClassVar[str] = "emergency_detected"
    kind: EmergencyKind
    rule: str
    score: float = Field(ge=0, le=1)
    reason: str
    policy_version: str
    provisional: bool = Field(description="seen on an interim transcript, not yet on a final one")
    because: tuple[Evidence, ...] = Field(min_length=1)


class HandoffRequested(Data):
    """A person must take over."""

    type: ClassVar[str] = "handoff_requested"
    handoff: str = Field(description="id of the handoff")
    rule: str
    reason: str
    policy_version: str
    queue: str
    priority: int = Field(ge=1, le=9, description="1 is most urgent")
    because: tuple[Evidence, ...] = Field(min_length=1)


class DisclosureGiven(Data):
    """The caller has heard it, as logs before `disclosure_heard` say; read as that one (schemas/disclosures.py)."""

    type: ClassVar[str] = "disclosure_given"
    disclosure: str
    rule: str
    policy_version: str
    because: tuple[Evidence, ...] = Field(min_length=1)


class DisclosureMissed(Data):
    """The disclosure was due and had not been heard."""

    type: ClassVar[str] = "disclosure_missed"
    disclosure: str
    rule: str
    policy_version: str
    round: int = Field(default=0, ge=0)
    reason: Literal["never_said", "interrupted", "not_reported"] | None = Field(
        default=None, description="not_reported: it became speech, and nobody says that it was played"
    )
    at_word: int | None = Field(default=None, ge=0, description="words of it that were heard")
