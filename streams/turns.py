"""call.redacted -> call.turns: the turns of the call and the latency of each."""

from governance.turns import TurnsState
from governance.turns import decide as decide_turns
from schemas.base import Event
from schemas.topics import CALL_REDACTED, CALL_TURNS
from streams import states
from streams.flight import Answer, Json, Room


async def decide(state: Json, event: Event) -> Answer:
    """Pass the event on with what the turn table says to it."""
    after, said = decide_turns(states.read(TurnsState, state), event)
    return Answer(
        states.write(state, after),
        [event, *(event.follow(data, room="turns", n=n) for n, data in enumerate(said))],
    )


ROOM = Room("turns", CALL_REDACTED, CALL_TURNS, decide)
