"""What a caller must be told and asked, and what became of it: required, said, heard; asked, given, withdrawn."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from schemas.base import Data, Frozen, Jurisdiction
from schemas.turns import HeardMethod
from schemas.verdicts import DisclosureGiven, Evidence

Occasion = Literal["start", "to_human", "from_human", "resumed", "listening"]
HeardHow = HeardMethod | Literal["human_speech"]
Mode = Literal["none", "notice", "ask"]
ConsentStatus = Literal["due", "requested", "given", "assumed", "refused", "withdrawn"]
DisclosureStatus = Literal["required", "said", "interrupted", "missed", "late", "heard"]


class OfDisclosure(Data):
    """What every fact about one statement has."""

    disclosure: str = Field(description="its kind: ai, recording, or one of the policy's own")
    round: int = Field(default=0, ge=0, description="0 at the call's start; counted on where it is due again")
    rule: str
    policy_version: str


class DisclosureRequired(OfDisclosure):
    """The caller must hear a statement until `due_at`."""

    type: ClassVar[str] = "disclosure_required"
    occasion: Occasion = "start"
    due_at: AwareDatetime
    language: str
    jurisdiction: Jurisdiction | None = None


class DisclosureSaid(OfDisclosure):
    """A statement became speech; whether it was heard is another fact."""

    type: ClassVar[str] = "disclosure_said"
    utterance: str
    because: tuple[Evidence, ...] = Field(min_length=1)


class DisclosureInterrupted(OfDisclosure):
    """A statement was cut off after `at_word` of its words: it was not given."""

    type: ClassVar[str] = "disclosure_interrupted"
    utterance: str
    at_word: int = Field(ge=0)
    words: int | None = Field(default=None, ge=0, description="of the statement, where they are known")
    because: tuple[Evidence, ...] = Field(min_length=1)


class DisclosureHeard(OfDisclosure):
    """The caller has heard a statement whole; `how` tells by what that is known."""

    type: ClassVar[str] = "disclosure_heard"
    utterance: str | None = None
    how: HeardHow | None = None
    late_ms: int = Field(default=0, ge=0, description="after it was due")
    because: tuple[Evidence, ...] = Field(min_length=1)


class OfConsent(Data):
    """What every fact about consent has."""

    consent: str = "recording"
    rule: str
    policy_version: str


class ConsentRequired(OfConsent):
    """Nothing of what the call sounds like is kept until the caller agrees, as the mode says."""

    type: ClassVar[str] = "consent_required"
    mode: Literal["notice", "ask"]
    on_refusal: Literal["keep", "delete"]
    jurisdiction: Jurisdiction | None = None


class ConsentRequested(OfConsent):
    """The caller has heard the question."""

    type: ClassVar[str] = "consent_requested"
    because: tuple[Evidence, ...] = Field(min_length=1)


class ConsentGiven(OfConsent):
    """The caller agrees."""

    type: ClassVar[str] = "consent_given"
    because: tuple[Evidence, ...] = Field(min_length=1)


class ConsentAssumed(OfConsent):
    """The caller has heard that the call is recorded and is on the line: where a law lets that be enough."""

    type: ClassVar[str] = "consent_assumed"
    because: tuple[Evidence, ...] = Field(min_length=1)


class ConsentRefused(OfConsent):
    """The caller does not agree."""

    type: ClassVar[str] = "consent_refused"
    because: tuple[Evidence, ...] = Field(min_length=1)


class ConsentWithdrawn(OfConsent):
    """The caller agreed before and does not any more."""

    type: ClassVar[str] = "consent_withdrawn"
    because: tuple[Evidence, ...] = Field(min_length=1)


class DisclosureShown(Frozen):
    """How far one statement of a call has come, as a packet shows it."""

    disclosure: str
    round: int
    occasion: Occasion
    state: DisclosureStatus
    at_word: int | None = None
    late_ms: int = 0


class ConsentShown(Frozen):
    """What the caller has said to being recorded."""

    consent: str
    mode: Mode
    state: ConsentStatus


DISCLOSURES: tuple[type[Data], ...] = (
    DisclosureRequired, DisclosureSaid, DisclosureInterrupted, DisclosureHeard,
)
CONSENTS: tuple[type[Data], ...] = (
    ConsentRequired, ConsentRequested, ConsentGiven, ConsentAssumed, ConsentRefused, ConsentWithdrawn,
)


def upcast(data: Data) -> Data:
    """Give an event of an older log in today's shape; its bytes in the log stay as they are."""
    if isinstance(data, DisclosureGiven):
        return DisclosureHeard(
            disclosure=data.disclosure, rule=data.rule, policy_version=data.policy_version, because=data.because
        )
    return data
