"""Handing the call itself over to a carrier's desk: what is asked, and what came of it."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.base import Data, Frozen

TransferKind = Literal["warm", "cold"]
WhyFailed = Literal["refused", "failed", "timeout"]


class TransferContext(Frozen):
    """What goes along with a call: a reference to the packet, and as much beside it as a carrier has room for.

    Redacted throughout: what a carrier keeps, nobody here can forget.
    """

    handoff: str
    call_id: str
    tenant: str
    transfer: str = Field(description="id of this transfer: a repetition is the same one")
    kind: TransferKind
    leg: str = Field(description="the carrier's own name of the caller's leg")
    reference: str = Field(description="address of the packet, for who has a login")
    reason: str
    summary: str
    language: str
    queue: str
    priority: int
    disclosure: str = Field(description="whether the caller has heard that she speaks with a machine: heard, not_heard")
    consent: str = Field(description="to the recording: its state, or not_needed")


class TransferRequested(Data):
    """Who has the handoff asks for the call to be put through to a desk."""

    type: ClassVar[str] = "transfer_requested"
    handoff: str
    transfer: str
    agent: str
    desk: str
    kind: TransferKind


class TransferCompleted(Data):
    """The carrier has taken the call over, with its context."""

    type: ClassVar[str] = "transfer_completed"
    handoff: str
    transfer: str
    desk: str
    kind: TransferKind
    tries: int = Field(ge=1)
    took_ms: int = Field(ge=0)


class TransferFailed(Data):
    """The carrier did not take the call: it is offered to people again."""

    type: ClassVar[str] = "transfer_failed"
    handoff: str
    transfer: str
    desk: str
    kind: TransferKind
    tries: int = Field(ge=1)
    why: WhyFailed


class TransferAnswer(Frozen):
    """What came of a transfer."""

    transfer: str
    desk: str
    kind: TransferKind
    tries: int
    took_ms: int
