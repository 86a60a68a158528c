"""call.governed -> call.emergencies: people told, endpoints to be called; governance/ladder.py decides."""

from governance.ladder import LadderState
from governance.ladder import decide as climb
from schemas.base import Event
from schemas.topics import CALL_EMERGENCIES, CALL_GOVERNED
from streams import states
from streams.flight import Answer, Json, Room
from streams.pinning import Pinning, Rules


def room(policy: Rules) -> Room:
    """Give the room with the ladder of the policy that a call is held to."""
    pinning = Pinning(policy)

    async def decide(state: Json, event: Event) -> Answer:
        before = states.read(LadderState, state)
        live = await pinning.live(event, before.policy_version)
        after, said = climb(before.model_copy(update={"policy_version": live.label}), event, live)
        return Answer(
            states.write(state, after),
            [event.follow(data, room="ladder", n=n) for n, data in enumerate(said)],
        )

    return Room("ladder", CALL_GOVERNED, CALL_EMERGENCIES, decide)
