"""People on a call by our own media legs: the briefing an agent hears, holding, and a supervisor who listens in."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from schemas.base import Data, Frozen

Announce = Literal["never", "agent", "everyone"]


class BriefingPlayed(Data):
    """What an agent heard of the packet before she joined: redacted words alone, so its sound holds nothing else."""

    type: ClassVar[str] = "briefing_played"
    handoff: str
    agent: str
    text: str = Field(max_length=2000, description="what of the briefing was played")
    played_ms: int = Field(ge=0)
    whole: bool = Field(description="no: she joined or left before its end, or no voice could be had")
    utterance: str = Field(default="", max_length=128, description="names its sound in the recording")


class Briefing(Frozen):
    """What an agent heard of a packet before she joined; its sound is the recording with `briefing={handoff}`."""

    event_id: str
    handoff: str
    agent: str | None = None
    text: str | None = Field(default=None, description="absent where a line of the call hides more since, or is gone")
    played_ms: int
    whole: bool | None = Field(default=None, description="no: she joined or left before its end")
    occurred_at: datetime


class LegHeld(Data):
    """The agent holds the call: neither hears the other."""

    type: ClassVar[str] = "leg_held"
    handoff: str
    agent: str


class LegResumed(Data):
    """The agent is back on the call that she held."""

    type: ClassVar[str] = "leg_resumed"
    handoff: str
    agent: str


class ListeningBegan(Data):
    """A supervisor hears the call from now on, or once the caller has heard so; neither side hears her."""

    type: ClassVar[str] = "listening_began"
    agent: str = Field(description="who listens")
    announce: Announce = Field(default="never", description="who of the people on the call is told, by the policy")


class ListeningEnded(Data):
    """She hears it no more."""

    type: ClassVar[str] = "listening_ended"
    agent: str
    listened_ms: int = Field(ge=0, description="0 where the caller could not be told")
