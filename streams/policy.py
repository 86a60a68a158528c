"""call.turns -> call.governed: every verdict with its reason; nothing here decides, governance/verdicts.py does."""

from governance.verdicts import VerdictsState, watch
from governance.verdicts import decide as decide_verdicts
from schemas.base import Event
from schemas.topics import CALL_GOVERNED, CALL_TURNS
from streams import states
from streams.flight import Answer, Json, Room
from streams.pinning import Pinning, Rules


def room(policy: Rules) -> Room:
    """Give the room that judges each call by the version it began with, beside the one that watches."""
    pinning = Pinning(policy)

    async def decide(state: Json, event: Event) -> Answer:
        before = states.read(VerdictsState, state)
        if before.policy_version is None:
            watching = await pinning.watching(event)
            before = before.model_copy(update={"shadow_version": watching})
        live = await pinning.live(event, before.policy_version)
        after, said = decide_verdicts(before.model_copy(update={"policy_version": live.label}), event, live)
        events = [event, *(event.follow(data, room="policy", n=n) for n, data in enumerate(said))]
        shadow = await pinning.shadow(event, before.shadow_version)
        if shadow is not None:
            after, seen = watch(after, event, shadow)
            events += [event.follow(data, room="policy/shadow", n=n) for n, data in enumerate(seen)]
        return Answer(states.write(state, after), events)

    return Room("policy", CALL_TURNS, CALL_GOVERNED, decide)
