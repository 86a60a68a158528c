"""The payment window: which words and keys belong to it, what is left of them, and which question opens it.

   none ── opened by the channel, or by the assistant's question ──> OPEN ── closed, its time is up, call over ──> OVER
While it is OPEN everything that comes belongs to it; when it is OVER, what was said within it and comes late.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeGuard

from governance.policy import Heard, listen
from governance.tongues import tongue
from schemas.base import Data, Event, Frozen
from schemas.calls import DtmfPressed
from schemas.payments import WITHHELD, WITHHELD_KEY, Overheard
from schemas.policies import PaymentRules
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    InterimTranscribed,
    UtteranceFinalized,
)

Assistant = AssistantGenerated | AssistantSynthesised | AssistantHeard
Words = InterimTranscribed | UtteranceFinalized | Assistant
DEADLINE = "payment.window"
LANGUAGES = ("en", "fr")  # a question is read in each: at the door nobody knows the call's
LATEST_OPENING = timedelta(minutes=10)  # a clock that is off by more than this is wrong, not late


class PaymentWindow(Frozen):
    """One window; `asked_in` is the assistant's utterance that opened it, `utterances` began before it closed."""

    window: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    asked_in: str | None = None
    utterances: tuple[str, ...] = ()

    @property
    def over_at(self) -> datetime:
        """When it is over at the latest; its time runs out although nobody says so."""
        return self.closes_at if self.closed_at is None else min(self.closed_at, self.closes_at)

    def open_at(self, at: datetime) -> bool:
        """Tell whether it is open at an instant."""
        return self.opened_at <= at < self.over_at


def begin(window: str, *, occurred_at: datetime, known_at: datetime, limit_ms: int | None, rules: PaymentRules,
          asked_in: str | None = None) -> PaymentWindow:
    """Open a window from when it was opened, which may have been told late; a channel may only shorten it."""
    opened_at = max(min(occurred_at, known_at), known_at - LATEST_OPENING)
    limit = timedelta(milliseconds=min(limit_ms or rules.limit_ms, rules.limit_ms))
    return PaymentWindow(window=window, opened_at=opened_at, closes_at=opened_at + limit, asked_in=asked_in)


def asks(data: Data, rules: PaymentRules) -> bool:
    """Tell whether the assistant asks for what the policy wants a window for."""
    if not isinstance(data, Assistant) or not rules.asked_for:
        return False
    return any(tongue(language).asked_for(data.text) in rules.asked_for for language in LANGUAGES)


def window_of(event: Event, windows: Sequence[PaymentWindow], *, received_at: datetime) -> PaymentWindow | None:
    """Give the window to which words or keys belong; None where they may be kept."""
    data = event.data
    if not isinstance(data, Words | DtmfPressed):
        return None
    name = None if isinstance(data, DtmfPressed) else data.utterance
    began_at = event.occurred_at - timedelta(milliseconds=_length_ms(data))
    for one in windows:
        if isinstance(data, Assistant) and data.utterance == one.asked_in:
            continue  # the question itself, spoken and heard
        within = began_at < one.over_at and event.occurred_at >= one.opened_at
        if one.open_at(received_at) or within or name in one.utterances:
            return one
    return None


def is_withheld(data: Data) -> TypeGuard[Words | DtmfPressed]:
    """Tell whether the words or keys of an event were withheld."""
    if isinstance(data, DtmfPressed):
        return data.digits.startswith(WITHHELD_KEY)
    return isinstance(data, Words) and data.text == WITHHELD


def withheld(event: Event) -> Data:
    """Give what may be kept of words or keys of a window: that there were some, and what rules heard in them."""
    match event.data:
        case DtmfPressed(digits=digits) as pressed:
            return pressed.model_copy(update={"digits": WITHHELD_KEY * len(digits)})
        case InterimTranscribed() as said:
            return said.model_copy(update={"text": WITHHELD, "noticed": _noticed(event, said, final=False)})
        case UtteranceFinalized() as said:
            noticed = _noticed(event, said, final=True)
            return said.model_copy(update={"text": WITHHELD, "words": (), "noticed": noticed})
        case AssistantSynthesised() as said:
            return said.model_copy(update={"text": WITHHELD, "words": ()})
        case AssistantGenerated() | AssistantHeard() as said:
            return said.model_copy(update={"text": WITHHELD})
        case data:
            return data


def told_only_by_house(data: Data) -> Data:
    """Give data as its sender may have sent it: what rules noticed is the house's own to say."""
    if isinstance(data, InterimTranscribed | UtteranceFinalized) and data.noticed:
        return data.model_copy(update={"noticed": ()})
    return data


def _noticed(event: Event, said: InterimTranscribed | UtteranceFinalized, *, final: bool) -> tuple[Overheard, ...]:
    """A caller in danger is heard, whatever she is paying for."""
    heard = Heard(
        event_id=event.id, participant=said.participant, text=said.text, final=final, turn=said.turn,
        at=event.occurred_at,
    )
    return tuple(
        Overheard(kind=rule.kind, rule=signal.rule, signal=signal.kind, score=signal.score)
        for rule, signal in listen(heard) if rule.kind != "record"
    )


def _length_ms(data: Words | DtmfPressed) -> int:
    match data:
        case UtteranceFinalized(start_ms=start_ms, end_ms=end_ms):
            return max(0, end_ms - start_ms)
        case AssistantHeard(played_ms=played_ms):
            return played_ms
        case _:
            return 0
