"""What speech and language providers are told and answer, whoever they are; lives in memory only."""

from typing import Literal

from pydantic import Field

from schemas.base import Frozen
from schemas.turns import Word

Ended = Literal["stop", "length"]
Thinking = Literal["none", "minimal", "low", "medium", "high"]


class Transcript(Frozen):
    """What a recogniser believes of one utterance, from its beginning; no text means that nothing was said."""

    text: str
    words: tuple[Word, ...] = Field(default=(), description="timed from the first sample that was fed")
    confidence: float | None = Field(default=None, ge=0, le=1)
    ended: bool = Field(default=False, description="the recogniser itself heard that the turn has ended")
    eager: bool = Field(default=False, description="it believes that the turn may have ended, and will say which it is")
    resumed: bool = Field(default=False, description="it takes that belief back: she goes on")


class ChatMessage(Frozen):
    """One message to a language model."""

    role: Literal["system", "user", "assistant"]
    text: str


class Usage(Frozen):
    """What one answer cost, in the provider's tokens."""

    input_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    input_audio_tokens: int | None = Field(default=None, ge=0, description="of the input tokens, those of sound")
    output_audio_tokens: int | None = Field(default=None, ge=0, description="of the output tokens, those of sound")


class ChatChunk(Frozen):
    """The next piece of an answer; where the provider tells its usage, the last figures are those of the whole."""

    text: str = ""
    usage: Usage | None = None
    ended: Ended | None = Field(default=None, description="how the answer ended: by itself, or at its limit of tokens")
