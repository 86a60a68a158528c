"""call.governed -> call.outcomes: the packet, the offer, and what becomes of it."""

from governance.handoff import HandoffsState
from governance.handoff import decide as decide_handoff
from schemas.base import Event
from schemas.policies import Policy
from schemas.topics import CALL_GOVERNED, CALL_OUTCOMES
from streams.processor import Answer, Json, Room


def room(policy: Policy) -> Room:
    """Give the room with the queues and timers of a policy."""

    async def decide(state: Json, event: Event) -> Answer:
        after, said = decide_handoff(HandoffsState.model_validate(state), event, policy)
        return Answer(
            after.model_dump(mode="json"),
            [event.follow(data, room="handoff", n=n) for n, data in enumerate(said)],
        )

    return Room("handoff", CALL_GOVERNED, CALL_OUTCOMES, decide)
