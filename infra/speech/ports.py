"""What the voice pipeline asks of speech and language providers; every adapter beside this file keeps these promises.

Each call ends within the adapter's timeout, is tried again once when it fails at once, and then raises
governance.errors.TransientError, whose message names the kind of failure and never content.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from schemas.speech import ChatChunk, ChatMessage, Transcript
from schemas.turns import Provider, Word

if TYPE_CHECKING:
    from infra.speech.dialogues import DialogueEvent

Samples = NDArray[np.int16]


class Listening(Protocol):
    """The recognition of one utterance."""

    async def feed(self, samples: Samples) -> None:
        """Take the next audio of the utterance."""

    def settle(self) -> None:
        """Hint that the caller fell silent: a final transcript may be begun on suspicion."""

    async def finish(self) -> Transcript:
        """Give the final transcript of what was fed up to the last hint (or all, without one)."""

    async def drop(self) -> None:
        """Forget the utterance; harmless after `finish`."""


class Recogniser(Protocol):
    """The recogniser of one call; utterances follow one another and may overlap while one is finished."""

    def begin(self, *, digits: bool, heard: Callable[[Transcript], None]) -> Listening:
        """Start an utterance; `digits` expects a number; `heard` is told each interim transcript."""

    async def close(self) -> None:
        """End with the call."""


@runtime_checkable
class EndsTurns(Protocol):
    """A recogniser that may hear the end of a turn itself, and says so in a transcript (`ended`)."""

    ends_turns: bool


class SpeechToText(Protocol):
    """A recogniser of speech."""

    provider: Provider

    async def open(self, *, sample_rate: int) -> Recogniser:
        """Begin a call whose audio has this rate."""

    async def close(self) -> None:
        """Give connections back."""


class TextToSpeech(Protocol):
    """A voice."""

    provider: Provider
    sample_rate: int

    def speak(self, text: str) -> AsyncIterator[Samples]:
        """Give the audio of a phrase as it is made."""

    async def close(self) -> None:
        """Give connections back."""


@runtime_checkable
class TimesWords(Protocol):
    """A voice that also tells when each word sounds, so that what was heard is not reckoned from lengths."""

    def speak_timed(self, text: str, *, timed: Callable[[tuple[Word, ...]], None]) -> AsyncIterator[Samples]:
        """Give the audio; `timed` is told all words timed so far, from the phrase's first sample."""


class LanguageModel(Protocol):
    """Whoever writes the assistant's words."""

    provider: Provider

    def answer(self, messages: Sequence[ChatMessage]) -> AsyncIterator[ChatChunk]:
        """Give the next message as it is written."""

    async def close(self) -> None:
        """Give connections back."""


class Embedder(Protocol):
    """Whoever gives a text a place among others."""

    provider: Provider

    async def embed(self, text: str) -> tuple[float, ...]:
        """Give a vector of length one; raises TransientError."""

    async def close(self) -> None:
        """Give connections back."""


@runtime_checkable
class Warms(Protocol):
    """A provider that can be connected to before it is asked."""

    async def warm(self) -> None:
        """Open a connection and keep it; never raises, whatever the other side does."""


class Dialogue(Protocol):
    """One call with a model that hears and speaks."""

    gated: bool  # whether it answers only when asked by `answer`, so that the caller's words can be judged before

    async def hear(self, samples: Samples) -> None:
        """Send the caller's next audio, of a gated model her speech alone; raises TransientError."""

    async def commit(self) -> None:
        """Tell that what was heard so far is an utterance, where the model does not decide that itself."""

    async def forget(self, nth: int) -> None:
        """Take the nth utterance back (from 1): it was no turn; with 0 what was not committed."""

    async def note(self, role: Literal["user", "assistant"], text: str) -> None:
        """Tell what was said on the line and neither heard nor said by the model, where it can be told."""

    def events(self) -> AsyncIterator["DialogueEvent"]:
        """Give what the model says and heard, until the call ends; raises TransientError, also for a silent vendor."""

    async def answer(self) -> None:
        """Ask for an answer to what was heard; nothing happens where the model answers by itself."""

    async def cut(self, item: str, *, played_ms: int) -> None:
        """Stop an answer and tell the model how much of it was played, where it can be told."""

    async def close(self) -> None:
        """End with the call."""


class SpeechToSpeech(Protocol):
    """A model that hears and speaks."""

    provider: Provider
    sample_rate: int
    timeout_ms: int  # for the opening, the first piece of an answer and each next one

    async def open(self, *, sample_rate: int, instructions: str) -> Dialogue:
        """Begin a call whose audio has this rate; raises TransientError."""

    async def close(self) -> None:
        """Give connections back."""


class VoiceActivity(Protocol):
    """Hears whether somebody speaks."""

    frame_samples: int

    def probability(self, frame: NDArray[np.float32]) -> float:
        """Give the probability of speech in the next frame of the stream."""

    def reset(self) -> None:
        """Forget the stream so far."""


class TurnDetector(Protocol):
    """Hears whether somebody has finished."""

    def probability(self, audio_16k: NDArray[np.float32]) -> float:
        """Give the probability that the turn has ended."""
