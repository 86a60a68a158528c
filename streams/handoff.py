"""call.governed -> call.outcomes: the packet, the offer, and what becomes of it."""

from governance.handoff import decide as decide_handoff
from governance.handoff_state import HandoffsState
from schemas.base import Event
from schemas.topics import CALL_GOVERNED, CALL_OUTCOMES
from streams import states
from streams.flight import Answer, Json, Room
from streams.pinning import Pinning, Rules


def room(policy: Rules) -> Room:
    """Give the room with the queues and timers of the policy that a call is held to."""
    pinning = Pinning(policy)

    async def decide(state: Json, event: Event) -> Answer:
        before = states.read(HandoffsState, state)
        live = await pinning.live(event, before.policy_version)
        after, said = decide_handoff(before.model_copy(update={"policy_version": live.label}), event, live)
        return Answer(
            states.write(state, after),
            [event.follow(data, room="handoff", n=n) for n, data in enumerate(said)],
        )

    return Room("handoff", CALL_GOVERNED, CALL_OUTCOMES, decide)
