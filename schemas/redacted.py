"""What of a person's words may exist below redaction: redacted text, stable pseudonyms, and the evidence for each."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.base import Data, Frozen, Label, Participant
from schemas.payments import Overheard
from schemas.turns import HeardMethod, Provider


class RedactedSpan(Frozen):
    """One replacement: where it was in the original, where its pseudonym is now, by which recognizer."""

    start: int = Field(ge=0, description="in the original text, characters")
    end: int = Field(ge=0)
    entity: str
    pseudonym: str
    score: float = Field(ge=0, le=1)
    recognizer: str
    redacted_start: int = Field(ge=0)
    redacted_end: int = Field(ge=0)


class SoundPlace(Frozen):
    """Where characters of the original sound; the words of a span are one place, so that they tell nothing."""

    start: int = Field(ge=0, description="in the original text, characters")
    end: int = Field(ge=0)
    start_ms: int = Field(ge=0, description="of the call's audio for a caller, of the utterance for the assistant")
    end_ms: int = Field(ge=0)


class UtteranceRedacted(Data):
    """`utterance_finalized` without personal data."""

    type: ClassVar[str] = "utterance_redacted"
    participant: Participant
    utterance: str
    turn: int = 0
    text: str
    spans: tuple[RedactedSpan, ...] = ()
    detector: str = Field(description="version of the detector that was asked")
    policy_version: Label | None = Field(default=None, description="the policy that said what is replaced")
    start_ms: int = 0
    end_ms: int = 0
    places: tuple[SoundPlace, ...] = ()
    confidence: float | None = None
    provider: Provider | None = None
    noticed: tuple[Overheard, ...] = ()


class InterimRedacted(Data):
    """`interim_transcribed` without personal data."""

    type: ClassVar[str] = "interim_redacted"
    participant: Participant
    utterance: str
    turn: int = 0
    text: str
    spans: tuple[RedactedSpan, ...] = ()
    held_back: int = Field(default=0, ge=0, description="characters at the end that may be half of something")
    detector: str
    policy_version: Label | None = None
    noticed: tuple[Overheard, ...] = ()


class AssistantRedacted(Data):
    """One of the assistant's three texts without personal data."""

    type: ClassVar[str] = "assistant_redacted"
    stage: Literal["generated", "synthesised", "heard"]
    utterance: str
    turn: int
    text: str
    spans: tuple[RedactedSpan, ...] = ()
    detector: str
    policy_version: Label | None = None
    places: tuple[SoundPlace, ...] = ()
    audio_ms: int | None = None
    played_ms: int | None = None
    method: HeardMethod | None = None
    interrupted: bool = False
    mismatch: bool = False
    provider: Provider | None = None


class RedactionFailed(Data):
    """The detector could not answer: the text is withheld, the call goes on."""

    type: ClassVar[str] = "redaction_failed"
    participant: Participant
    utterance: str
    turn: int = 0
    error: str = Field(max_length=200, description="kind of failure, never content")
    detector: str
    policy_version: Label | None = None


class EntitySealed(Data):
    """The original of one pseudonym, sealed under the call's key; only a reveal opens it."""

    type: ClassVar[str] = "entity_sealed"
    pseudonym: str
    entity: str
    key_id: str
    sealed: str = Field(description="base64 of the ciphertext")


class RedactionAmended(Data):
    """An earlier text read again in the light of what followed: the whole text as it may be read from now on.

    It names the event it amends; that event stays in the log as it was.
    """

    type: ClassVar[str] = "redaction_amended"
    amends: Label = Field(description="id of the event whose text this one replaces")
    participant: Participant
    utterance: str
    turn: int = 0
    text: str
    spans: tuple[RedactedSpan, ...] = Field(default=(), description="all replacements, the new ones among them")
    detector: str
    policy_version: Label | None = None
