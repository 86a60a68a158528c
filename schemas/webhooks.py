"""Webhooks out: what may be subscribed to by one word, what could not be delivered, and the delivery log."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from schemas import desk, handoffs, verdicts
from schemas.base import Data, Frozen

DeliveryState = Literal["waiting", "delivered", "dead"]
Outcome = Literal["delivered", "refused", "failed", "timeout"]
WhyDead = Literal["tries_used_up", "gone", "endpoint_disabled"]

# What an endpoint may ask for in a word; a dispatch is sent by the emergency ladder itself, at once and not from here.
GROUPS: dict[str, frozenset[str]] = {
    "alert": frozenset({verdicts.EmergencyDetected.ce_type()}),
    "handoff": frozenset(one.ce_type() for one in (
        verdicts.HandoffRequested, handoffs.HandoffPackaged, handoffs.HandoffOffered, handoffs.HandoffClaimed,
        handoffs.HandoffAccepted, handoffs.HandoffDeclined, handoffs.HandoffCompleted, handoffs.HandoffExpired,
        handoffs.HandoffWithdrawn, desk.HandoffReleased, desk.HandoffReassigned, desk.HandoffOverflowed,
    )),
    "dispatch": frozenset(),
}


class WebhookDead(Data):
    """An event was not delivered to an endpoint that was to have it, and nothing more is tried by itself."""

    type: ClassVar[str] = "webhook_dead"
    delivery: str = Field(description="webhook-id of every try")
    endpoint: str
    event_id: str = Field(description="of the event that was not delivered")
    event_type: str
    tries: int = Field(ge=0)
    why: WhyDead
    outcome: Outcome | None = Field(default=None, description="of the last try")
    status: int | None = Field(default=None, description="HTTP status of the last try, where one came")


class WebhookTry(Frozen):
    """One try as the delivery log keeps it; of an answer only its status."""

    number: int = Field(ge=1)
    at: datetime
    outcome: Outcome
    status: int | None = None
    took_ms: float
    error: str | None = Field(default=None, description="kind of the fault, never a receiver's words")


class WebhookDelivery(Frozen):
    """One event on its way to one endpoint, with every try."""

    delivery: str = Field(description="the webhook-id that the receiver sees")
    endpoint: str
    event_id: str
    type: str
    call_id: str
    state: DeliveryState
    made_at: datetime
    next_at: datetime | None = Field(default=None, description="when it is tried next, while it waits")
    settled_at: datetime | None = None
    why: WhyDead | None = None
    tries: tuple[WebhookTry, ...] = ()


class WebhookDeliveryPage(Frozen):
    """Deliveries, newest first, and the cursor of the next page where there is one."""

    deliveries: tuple[WebhookDelivery, ...]
    cursor: str | None = None
