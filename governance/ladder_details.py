"""Where the caller is and how to reach her: taken from her own words, sealed, and given to who may have it."""

from governance.ladder_state import MOST_DETAILS, RELEASED, LadderState, emergency_id
from schemas.base import Data, Event
from schemas.emergencies import DispatchSupplemented, SealedDetail
from schemas.policies import Policy
from schemas.redacted import EntitySealed, RedactionAmended, UtteranceRedacted

MOST_SAID = 40


def kept(state: LadderState, event: Event) -> LadderState:
    """Remember which pseudonyms of places and numbers the caller said, and what each is sealed as."""
    match event.data:
        case UtteranceRedacted(spans=spans) | RedactionAmended(spans=spans):
            names = [span.pseudonym for span in spans if span.entity in RELEASED]
            said = tuple(dict.fromkeys((*state.said, *names)))[-MOST_SAID:]
            return state.model_copy(update={"said": said}) if said != state.said else state
        case EntitySealed(pseudonym=name, entity=entity, key_id=key_id, sealed=sealed) if entity in RELEASED:
            if any(one.pseudonym == name for one in state.sealed):
                return state
            detail = SealedDetail(
                about=RELEASED[entity], pseudonym=name, entity=entity, key_id=key_id, sealed=sealed
            )
            return state.model_copy(update={"sealed": (*state.sealed, detail)[-MOST_DETAILS:]})
        case _:
            return state


def allowed(
    details: tuple[SealedDetail, ...], endpoint: str, policy: Policy, *, drill: bool
) -> tuple[SealedDetail, ...]:
    """What of the details an endpoint may be told: what the policy releases to it, and nothing in a drill."""
    release = policy.emergency.ladder.endpoints[endpoint].release
    return () if drill else tuple(one for one in details if one.about in release)


def supplemented(before: LadderState, after: LadderState, event: Event, policy: Policy) -> list[Data]:
    """What endpoints that were called already are told, now that it is known."""
    fresh = tuple(one for one in after.details() if one not in before.details())
    if not fresh or after.phase not in ("climbing", "acknowledged", "exhausted"):
        return []
    said: list[Data] = []
    for endpoint in after.called:
        details = allowed(fresh, endpoint, policy, drill=after.drill)
        if details:
            said.append(DispatchSupplemented(
                emergency=emergency_id(event), drill=after.drill, dispatch=after.dispatch, endpoint=endpoint,
                kinds=after.kinds, details=details,
            ))
    return said
