"""Reviews: what a person who read a call says of a text, an alarm or the whole of it; never a word that was said."""

import re
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field, model_validator

from schemas.base import Data, Frozen, Label

ReviewLabel = Literal["leak", "clean", "right", "false_alarm", "missed", "complete", "retracted"]
# Kinds come from lists: a field that takes any word would take the word that leaked.
LeakKind = Literal[
    "ACCOUNT_NUMBER", "ADDRESS", "AGE", "BOOKING_REF", "CLAIM_NUMBER", "CREDIT_CARD", "DATE_OF_BIRTH",
    "EMAIL_ADDRESS", "HEALTH", "IBAN_CODE", "IP_ADDRESS", "LOCATION", "MEDICAL_RECORD", "NATIONAL_ID", "NUMERIC_ID",
    "ORGANIZATION", "OTHER", "PERSON", "PHONE_NUMBER", "POLICY_NUMBER",
]
MissedKind = Literal["handoff", "emergency", "policy"]
MOST_PLACES = 20
MOST_SAMPLED = 500
SIGNALS = ("handoff", "emergency", "policy")
NEEDS_AN_EVENT = ("leak", "clean", "right", "false_alarm")
SAMPLE = r"^[0-9]{1,10}/[0-9]{1,3}/[0-9T:.+Z-]{10,40}/[0-9T:.+Z-]{10,40}$"


class Place(Frozen):
    """Where in the redacted text something still stands: characters, not the words."""

    start: int = Field(ge=0, le=1_000_000)
    length: int = Field(ge=1, le=10_000)


class CallReviewed(Data):
    """Somebody read a call and said of a part of it what she saw; her later word on the same replaces this one."""

    type: ClassVar[str] = "call_reviewed"
    agent: str = Field(description="who said it")
    label: ReviewLabel
    subject: Label = Field(description="what it is about, as one place of hers: a text, an alarm, a kind, the call")
    about: Label | None = Field(default=None, description="id of the event that she looked at")
    kind: LeakKind | MissedKind | None = None
    places: tuple[Place, ...] = Field(default=(), max_length=MOST_PLACES)
    rule: Label | None = Field(default=None, description="of the alarm")
    policy_version: Label | None = Field(default=None, description="what the call was held to")
    began_at: AwareDatetime = Field(description="when the call began: the day that it counts for")
    sample: Label | None = Field(default=None, description="the draw that the call came by: seed, size, from, to")
    texts: int | None = Field(default=None, ge=0, description="of `complete`: texts that the call has")
    alarms: int | None = Field(default=None, ge=0, description="of `complete`: rules that fired in the call")


class ReviewRequest(Frozen):
    """One label for one thing; by the same person for the same thing it replaces the one before."""

    label: ReviewLabel = Field(examples=["leak"])
    about: Label | None = Field(
        default=None, description="event id of a text (leak, clean) or of an alarm (right, false_alarm)"
    )
    kind: LeakKind | MissedKind | None = Field(
        default=None, description="of a leak, or which signal was missed", examples=["PERSON"]
    )
    places: tuple[Place, ...] = Field(default=(), max_length=MOST_PLACES, description="of a leak; never the words")
    sample: str | None = Field(
        default=None, pattern=SAMPLE, description="of `complete`: the draw (GET /v1/reviews/sample) that named it"
    )

    @model_validator(mode="after")
    def _whole(self) -> "ReviewRequest":
        needs = self.label in NEEDS_AN_EVENT
        if (needs and self.about is None) or (self.about is not None and not needs and self.label != "retracted"):
            raise ValueError("about: leak, clean, right and false_alarm name an event; missed and complete do not")
        signal = self.kind in SIGNALS
        if self.label == "missed" and not signal:
            raise ValueError("kind: say which signal was missed: handoff, emergency or policy")
        if self.label == "leak" and signal:
            raise ValueError("kind: a leak is of a kind of personal data")
        taken_back = self.label == "retracted" and (self.kind is None or (signal and self.about is None))
        if self.label not in ("leak", "missed") and not taken_back and self.kind is not None:
            raise ValueError("kind: only a leak and a missed signal have one")
        if self.places and self.label != "leak":
            raise ValueError("places: only a leak has places")
        if self.sample is not None and self.label != "complete":
            raise ValueError("sample: only `complete` is said of a draw")
        return self


class Review(Frozen):
    """A label as it stands now."""

    agent: str
    label: ReviewLabel
    about: str | None = None
    kind: str | None = None
    places: tuple[Place, ...] = ()
    rule: str | None = None
    sample: str | None = None
    texts: int | None = None
    alarms: int | None = None
    event_id: str = Field(description="of the event, and so of its entry in the audit log")
    given_at: datetime


class ReviewPage(Frozen):
    """What stands about a call, oldest first."""

    call_id: str
    reviews: tuple[Review, ...]


class Draw(Frozen):
    """How calls were drawn: the same draw names the same calls."""

    seed: int = Field(ge=0, le=2**31 - 1)
    size: int = Field(ge=1, le=MOST_SAMPLED)
    from_at: AwareDatetime
    to_at: AwareDatetime

    @property
    def name(self) -> str:
        """Write it as `complete` takes it."""
        return f"{self.seed}/{self.size}/{self.from_at.isoformat()}/{self.to_at.isoformat()}"


def read_draw(name: str) -> Draw:
    """Read the name of a draw; raises ValueError."""
    if re.fullmatch(SAMPLE, name) is None:
        raise ValueError("no name of a draw")
    seed, size, from_at, to_at = name.split("/")
    return Draw(
        seed=int(seed), size=int(size), from_at=datetime.fromisoformat(from_at), to_at=datetime.fromisoformat(to_at)
    )


class SampledCall(Frozen):
    """A call that was drawn."""

    call_id: str
    started_at: datetime
    language: str | None = None
    policy_version: str | None = None
    complete: bool = Field(description="who asks has read the whole of it, in this draw")


class ReviewSample(Frozen):
    """Calls drawn at random of all that began in a time; `sample` is the name of the draw."""

    sample: str
    calls: tuple[SampledCall, ...]
    population: int = Field(description="calls that could have been drawn")


class Rate(Frozen):
    """A share with its 95 % interval after Wilson; both absent where the calls were not drawn, or there was nothing."""

    of: int
    found: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None


class ReviewFigures(Frozen):
    """What reading calls of one day (absent: of the whole time) and policy version showed.

    `sample`: calls that were drawn and read whole. `chosen`: calls that somebody picked, or has not read to their
    end: counts, which say nothing about the calls that nobody picked.
    """

    day: str | None = Field(default=None, description="on which the calls began, in UTC")
    policy_version: str | None = None
    basis: Literal["sample", "chosen"]
    calls: Rate = Field(description="calls read, and of these calls with a leak")
    texts: Rate = Field(description="texts read, and of these leaks")
    alarms: Rate = Field(description="alarms judged, and of these false ones")
    missed: Rate = Field(description="calls read, and of these calls in which a signal is missing")


class ReviewReport(Frozen):
    """By day and policy version, and by policy version over the whole time."""

    days: tuple[ReviewFigures, ...]
    whole: tuple[ReviewFigures, ...]
