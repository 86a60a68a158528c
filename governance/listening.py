"""Listens to a dialogue turn by turn and tells where each signal fires, deciding only from what was said until then."""

from collections.abc import Sequence
from typing import Any

from governance.policy import Finding, Heard, PolicyState, evaluate, evolve
from schemas.base import Participant
from schemas.policies import Policy


def listen(turns: Sequence[tuple[Participant, str]], policy: Policy) -> dict[str, Any]:
    """The first escalation and the first emergency of a dialogue, each with the turn at which it fires.

    What acts comes before what only offers: an offer is told where no handoff is asked for or demanded.
    """
    state = PolicyState()
    escalation: Finding | None = None
    offer: Finding | None = None
    emergency: Finding | None = None
    for number, (speaker, text) in enumerate(turns):
        heard = Heard(event_id=str(number), participant=speaker, text=text, final=True, turn=number)
        for found in evaluate(state, heard, policy):
            if found.kind == "handoff" and escalation is None:
                escalation = found
            if found.kind == "offer" and offer is None:
                offer = found
            if found.kind == "emergency" and emergency is None:
                emergency = found
        state = evolve(state, heard, policy)
    first = escalation or offer
    return {
        "escalation": shown(first) if first is not None else None,
        "emergency": {"kind": emergency.signal, **shown(emergency)} if emergency is not None else None,
        "policy_version": policy.label,
    }


def shown(found: Finding) -> dict[str, Any]:
    """A finding as `detect` writes it."""
    return {
        "rule": found.rule,
        "score": found.score,
        "evidence": [{"turn": place.turn, "start": place.start, "end": place.end} for place in found.evidence],
        "turn": found.evidence[-1].turn,
    }
