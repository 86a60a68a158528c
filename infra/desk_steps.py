"""The steps people take with a handoff: from which state to which, whose step it is, and the event that tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from schemas.base import Data
from schemas.desk import HandoffReassigned, HandoffReleased, WhyReleased
from schemas.handoffs import HandoffAccepted, HandoffClaimed, HandoffCompleted, HandoffDeclined, HandoffWithdrawn

SOURCE = "/callwarden/desk"
WAITING = ("offered", "declined", "released", "expired")


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `whose` says who may take it: who has the handoff, whoever comes first to an offer, or anybody."""

    state: str
    after: tuple[str, ...]
    event: Data
    facts: Mapping[str, object]
    whose: Literal["mine", "open", "anybody"] = "mine"
    unskilled: bool = False  # taken without a look at skills and languages


def claim(*, handoff: str, agent: str, unskilled: bool = False) -> Step:
    """Take an offer before anybody else does."""
    said = HandoffClaimed(handoff=handoff, agent=agent)
    return Step("claimed", ("offered",), said, {"claimed_by": agent}, "open", unskilled)


def accept(*, handoff: str, agent: str) -> Step:
    """Take the call, having read the packet."""
    return Step("accepted", ("claimed",), HandoffAccepted(handoff=handoff, agent=agent), {})


def decline(*, handoff: str, agent: str, reason: str) -> Step:
    """Give a claimed offer back."""
    said = HandoffDeclined(handoff=handoff, agent=agent, reason=reason)
    return Step("declined", ("claimed",), said, {"claimed_by": None})


def complete(*, handoff: str, agent: str, disposition: str) -> Step:
    """Finish with the caller."""
    said = HandoffCompleted(handoff=handoff, agent=agent, disposition=disposition)
    return Step("completed", ("accepted",), said, {"disposition": disposition})


def release(*, handoff: str, agent: str, why: WhyReleased, after: tuple[str, ...] = ("claimed",)) -> Step:
    """Take the handoff from who has it and is not there: it is offered again."""
    said = HandoffReleased(handoff=handoff, agent=agent, why=why)
    return Step("released", after, said, {"claimed_by": None})


def reassign(
    *, handoff: str, by: str, to_agent: str | None = None, to_queue: str | None = None, reason: str
) -> Step:
    """Give it to another agent, who then accepts it, or to another queue, which offers it; a supervisor's step."""
    said = HandoffReassigned(handoff=handoff, agent=by, to_agent=to_agent, to_queue=to_queue, reason=reason)
    after = (*WAITING, "claimed", "accepted")
    if to_agent is not None:
        return Step("claimed", after, said, {"claimed_by": to_agent}, "anybody")
    return Step("released", after, said, {"claimed_by": None}, "anybody")


def withdraw(*, handoff: str, by: str, reason: str) -> Step:
    """End it before anybody has accepted it: the call goes on without a person; a supervisor's step."""
    said = HandoffWithdrawn(handoff=handoff, reason=reason, agent=by)
    facts = {"over_reason": reason, "over_by": by}
    return Step("withdrawn", (*WAITING, "claimed"), said, facts, "anybody")
