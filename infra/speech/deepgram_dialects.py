"""What Deepgram's two recognisers say on their sockets: nova-3 on /v1/listen, Flux on /v2/listen."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from deepgram import AsyncDeepgramClient
from deepgram.listen.v1.types import ListenV1Error, ListenV1Results
from deepgram.listen.v2.types import ListenV2FatalError, ListenV2TurnInfo

from governance.errors import TransientError
from schemas.turns import Word

FLUX = "flux"
STILL_SAMPLES = 160
EAGER = "0.5"  # how sure of the end Flux is when it says EagerEndOfTurn; without it, it never does


@dataclass(frozen=True, slots=True)
class Said:
    """One message about speech: `final` text will not change, `flushed` ends what was asked to be ended."""

    text: str
    final: bool
    flushed: bool
    confidence: float | None = None
    words: tuple[Word, ...] = ()
    eager: bool = False  # the turn may be over
    resumed: bool = False  # it was not
    number: int | None = None  # where messages are counted: one that comes twice, or late, has been told


class Dialect(Protocol):
    """How one recogniser is talked to."""

    flushes_early: bool  # whether asking for the end of an utterance on suspicion does no harm
    ends_turns: bool  # whether it hears the end of a turn itself

    def connect(self, client: AsyncDeepgramClient, *, model: str, sample_rate: int) -> AbstractAsyncContextManager[Any]:
        """Open a socket for linear16 audio."""

    async def flush(self, socket: Any) -> None:
        """Ask for the final transcript of what was sent."""

    async def keep_alive(self, socket: Any) -> int:
        """Say that the call goes on though nobody speaks; gives the samples that the socket's clock moved on by."""

    def read(self, message: Any) -> Said | None:
        """Read a message; None for what says nothing of speech; raises TransientError for an error."""


class Nova:
    """nova-3: segments with is_final, Finalize answered by from_finalize."""

    flushes_early = True
    ends_turns = False  # its endpointing is switched off

    def connect(self, client: AsyncDeepgramClient, *, model: str, sample_rate: int) -> AbstractAsyncContextManager[Any]:
        """Open /v1/listen; endpointing is ours, so theirs is off."""
        opening: AbstractAsyncContextManager[Any] = client.listen.v1.connect(
            model=model, encoding="linear16", sample_rate=sample_rate, interim_results="true", endpointing="false",
            smart_format="true", channels=1,
        )
        return opening

    async def flush(self, socket: Any) -> None:
        """Finalize."""
        await socket.send_finalize()

    async def keep_alive(self, socket: Any) -> int:
        """KeepAlive: without audio the socket closes after some ten seconds."""
        await socket.send_keep_alive()
        return 0

    def read(self, message: Any) -> Said | None:
        """Read Results."""
        if isinstance(message, ListenV1Error):
            raise TransientError("Error")
        if not isinstance(message, ListenV1Results) or not message.channel.alternatives:
            return None
        best = message.channel.alternatives[0]
        words = tuple(_word(one) for one in best.words or ())
        return Said(
            best.transcript, final=bool(message.is_final), flushed=bool(message.from_finalize),
            confidence=best.confidence, words=words,
        )


class Flux:
    """Flux: a cumulative transcript for each turn; ForceEndTurn ends it."""

    flushes_early = False
    ends_turns = True

    def connect(self, client: AsyncDeepgramClient, *, model: str, sample_rate: int) -> AbstractAsyncContextManager[Any]:
        """Open /v2/listen."""
        opening: AbstractAsyncContextManager[Any] = client.listen.v2.connect(
            model=model, encoding="linear16", sample_rate=sample_rate, eager_eot_threshold=EAGER
        )
        return opening

    async def flush(self, socket: Any) -> None:
        """ForceEndTurn."""
        await socket.send_force_end_turn()

    async def keep_alive(self, socket: Any) -> int:
        """Flux has no such message: a little silence says the same, and counts among what word times count from."""
        await socket.send_media(bytes(2 * STILL_SAMPLES))
        return STILL_SAMPLES

    def read(self, message: Any) -> Said | None:
        """Read TurnInfo; an unknown event counts as an update (the vendor's enum is open)."""
        if isinstance(message, ListenV2FatalError):
            raise TransientError("Error")
        if not isinstance(message, ListenV2TurnInfo):
            return None
        ended = message.event == "EndOfTurn"
        words = tuple(_word(one) for one in message.words or ())
        return Said(
            message.transcript, final=ended, flushed=ended, words=words, eager=message.event == "EagerEndOfTurn",
            resumed=message.event == "TurnResumed", number=message.sequence_id,
        )


def dialect_of(model: str) -> Dialect:
    """Give the dialect of a model by its name."""
    return Flux() if model.startswith(FLUX) else Nova()


def _word(one: Any) -> Word:
    text = getattr(one, "punctuated_word", None) or one.word
    start, end = float(getattr(one, "start", None) or 0), float(getattr(one, "end", None) or 0)
    return Word(text=text, start_ms=int(1000 * start), end_ms=int(1000 * end), confidence=one.confidence)
