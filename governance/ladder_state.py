"""What the climb of an emergency remembers of its call: the rung, the timer that counts, what may be released."""

from datetime import timedelta
from typing import Literal

from schemas.base import Event, Frozen, derived_id
from schemas.calls import DeadlineSet
from schemas.emergencies import SealedDetail
from schemas.ladder import Detail
from schemas.verdicts import EmergencyKind, Evidence

CONFIRM, ACKNOWLEDGE, RETRY = "emergency.confirm", "emergency.acknowledge", "emergency.retry"
# none: no emergency; asking: the dispatch waits for the caller's word; people: nobody but people is told;
# climbing: an endpoint was called; then one of the three ends.
Phase = Literal["none", "asking", "people", "climbing", "acknowledged", "stood_down", "exhausted"]
OPEN: frozenset[Phase] = frozenset({"asking", "people", "climbing"})
RELEASED: dict[str, Detail] = {
    "ADDRESS": "location", "LOCATION": "location", "COORDINATES": "location", "PHONE_NUMBER": "callback",
}
MOST_SEEN = 64
MOST_HEARD = 40
MOST_DETAILS = 12


class LadderState(Frozen):
    """One call's climb; no clear text, and no ciphertext of anything but places and numbers."""

    policy_version: str | None = None
    drill: bool = False
    phase: Phase = "none"
    kinds: tuple[EmergencyKind, ...] = ()
    rule: str = ""
    reason: str = ""
    because: tuple[Evidence, ...] = ()
    rung: int = 0
    attempt: int = 0
    alerts: int = 0
    dispatch: str = ""
    message: str = ""
    delivered: bool = False
    called: tuple[str, ...] = ()
    waits: int = 0
    deadline: str = ""
    utterance: str = ""
    trigger: str = ""
    asked: bool = False
    said: tuple[str, ...] = ()
    sealed: tuple[SealedDetail, ...] = ()
    seen: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()

    def details(self) -> tuple[SealedDetail, ...]:
        """What the caller herself said of where she is and how to reach her."""
        return tuple(one for one in self.sealed if one.pseudonym in self.said)

    def having_seen(self, event: Event) -> "LadderState":
        """The state that knows this event when it comes again."""
        return self.model_copy(update={"seen": (*self.seen, event.id)[-MOST_SEEN:]})

    def having_heard(self, event: Event) -> "LadderState":
        """The state in which words of an earlier moment, come again, answer no later question."""
        return self.model_copy(update={"heard": (*self.heard, event.id)[-MOST_HEARD:]})

    def waiting(self, event: Event, *, why: str, ms: int) -> tuple["LadderState", DeadlineSet]:
        """Set the one timer that counts; what an earlier one says is ignored by its id."""
        waits = self.waits + 1
        deadline = derived_id(emergency_id(event), why, waits)
        due_at = event.occurred_at + timedelta(milliseconds=ms)
        timer = DeadlineSet(deadline=deadline, why=why, about=emergency_id(event), due_at=due_at)
        return self.model_copy(update={"waits": waits, "deadline": deadline}), timer


def emergency_id(event: Event) -> str:
    """The id of a call's emergency: there is one, however often it is heard of."""
    return derived_id(f"{event.tenant}/{event.call_id}", "emergency", 0)
