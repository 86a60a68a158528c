"""Scores escalation on whole calls: turns from the request to the handoff, and calls handed over for nothing."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from governance.listening import listen
from schemas.base import Frozen, Participant
from schemas.policies import Policy

# As transcripts of others call them.
SPEAKERS: dict[str, Participant] = {
    "caller": "caller", "customer": "caller", "user": "caller", "assistant": "assistant", "agent": "assistant",
    "bot": "assistant", "human": "human",
}
OFFER = "escalation.frustration"


class Said(BaseModel):
    """One turn; further fields are left unread."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    speaker: str = "caller"
    text: str


class Call(BaseModel):
    """A labelled call; `turn` is the index of the turn in which the caller asks for a person."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    turns: tuple[Said, ...]
    label: str | None = None
    turn: Annotated[int, Field(ge=0)] | None = None


class CallScore(Frozen):
    """Whole calls on one file; an offer transfers nobody and is counted apart."""

    calls: int
    asking: int
    missed: int
    turns_until_handoff: dict[str, int]
    false_handoffs_per_100_calls: float | None
    offers_per_100_calls: float | None


def score_calls(calls: Iterable[Call], policy: Policy) -> CallScore:
    """Hold each call against the policy as it would have run."""
    asking = ordinary = missed = false = offers = 0
    waited: dict[str, int] = {}
    for call in calls:
        told: dict[str, Any] = listen(
            [(SPEAKERS.get(one.speaker, "caller"), one.text) for one in call.turns], policy
        )
        found = told["escalation"]
        handed = found is not None and found["rule"] != OFFER
        if call.label in (None, "none"):
            ordinary += 1
            false += handed
            offers += found is not None and not handed
            continue
        asking += 1
        if not handed:
            missed += 1
            continue
        turns = str(found["turn"] - (call.turn if call.turn is not None else found["turn"]))
        waited[turns] = waited.get(turns, 0) + 1
    return CallScore(
        calls=asking + ordinary, asking=asking, missed=missed, turns_until_handoff=waited,
        false_handoffs_per_100_calls=round(100 * false / ordinary, 2) if ordinary else None,
        offers_per_100_calls=round(100 * offers / ordinary, 2) if ordinary else None,
    )
