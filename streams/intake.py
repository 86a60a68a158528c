"""call.raw -> call.events: what came in at the front door, once each and numbered."""

from governance.intake.order import IntakeState, admit
from schemas.base import Event
from schemas.topics import CALL_EVENTS, CALL_RAW
from streams import states
from streams.flight import Answer, Json, Room


async def decide(state: Json, event: Event) -> Answer:
    """Fold one arrival."""
    after, admitted = admit(states.read(IntakeState, state), event)
    return Answer(states.write(state, after), admitted)


ROOM = Room("intake", CALL_RAW, CALL_EVENTS, decide)
