"""Speech and turns: what was heard, what was said, what was played, and how long each part took."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.base import MOST, Data, Frozen, Instant, Participant
from schemas.payments import Overheard

Mark = Literal[
    "caller_stopped", "endpoint_decided", "transcript_final", "first_token", "first_audio", "first_played"
]
# The order of a turn; TTFA = first_played - caller_stopped (reference: pipecat's TTFA, livekit's end_of_turn_delay).
MARKS: tuple[Mark, ...] = (
    "caller_stopped", "endpoint_decided", "transcript_final", "first_token", "first_audio", "first_played",
)
NOTICED = Field(default=(), max_length=20, description="of words withheld in a payment window; the house gives it")
HeardMethod = Literal["playback_mark", "vendor_report", "audio_clock"]


class Provider(Frozen):
    """Who computed it: system, model, region; for residency and for reproducing."""

    name: str
    model: str
    region: str = "local"


class Word(Frozen):
    """One recognised word with its place in the call's audio, milliseconds from the call's first sample."""

    text: str
    start_ms: int = Field(ge=0, le=MOST)
    end_ms: int = Field(ge=0, le=MOST)
    confidence: float | None = Field(default=None, ge=0, le=1)


class SpeechStarted(Data):
    """A participant began to speak; `at_ms` counts from the call's first sample."""

    type: ClassVar[str] = "speech_started"
    participant: Participant
    at_ms: int = Field(ge=0, le=MOST)
    turn: int = Field(ge=0, le=MOST)


class SpeechStopped(Data):
    """A participant fell silent."""

    type: ClassVar[str] = "speech_stopped"
    participant: Participant
    at_ms: int = Field(ge=0, le=MOST)
    turn: int = Field(ge=0, le=MOST)


class InterimTranscribed(Data):
    """What the recogniser believes so far; cumulative for the utterance."""

    type: ClassVar[str] = "interim_transcribed"
    clear_text: ClassVar[bool] = True
    participant: Participant
    utterance: str = Field(max_length=128)
    turn: int = Field(default=0, ge=0, le=MOST)
    text: str = Field(max_length=8000)
    provider: Provider | None = None
    noticed: tuple[Overheard, ...] = NOTICED


class UtteranceFinalized(Data):
    """One stretch of speech by one participant with its final transcript."""

    type: ClassVar[str] = "utterance_finalized"
    clear_text: ClassVar[bool] = True
    participant: Participant
    utterance: str = Field(max_length=128)
    turn: int = Field(default=0, ge=0, le=MOST)
    text: str = Field(max_length=8000)
    start_ms: int = Field(default=0, ge=0, le=MOST)
    end_ms: int = Field(default=0, ge=0, le=MOST)
    words: tuple[Word, ...] = ()
    confidence: float | None = Field(default=None, ge=0, le=1)
    provider: Provider | None = None
    noticed: tuple[Overheard, ...] = NOTICED


class AssistantGenerated(Data):
    """The text a language model wrote for the assistant: the first of the three facts of spoken truth."""

    type: ClassVar[str] = "assistant_generated"
    clear_text: ClassVar[bool] = True
    utterance: str
    turn: int = Field(ge=0, le=MOST)
    text: str = Field(max_length=16000)
    provider: Provider | None = None


class AssistantSynthesised(Data):
    """The text that became audio, and how much audio."""

    type: ClassVar[str] = "assistant_synthesised"
    clear_text: ClassVar[bool] = True
    utterance: str
    turn: int = Field(ge=0, le=MOST)
    text: str = Field(max_length=16000)
    audio_ms: int = Field(ge=0, le=MOST)
    words: tuple[Word, ...] = Field(
        default=(), description="words or phrases with their times from the utterance's first sample"
    )
    provider: Provider | None = None


class AssistantHeard(Data):
    """The text that was played to the caller, and how that is known."""

    type: ClassVar[str] = "assistant_heard"
    clear_text: ClassVar[bool] = True
    utterance: str
    turn: int = Field(ge=0, le=MOST)
    text: str = Field(max_length=16000)
    played_ms: int = Field(ge=0, le=MOST)
    method: HeardMethod
    interrupted: bool
    mismatch: bool = Field(description="heard is not the whole of what was generated")


class BargeInDetected(Data):
    """The caller took the floor while the assistant spoke; playback stopped."""

    type: ClassVar[str] = "barge_in_detected"
    turn: int = Field(ge=0, le=MOST)
    at_ms: int = Field(ge=0, le=MOST)
    utterance: str
    stopped_after_ms: int = Field(
        ge=0, le=MOST, description="caller's first speech sample to last assistant sample sent"
    )


class BackchannelHeard(Data):
    """'mm-hm': the caller spoke, the floor stayed with the assistant."""

    type: ClassVar[str] = "backchannel_heard"
    turn: int = Field(ge=0, le=MOST)
    at_ms: int = Field(ge=0, le=MOST)


class Reached(Frozen):
    """One instant of a turn's waterfall."""

    mark: Mark
    at: Instant


class TurnMarked(Data):
    """One instant of a turn's waterfall, and those before it that nobody waited for."""

    type: ClassVar[str] = "turn_marked"
    turn: int = Field(ge=1, le=MOST)
    mark: Mark
    at: Instant
    earlier: tuple[Reached, ...] = Field(default=(), max_length=len(MARKS), description="in their order")

    @property
    def marks(self) -> tuple[Reached, ...]:
        """Give all of them in their order."""
        return (*self.earlier, Reached(mark=self.mark, at=self.at))


class ProviderFailed(Data):
    """An outside call failed or timed out; `fallback` says what the caller got instead."""

    type: ClassVar[str] = "provider_failed"
    provider: Provider
    operation: Literal["speech_to_text", "chat", "text_to_speech", "speech_to_speech", "redaction", "caller_context"]
    error: str = Field(max_length=200, description="kind of failure, never content")
    fallback: str
    turn: int = Field(default=0, ge=0, le=MOST)


class TurnEnded(Data):
    """The caller's turn is complete: her utterances up to the end of turn."""

    type: ClassVar[str] = "turn_ended"
    turn: int = Field(ge=1, le=MOST)
    utterances: tuple[str, ...]


class Part(Frozen):
    """One step of the waterfall, in milliseconds."""

    name: str
    ms: float


class LatencyMeasured(Data):
    """TTFA of one turn with the parts that sum to it: caller stopped speaking -> first audible sample played."""

    type: ClassVar[str] = "latency_measured"
    turn: int = Field(ge=1, le=MOST)
    ttfa_ms: float
    parts: tuple[Part, ...]
