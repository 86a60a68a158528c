"""Calls to the outside: who was asked and what it took, who may not be asked, and what filled the silence."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.base import MOST, Data
from schemas.turns import HeardMethod, Provider

Operation = Literal["speech_to_text", "chat", "text_to_speech", "speech_to_speech"]
Outcome = Literal["answered", "failed", "refused", "abandoned"]
Count = Field(default=None, ge=0, le=MOST)


class ProviderCalled(Data):
    """One question to a provider has ended; `abandoned`: its answer was no longer wanted, `refused`: it declined.

    Audio is what went to a recogniser or came from a voice; of a model, tokens where it tells them, and those of sound
    among them.
    """

    type: ClassVar[str] = "provider_called"
    provider: Provider
    operation: Operation
    outcome: Outcome
    duration_ms: int = Field(ge=0, le=MOST)
    audio_ms: int | None = Count
    characters: int | None = Count
    input_tokens: int | None = Count
    output_tokens: int | None = Count
    input_audio_tokens: int | None = Count
    output_audio_tokens: int | None = Count
    turn: int = Field(default=0, ge=0, le=MOST)


class ProviderDenied(Data):
    """The policy of the call keeps a provider from it; `left` others of its chain may still be asked."""

    type: ClassVar[str] = "provider_denied"
    provider: Provider
    operation: Operation
    rule: str
    reason: str
    policy_version: str
    left: int = Field(ge=0, le=MOST)


class NoProviderLeft(Data):
    """Nobody can listen, write or speak for the assistant any more: a person must take the call."""

    type: ClassVar[str] = "no_provider_left"
    operation: Operation
    why: Literal["denied", "failed"]
    turn: int = Field(default=0, ge=0, le=MOST)


class SpeculationEnded(Data):
    """An answer that was begun before the end of turn was certain was kept, or dropped unheard.

    `ahead_ms` is what it gained: from the question to the model up to the end of turn. Of a dropped one, `characters`
    is what the model had written in vain; its question stands as `provider_called`, abandoned.
    """

    type: ClassVar[str] = "speculation_ended"
    turn: int = Field(ge=0, le=MOST)
    outcome: Literal["kept", "dropped"]
    because: Literal["same_words", "other_words", "went_on", "policy", "no_turn", "failed", "call_over", "kept_answer"]
    ahead_ms: int = Field(ge=0, le=MOST)
    characters: int = Field(ge=0, le=MOST)


class SignPlayed(Data):
    """What the caller heard while she waited: a fixed sentence or a tone. It is no answer, and no words of a person."""

    type: ClassVar[str] = "sign_played"
    turn: int = Field(ge=0, le=MOST)
    sign: Literal["filler", "tone"]
    text: str = Field(max_length=1000, description="what was heard of the fixed sentence; empty for a tone")
    played_ms: int = Field(ge=0, le=MOST)
    method: HeardMethod
    ended: Literal["whole", "answer", "stopped"] = Field(
        description="played to its end, cut by the answer, or stopped: the caller spoke, or no answer was due any more"
    )


class PhraseWithheld(Data):
    """A phrase that the language model wrote was not spoken: a rule of the policy forbids it; a fixed sentence was.

    What was generated is the text that was spoken: the words that were withheld are kept nowhere.
    """

    type: ClassVar[str] = "phrase_withheld"
    turn: int = Field(ge=0, le=MOST)
    rule: str
    reason: str
    policy_version: str
    characters: int = Field(ge=0, le=MOST, description="length of what was withheld")
