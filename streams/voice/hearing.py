"""The recogniser as one call uses it: final transcripts, and what is done where nobody understood."""

from governance.errors import TransientError
from schemas.speech import Transcript
from schemas.turns import Provider, Word
from streams.voice.ear import Speech
from streams.voice.relay import Relay
from streams.voice.spans import TurnTrace
from streams.voice.start import Setup


class Hearing:
    """One call's recognisers; where none can be had the call goes on deaf, and says so at each turn."""

    def __init__(self, relay: Relay, setup: Setup) -> None:
        """Take the call's relay."""
        self._relay = relay
        self._setup = setup

    @property
    def provider(self) -> Provider:
        """Who hears the caller now, or understood her last."""
        return self._relay.provider

    @property
    def lost(self) -> bool:
        """Whether nobody is left who could hear her."""
        return self._relay.chain.lost

    def utterance(self, speech: Speech) -> str:
        """Name a stretch of speech within its call."""
        return f"caller-{self._setup.first_number}-{speech.began_ms}"

    async def finish(self, speech: Speech, *, turn: int, trace: TurnTrace) -> Transcript | None:
        """Give the final transcript; the last interim where nobody gives one, None where there is none."""
        self._relay.about = (turn, trace)
        try:
            return await speech.listening.finish()
        except TransientError:  # each failure has been reported with what is done instead
            await speech.listening.drop()
            return Transcript(text=speech.text) if speech.text else None

    async def close(self) -> None:
        """End with the call."""
        await self._relay.close()


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
