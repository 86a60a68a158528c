"""call.turns -> call.governed: every verdict with its reason; nothing here decides, governance/verdicts.py does."""

from governance.verdicts import VerdictsState
from governance.verdicts import decide as decide_verdicts
from schemas.base import Event
from schemas.policies import Policy
from schemas.topics import CALL_GOVERNED, CALL_TURNS
from streams.processor import Answer, Json, Room


def room(policy: Policy) -> Room:
    """Give the room that judges by one version of the policy."""

    async def decide(state: Json, event: Event) -> Answer:
        after, said = decide_verdicts(VerdictsState.model_validate(state), event, policy)
        return Answer(
            after.model_dump(mode="json"),
            [event, *(event.follow(data, room="policy", n=n) for n, data in enumerate(said))],
        )

    return Room("policy", CALL_TURNS, CALL_GOVERNED, decide)
