"""Gives back what an agent has claimed and cannot take: each handoff in one conditional step, with its event."""

from datetime import datetime

from sqlalchemy import Connection

from infra import desk_steps, handoff_desk, presence
from schemas.desk import WhyReleased


def give_back(connection: Connection, tenant: str, agent: str, *, why: WhyReleased, at: datetime) -> list[str]:
    """Release what she claimed; a call that she has accepted stays with her: she may be speaking on another line."""
    given: list[str] = []
    for handoff in presence.in_hands(connection, tenant, agent):
        step = desk_steps.release(handoff=handoff, agent=agent, why=why)
        try:
            handoff_desk.take(connection, tenant, handoff, step, agent=agent, at=at)
        except handoff_desk.HandoffTaken:
            continue  # accepted, or gone further meanwhile
        given.append(handoff)
    return given
