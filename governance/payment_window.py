"""What a payment window does to what comes in while it is open, and who opens and closes it."""

from datetime import datetime, timedelta

from governance.tongues import tongue
from schemas.base import Data, Event, Frozen, derived_id
from schemas.calls import CallAdmitted, CallEnded, DeadlinePassed, DeadlineSet, DtmfPressed
from schemas.payments import WITHHELD, PaymentWindowClosed, PaymentWindowOpened
from schemas.policies import PaymentRules
from schemas.redacted import AssistantRedacted
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    InterimTranscribed,
    UtteranceFinalized,
)

WHY = "payment_window"
KEY = "*"


class Window(Frozen):
    """One window of a call by two clocks: ours, and that of who opened it; a limit stands for an end nobody told."""

    window: str
    opened_at: datetime
    until: datetime
    said_from: datetime
    said_until: datetime

    def holds(self, *, at: datetime, now: datetime) -> bool:
        """Whether what its channel says occurred `at`, and arrives `now`, may not be stored."""
        return self.opened_at <= now < self.until or self.said_from <= at < self.said_until


class PaymentState(Frozen):
    """The window of a call that is open, and the call's language."""

    window: str | None = None
    language: str = "en"


def withheld(data: Data) -> Data | None:
    """The same fact without its words or keys; None of what holds neither."""
    match data:
        case InterimTranscribed() | UtteranceFinalized() | AssistantSynthesised():
            return data.model_copy(update={"text": WITHHELD, "words": ()})
        case AssistantGenerated() | AssistantHeard():
            return data.model_copy(update={"text": WITHHELD})
        case DtmfPressed():
            return data.model_copy(update={"digits": KEY * len(data.digits)})
        case _:
            return None


def decide(state: PaymentState, event: Event, rules: PaymentRules) -> tuple[PaymentState, list[Data]]:
    """Fold one event: opens where the assistant asks for what the policy names, closes by time and with the call."""
    match event.data:
        case CallAdmitted(language=language):
            return PaymentState(language=language[:2]), []
        case PaymentWindowOpened() as opened:
            return state.model_copy(update={"window": opened.window}), [_limit(event, opened, rules)]
        case AssistantRedacted(stage="generated", text=text) if state.window is None and rules.open_when_asked_for:
            if tongue(state.language).asked_for(text) not in rules.open_when_asked_for:
                return state, []
            opened = PaymentWindowOpened(
                window=derived_id(event.id, WHY, 0), opened_by="policy", within_ms=rules.limit_ms
            )
            return state.model_copy(update={"window": opened.window}), [opened, _limit(event, opened, rules)]
        case PaymentWindowClosed(window=window) if window == state.window:
            return state.model_copy(update={"window": None}), []
        case DeadlinePassed(why=why, about=window) if why == WHY and window is not None and window == state.window:
            return state.model_copy(update={"window": None}), [PaymentWindowClosed(window=window, reason="time")]
        case CallEnded() if state.window is not None:
            closed = PaymentWindowClosed(window=state.window, reason="call_ended")
            return state.model_copy(update={"window": None}), [closed]
        case _:
            return state, []


def _limit(event: Event, opened: PaymentWindowOpened, rules: PaymentRules) -> DeadlineSet:
    within = timedelta(milliseconds=min(opened.within_ms, rules.limit_ms))
    return DeadlineSet(
        deadline=derived_id(event.id, f"{WHY}/limit", 0), why=WHY, about=opened.window,
        due_at=event.occurred_at + within,
    )
