"""The recogniser as one call uses it: final transcripts, and what is done where it fails."""

from collections.abc import Callable

from governance.errors import TransientError
from infra.speech.ports import Listening, Recogniser, Samples, SpeechToText
from schemas.speech import Transcript
from schemas.telemetry import SPEECH_TO_TEXT
from schemas.turns import Word
from streams.voice.ear import Speech
from streams.voice.reporter import Reporter, failure
from streams.voice.spans import TurnTrace
from streams.voice.start import Setup


class Hearing:
    """One call's recogniser; where it cannot be had the call goes on deaf, and says so at each turn."""

    def __init__(self, speech_to_text: SpeechToText, recogniser: Recogniser, reporter: Reporter, setup: Setup) -> None:
        """Take an open recogniser."""
        self.provider = speech_to_text.provider
        self._recogniser = recogniser
        self._reporter = reporter
        self._setup = setup

    def utterance(self, speech: Speech) -> str:
        """Name a stretch of speech within its call."""
        return f"caller-{self._setup.first_number}-{speech.began_ms}"

    async def finish(self, speech: Speech, *, turn: int, trace: TurnTrace) -> Transcript | None:
        """Give the final transcript; the last interim where the recogniser fails, None where there is none."""
        try:
            with trace.asks(SPEECH_TO_TEXT, self.provider):
                return await speech.listening.finish()
        except TransientError as failed:
            await speech.listening.drop()
            fallback = "last interim" if speech.text else "spoken apology"
            self._reporter.failed(failure(self.provider, "speech_to_text", failed, fallback=fallback, turn=turn), trace)
            return Transcript(text=speech.text) if speech.text else None

    async def close(self) -> None:
        """End with the call."""
        await self._recogniser.close()


def placed(words: tuple[Word, ...], speech: Speech) -> tuple[Word, ...]:
    """Give words with their places in the call's audio; none where they are not known."""
    if speech.moved:
        return ()
    later_ms = speech.fed_ms - speech.ahead_ms
    return tuple(
        one.model_copy(update={
            "start_ms": max(0, one.start_ms + later_ms), "end_ms": max(0, one.end_ms + later_ms),
        })
        for one in words
    )


async def open_recogniser(
    speech_to_text: SpeechToText, reporter: Reporter, *, sample_rate: int
) -> Recogniser:
    """Open a recogniser, or a deaf one where none can be had."""
    try:
        return await speech_to_text.open(sample_rate=sample_rate)
    except TransientError as failed:
        provider = speech_to_text.provider
        reporter.failed(failure(provider, "speech_to_text", failed, fallback="spoken apology", turn=0), None)
        return Deaf(str(failed))


class Deaf:
    """Stands in for a recogniser that did not open: every utterance fails for the reason it gave."""

    def __init__(self, reason: str) -> None:
        """Take the kind of failure."""
        self._reason = reason

    def begin(self, *, digits: bool, heard: Callable[[Transcript], None]) -> Listening:  # noqa: ARG002 - the port's
        """Start an utterance."""
        return _Nothing(self._reason)

    async def close(self) -> None:
        """Nothing is open."""


class _Nothing:
    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def feed(self, samples: Samples) -> None:
        """Hear nothing."""

    def settle(self) -> None:
        """Hear nothing."""

    async def finish(self) -> Transcript:
        """Say why."""
        raise TransientError(self._reason)

    async def drop(self) -> None:
        """Nothing is held."""
