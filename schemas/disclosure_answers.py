"""What the report on disclosures answers: the statements that callers should have heard and did not, and how many."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from schemas.base import Frozen
from schemas.disclosures import DisclosureStatus, Occasion

UnheardReason = Literal["never_said", "not_reported", "interrupted", "late"]


class UnheardDisclosure(Frozen):
    """One statement that was not heard, or not in time; it holds no words of anybody."""

    call_id: str
    disclosure: str
    round: int
    occasion: Occasion
    reason: UnheardReason
    explained: str = Field(description="the reason in a sentence, with its numbers")
    at_word: int | None = None
    words: int | None = None
    late_ms: int | None = None
    state: DisclosureStatus
    language: str | None = None
    jurisdiction: str | None = None
    required_at: datetime
    due_at: datetime | None = None
    heard_at: datetime | None = None
    how: str | None = None
    policy_version: str


class DisclosureCount(Frozen):
    """All statements of one kind in the time asked about; the parts sum to `required`."""

    disclosure: str
    required: int
    heard: int
    late: int
    interrupted: int
    never_said: int
    not_reported: int
    pending: int = Field(description="not yet due")


class DisclosureReport(Frozen):
    """One page of calls without a heard disclosure, newest first, and the counts of the whole time asked about."""

    counts: tuple[DisclosureCount, ...]
    unheard: tuple[UnheardDisclosure, ...]
    cursor: str | None = None
