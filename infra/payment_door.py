"""Payment windows at the front door: they open and close here, and words and keys of an open one go no further.

What is withheld here was never stored: not even sealed. A window is in the database before the event that opened it
is on a topic, so that every process knows of it from then on.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from governance.errors import TransientError
from governance.payment_window import (
    DEADLINE,
    Assistant,
    asks,
    begin,
    is_withheld,
    told_only_by_house,
    window_of,
    withheld,
)
from infra import payment_windows
from infra.clock import now
from infra.database import transaction
from infra.hidden_names import with_hidden_names
from infra.keys import Keyring
from infra.payment_windows import CLOSED, DESTROYED, OPENED, ROOM, Call, Kept
from schemas.base import Data, Event, derived_id
from schemas.calls import CallEnded, DeadlinePassed, DtmfPressed
from schemas.payments import PaymentDataDestroyed, PaymentWindowClosed, PaymentWindowOpened
from schemas.policies import Policy
from schemas.topics import FROM_CHANNELS
from schemas.turns import SpeechStarted, SpeechStopped, TurnMarked

OPENING = (PaymentWindowOpened, *get_args(Assistant))  # what may open a window
# Nothing else opens or closes a window, or holds what one might keep out: no words, no keys, no name or id.
WORDLESS: tuple[type[Data], ...] = (SpeechStarted, SpeechStopped, TurnMarked)
CONCERNED: tuple[type[Data], ...] = (*(one for one in FROM_CHANNELS if one not in WORDLESS), DeadlinePassed)
PolicyOf = Callable[[str, str], Policy]  # of a tenant's call


class PaymentDoor:
    """What the front door asks of every event of a call."""

    def __init__(self, *, engine: Engine, keyring: Keyring, policy_of: PolicyOf) -> None:
        """`policy_of` finds what a call is held to (infra/call_policies.py)."""
        self._engine = engine
        self._keyring = keyring
        self._policy_of = policy_of

    def admit(self, events: Sequence[Event]) -> list[Event]:
        """Give what may be stored of events, in their order, with what the windows add; said again, the same.

        Raises TransientError where the database does not answer: what may not be kept is not known then.
        """
        if not any(isinstance(one.data, CONCERNED) for one in events):
            return list(events)
        received_at = now()
        passed: list[Event] = []
        try:
            held = self._held(events)  # before the transaction: a thread never holds two connections
            with transaction(self._engine) as connection:
                known = payment_windows.of_calls(connection, {(one.tenant, one.call_id) for one in events})
                for event in events:
                    mine = known.setdefault((event.tenant, event.call_id), [])
                    passed += self._admit(connection, event, mine, received_at, held.get((event.tenant, event.call_id)))
        except DBAPIError as outside:
            raise TransientError(f"payment windows cannot be read: {type(outside).__name__}") from None
        return passed

    def _held(self, events: Sequence[Event]) -> dict[Call, Policy]:
        """What the calls are held to whose events may open a window."""
        opening = {(one.tenant, one.call_id) for one in events if isinstance(one.data, OPENING)}
        return {call: self._policy_of(*call) for call in opening}

    def _admit(
        self, connection: Connection, event: Event, mine: list[Kept], at: datetime, policy: Policy | None
    ) -> list[Event]:
        event = _with(event, told_only_by_house(event.data))
        match event.data:
            case PaymentWindowOpened() as opened if policy is not None:
                one = _open(connection, event, mine, policy, at=at, limit_ms=opened.limit_ms)
                return [_with(event, _opened(one, policy, by="channel", limit_ms=opened.limit_ms))]
            case PaymentWindowClosed():
                closed = _close(connection, event, mine, at=at)
                window = closed.window.window if closed else None
                return [_with(event, PaymentWindowClosed(because="channel", window=window))]
            case DeadlinePassed(why=why, about=window) if why == DEADLINE:
                closed = _close(connection, event, mine, at=at, window=window)
                return [event, *_told(event, closed, because="time")]
            case CallEnded():
                closed = _close(connection, event, mine, at=at)
                return [*_told(event, closed, because="call_ended"), event]
        # Names and ids of the channel may hold the number as well.
        event = with_hidden_names(event, self._keyring) if mine else event
        belongs = window_of(event, [one.window for one in mine], received_at=at)
        if belongs is not None:
            return self._withhold(connection, event, mine, belongs.window, at)
        if policy is not None and asks(event.data, policy.payment):
            return [event, *_asked(connection, event, mine, at, policy)]
        return [event]

    def _withhold(
        self, connection: Connection, event: Event, mine: list[Kept], window: str, at: datetime
    ) -> list[Event]:
        place = next(n for n, one in enumerate(mine) if one.window.window == window)
        if not isinstance(event.data, DtmfPressed):
            mine[place] = payment_windows.began_within(connection, mine[place], getattr(event.data, "utterance", ""))
        kept = _with(event, withheld(event))
        if mine[place].window.open_at(at) or is_withheld(event.data):
            return [kept]
        receipt = PaymentDataDestroyed(window=window, found="at_the_door", records=1, digests=(_digest(event),))
        return [kept, event.follow(receipt, room=ROOM, n=DESTROYED)]


def _open(
    connection: Connection, event: Event, mine: list[Kept], policy: Policy, *, at: datetime,
    limit_ms: int | None = None, asked_in: str | None = None,
) -> Kept:
    """Open a window, or find the one that this event opened before, or the one that is open."""
    there = next((one for one in mine if one.cause == event.id or one.window.open_at(at)), None)
    if there is not None:
        return there
    window = begin(
        derived_id(event.id, ROOM, 0), occurred_at=event.occurred_at, known_at=at, limit_ms=limit_ms,
        rules=policy.payment, asked_in=asked_in,
    )
    one = Kept(tenant=event.tenant, call_id=event.call_id, window=window, cause=event.id)
    payment_windows.open_(connection, one)
    mine.append(one)
    return one


def _asked(
    connection: Connection, event: Event, mine: list[Kept], at: datetime, policy: Policy
) -> list[Event]:
    """Open the window for the assistant's question: once, though it is generated, synthesised and heard."""
    name = getattr(event.data, "utterance", None)
    there = next((one for one in mine if one.window.asked_in == name), None)
    if (there is not None and there.cause != event.id) or (there is None and _is_open(mine, at)):
        return []
    one = there or _open(connection, event, mine, policy, at=at, asked_in=name)
    return [event.follow(_opened(one, policy, by="policy", limit_ms=None), room=ROOM, n=OPENED)]


