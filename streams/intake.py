"""call.raw -> call.events: what came in at the front door, once each and numbered."""

from governance.intake.order import IntakeState, admit
from schemas.base import Event
from schemas.topics import CALL_EVENTS, CALL_RAW
from streams.processor import Answer, Json, Room


async def decide(state: Json, event: Event) -> Answer:
    """Fold one arrival."""
    after, admitted = admit(IntakeState.model_validate(state), event)
    return Answer(after.model_dump(mode="json"), admitted)


ROOM = Room("intake", CALL_RAW, CALL_EVENTS, decide)
