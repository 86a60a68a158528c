"""Everything the service keeps about one person, as she is given it (GDPR 15, 20); other persons are pseudonyms."""

from typing import Literal

from pydantic import AwareDatetime, Field

from schemas.answers import CallDetail, HandoffDetail, SpokenLine, TurnView
from schemas.audit import AuditEntry
from schemas.base import CallId, Frozen
from schemas.recordings import Direction
from schemas.retention import Receipt, RetentionRules


class ExportedOriginal(Frozen):
    """What a pseudonym in the caller's words stands for; `withheld` where it is not given, and why."""

    pseudonym: str
    entity: str
    value: str | None = None
    withheld: str | None = None


class ExportedSound(Frozen):
    """One sealed piece of the recording; the sound itself is at GET /v1/calls/{id}/recording."""

    direction: Direction
    start_ms: int
    end_ms: int
    sha256: str


class ExportedCall(Frozen):
    """One call: what was said, found and decided, who took it over (a pseudonym)."""

    call: CallDetail
    lines: tuple[SpokenLine, ...]
    turns: tuple[TurnView, ...]
    handoffs: tuple[HandoffDetail, ...]
    originals: tuple[ExportedOriginal, ...] = ()
    recording: tuple[ExportedSound, ...] = ()


class SubjectExport(Frozen):
    """The document; `entries` tell who did and looked at what, staff as pseudonyms."""

    format: Literal["callwarden-subject-export/1"] = "callwarden-subject-export/1"
    tenant: str
    subject: str | None
    call: CallId | None
    generated_at: AwareDatetime
    third_parties: Literal["pseudonymised"] = "pseudonymised"
    retention: RetentionRules = Field(description="how long each class is kept, from the end of a call")
    calls: tuple[ExportedCall, ...]
    entries: tuple[AuditEntry, ...]
    swept: tuple[Receipt, ...] = Field(description="what of these calls is gone already")
