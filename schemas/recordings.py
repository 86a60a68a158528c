"""Recordings of calls: which sealed chunks there are, what of the speech they cover, and what was destroyed."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.base import Data, Frozen, Participant

Direction = Literal["in", "out", "briefing"]  # the caller; to the caller; to an agent before she joins
Digest = str
# lost: a numbered frame of the channel never came; everything else was left out on purpose
AbsentBecause = Literal["payment", "not_consented", "lost"]


class Interval(Frozen):
    """A stretch of a recording, milliseconds from the call's first sample."""

    start_ms: int = Field(ge=0)
    end_ms: int = Field(ge=0)


class RecordingChunk(Frozen):
    """One sealed piece of one direction; the digest is that of the ciphertext, so it is checked without a key."""

    direction: Direction
    number: int = Field(ge=0, description="of its first audio record; a gap between chunks is a loss")
    last: int = Field(ge=0, description="of its last audio record")
    start_ms: int = Field(ge=0)
    end_ms: int = Field(ge=0)
    sha256: Digest


class Unheard(Frozen):
    """Speech that has a transcript and, for so long, no audio."""

    participant: Participant
    utterance: str
    missing_ms: int = Field(ge=0)


class Absent(Frozen):
    """A stretch of one direction that was left out on purpose, or was lost on its way to us."""

    direction: Direction
    start_ms: int = Field(ge=0)
    end_ms: int = Field(ge=0)
    because: AbsentBecause


class _Manifest(Data):
    chunks: int = Field(ge=0)
    chunks_sha256: Digest = Field(description="SHA-256 over lines `direction number sha256` of all chunks in order")
    caller_ms: int = Field(ge=0, description="audio of the caller")
    assistant_ms: int = Field(ge=0, description="audio to the caller")
    briefing_ms: int = Field(default=0, ge=0, description="audio of briefings, to agents")
    speech_ms: int = Field(ge=0, description="speech with a transcript or a playback, briefings included")
    covered_ms: int = Field(ge=0, description="of it, what the chunks hold")
    destroyed_ms: int = Field(default=0, ge=0, description="left out on purpose: payment windows")
    not_consented_ms: int = Field(default=0, ge=0, description="left out on purpose: the caller did not agree to it")
    lost_ms: int = Field(default=0, ge=0, description="of the caller, lost on its way to us")
    absent: tuple[Absent, ...] = Field(default=(), description="what is not there, and why")


class RecordingCompleted(_Manifest):
    """All speech of an ended call has its audio in the recording."""

    type: ClassVar[str] = "recording_completed"


class RecordingIncomplete(_Manifest):
    """Some speech of an ended call has no audio; `missing` says which."""

    type: ClassVar[str] = "recording_incomplete"
    missing: tuple[Unheard, ...]


class RecordingDestroyed(Data):
    """The receipt of what was kept of a call and was deleted because the caller does not agree to it."""

    type: ClassVar[str] = "recording_destroyed"
    because: Literal["consent_refused", "consent_withdrawn"]
    records: int = Field(ge=1)
    digests: tuple[Digest, ...] = Field(description="SHA-256 of the deleted chunks' ciphertext")