def _opened(one: Kept, policy: Policy, *, by: str, limit_ms: int | None) -> PaymentWindowOpened:
    return PaymentWindowOpened.model_validate({
        "by": by, "limit_ms": limit_ms, "window": one.window.window, "closes_at": one.window.closes_at,
        "policy_version": policy.label,
    })


def _close(
    connection: Connection, event: Event, mine: list[Kept], *, at: datetime, window: str | None = None
) -> Kept | None:
    """Close `window` or the one that was opened last, or find the one that this event closed before."""
    again = next((one for one in mine if one.closed_by == event.id), None)
    place = next(
        (n for n, one in reversed(list(enumerate(mine)))
         if one.window.closed_at is None and window in (None, one.window.window)),
        None,
    )
    if again is not None or place is None:
        return again
    one = mine[place]
    payment_windows.close(connection, one, at=at, closed_by=event.id)
    over = one.window.model_copy(update={"closed_at": at})
    mine[place] = one.model_copy(update={"window": over, "closed_by": event.id})
    return mine[place]


def _told(event: Event, closed: Kept | None, *, because: str) -> list[Event]:
    if closed is None:
        return []
    data = PaymentWindowClosed.model_validate({"because": because, "window": closed.window.window})
    return [event.follow(data, room=ROOM, n=CLOSED)]


def _is_open(mine: Sequence[Kept], at: datetime) -> bool:
    return any(one.window.open_at(at) for one in mine)


def _with(event: Event, data: Data) -> Event:
    return event if data is event.data else event.model_copy(update={"data": data})


def _digest(event: Event) -> str:
    # Of its id: a digest of a few digits would tell them to whoever tries all of them.
    return hashlib.sha256(event.id.encode()).hexdigest()
