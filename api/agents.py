"""/v1/agents: who is at the desk, with which skills and languages; who goes off duty gives back what she claimed."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.auth import Agent, QueueReader, Supervisor
from api.parts import HasParts, Parts
from api.problems import Problem
from infra import presence, released
from infra.clock import now
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.desk import LANGUAGE, SKILL, AgentPage, AgentView, Duty

router = APIRouter(prefix="/v1/agents", tags=["handoffs"])
Skill = Annotated[str, Field(pattern=SKILL)]
Language = Annotated[str, Field(pattern=LANGUAGE)]


class Presence(BaseModel):
    """Duty, and what the agent can; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")
    duty: Duty = Field(examples=["on"])
    skills: tuple[Skill, ...] | None = Field(default=None, max_length=50, examples=[["billing"]])
    languages: tuple[Language, ...] | None = Field(default=None, max_length=50, examples=[["en", "fr"]])


@router.get("", operation_id="listAgents", summary="See who is at the desk")
def list_agents(
    who: QueueReader, parts: HasParts, duty: Annotated[Duty | None, Query(description="everybody if absent")] = None
) -> AgentPage:
    """Give everybody whom the desk has seen, who is on duty first."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        return presence.listing(connection, who.tenant, duty=duty)


@router.get("/me", operation_id="getMyPresence", summary="See how the desk knows you")
def get_me(who: Agent, parts: HasParts) -> AgentView:
    """Give duty, skills, languages and what is in hands; 404 before she first said that she is there."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        view = presence.one(connection, who.tenant, who.subject)
    if view is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "the desk has not seen you yet: PUT /v1/agents/me")
    return view


@router.put("/me", operation_id="putMyPresence", summary="Say that you are there, and what you can take")
def put_me(body: Presence, who: Agent, parts: HasParts) -> AgentView:
    """Go on duty or off it. Sent again, or while the stream is open, it says that you are there still."""
    return _put(parts, who, who.subject, body)


@router.put("/{agent}", operation_id="putPresence", summary="Set duty, skills and languages of an agent")
def put_agent(
    agent: Annotated[str, Path(min_length=1, max_length=128)], body: Presence, who: Supervisor, parts: HasParts
) -> AgentView:
    """Set them as a supervisor."""
    return _put(parts, who, agent, body)


def _put(parts: Parts, who: Principal, agent: str, body: Presence) -> AgentView:
    at = now()
    with tenant_transaction(parts.pool, who.tenant) as connection:
        if body.duty in ("off", "break"):
            released.give_back(connection, who.tenant, agent, why="off_duty", at=at)
        view = presence.put(
            connection, who.tenant, agent, duty=body.duty, skills=body.skills, languages=body.languages, at=at
        )
    parts.access.stood(who, agent=agent, facts=view.model_dump(mode="json", include={"duty", "skills", "languages"}),
                       at=at)
    return view
