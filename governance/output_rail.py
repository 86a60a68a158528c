"""Holds a phrase against the policy before it is spoken: by the evaluation that judges it once it was heard.

Only rules that say `withhold` count, each phrase with the one before it, so that what is split over two is seen.
"""

from governance.policy import Finding, Heard, PolicyState, compose, listen
from schemas.policies import Policy


def rail_of(policy: Policy) -> Policy | None:
    """Give the policy with those rules alone; None where it has none of them."""
    rules = {name: one for name, one in policy.rules.items() if one.enabled and one.withhold}
    return policy.model_copy(update={"rules": rules}) if rules else None


def withheld(phrase: str, before: str, rail: Policy, *, turn: int) -> Finding | None:
    """Give why a phrase must not be spoken; None where it may be."""
    for text in (phrase, f"{before} {phrase}") if before else (phrase,):
        heard = Heard(event_id="", participant="assistant", text=text, final=True, turn=turn)
        found, _ = compose(PolicyState(), heard, listen(heard), rail)
        if found:
            return found[0]
    return None
