"""How long each class of data stays, what is held, and what an erasure answers (GDPR 15, 17; EU AI Act 19, 26(6))."""

from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, Field, model_validator

from schemas.base import CallId, Frozen, Label

DataClass = Literal["recording", "words", "decisions"]
CLASSES: tuple[DataClass, ...] = get_args(DataClass)
# Of these the ciphertext opens with the call's key: it is destroyed once both are gone.
SEALED_CLASSES: tuple[DataClass, ...] = ("recording", "words")
Period = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3} (day|month|year)s?$", examples=["6 months"])]
Outcome = Literal["held", "live", "kept", "erased", "expired", "stays"]
Pseudonym = Annotated[str, Field(pattern=r"^caller-[0-9a-f]{1,64}$", examples=["caller-3f09a1b2c3d4e5f6"])]


class ClassRule(Frozen):
    """How long one class stays: at least, where a law says so, and at most, where nobody holds it."""

    keep_at_least: Period | None = None
    law: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    delete_after: Period | None = None

    @model_validator(mode="after")
    def _lawful(self) -> "ClassRule":
        if self.keep_at_least is not None and self.law is None:
            raise ValueError("keep_at_least needs the law that says so")
        return self


class RetentionRules(Frozen):
    """The profile of each class, counted from the end of the call."""

    recording: ClassRule = ClassRule(delete_after="6 months")
    words: ClassRule = ClassRule(delete_after="12 months")
    decisions: ClassRule = ClassRule(delete_after="6 years")


class Ruling(Frozen):
    """What happens to one class of a call's data, and why; `until` where only time is in the way."""

    data_class: DataClass
    outcome: Outcome
    because: str
    until: AwareDatetime | None = None


class Whom(Frozen):
    """Whose data: a caller by pseudonym, or by number or address (never kept), or the caller of one call."""

    subject: Pseudonym | None = None
    caller: Annotated[str, Field(min_length=1, max_length=256)] | None = Field(
        default=None, description="exactly as the channel gave it; turned into the pseudonym at the door"
    )
    call: CallId | None = None

    @model_validator(mode="after")
    def _one(self) -> "Whom":
        if sum(one is not None for one in (self.subject, self.caller, self.call)) != 1:
            raise ValueError("exactly one of subject, caller and call")
        return self


class Target(Frozen):
    """The same without clear text: all calls of a caller, or one call."""

    subject: str | None = None
    call: str | None = None


class CallRuling(Frozen):
    """What became of one call: the ruling of each class, rows deleted by table, when its key was destroyed."""

    call_id: str
    rulings: tuple[Ruling, ...]
    key_id: str | None = None
    key_destroyed: bool = False
    deleted: dict[str, int] = Field(default_factory=dict)


class Receipt(Frozen):
    """That one class of one call is gone, since when and why."""

    call_id: str
    data_class: DataClass
    outcome: Outcome
    because: str
    key_id: str | None = None
    deleted: dict[str, int] = Field(default_factory=dict)
    swept_at: AwareDatetime


class Certificate(Frozen):
    """The answer to an erasure: what is gone, what waits and for what; commits to no clear text."""

    erasure: str
    tenant: str
    subject: str | None
    call: str | None
    state: Literal["completed", "waiting"]
    requested_by: Label
    requested_at: AwareDatetime
    completed_at: AwareDatetime | None = None
    erased: tuple[Receipt, ...]
    waiting: tuple[CallRuling, ...] = Field(default=(), description="calls that a hold, a law or their own end delays")
    entry: str | None = Field(default=None, description="event id of `subject.erased` in the audit log")
    index: int | None = Field(default=None, description="its place: GET /v1/audit/entries/{index}/proof")


class CertificatePage(Frozen):
    """Erasures, newest first, and the cursor of the next page where there is one."""

    erasures: tuple[Certificate, ...]
    cursor: str | None = None


class Hold(Frozen):
    """A legal hold: what it covers is neither erased nor expired until it is released."""

    hold: str
    subject: str | None = None
    call: str | None = None
    reason: str
    placed_by: Label
    placed_at: AwareDatetime
    released_by: Label | None = None
    released_at: AwareDatetime | None = None
    already_gone: tuple[str, ...] = Field(default=(), description="calls that were erased before the hold was placed")


class HoldPage(Frozen):
    """Holds, newest first, and the cursor of the next page where there is one."""

    holds: tuple[Hold, ...]
    cursor: str | None = None


class SweepReport(Frozen):
    """What one sweep of retention did."""

    erased: int = 0
    expired: int = 0
    completed: int = 0
    buried: int = 0
