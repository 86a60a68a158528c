"""Recognition by a chain: one recogniser hears the caller live, and her audio is kept until somebody understood it.

What comes from the line never waits for a recogniser: a slow one is fed beside it.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from governance.errors import TransientError
from infra.speech.bounded import whole
from infra.speech.links import Link
from infra.speech.ports import EndsTurns, Listening, Recogniser, Samples, SpeechToText
from infra.speech.retry_after import wait_ms_of
from schemas.speech import Transcript
from schemas.turns import Provider
from streams.voice.chain import Chain, followed
from streams.voice.spans import Traces, TurnTrace

NOBODY = Provider(name="nobody", model="none")


class Relay:
    """One call's recognisers; opened when they are needed first."""

    def __init__(self, chain: Chain[SpeechToText], *, sample_rate: int, traces: Traces) -> None:
        """Take the chain; `open` opens the first that can be had."""
        self.chain = chain
        self.rate = sample_rate
        self.provider = chain.links[0].port.provider if chain.links else NOBODY  # who heard last
        self.about: tuple[int, TurnTrace] = (0, traces.of(0))  # the turn that is finished: one after the other
        self.ends_turns = False  # whether who hears now says itself that a turn has ended
        self._open: dict[int, Recogniser] = {}

    async def open(self) -> None:
        """Open a recogniser, so that the first word finds it ready; where none opens, each utterance tries again."""
        turn, trace = self.about
        for link, following in followed(self.chain.order(), "spoken apology"):
            try:
                await whole(self.opened(link), whole_ms=link.whole_ms)
            except TransientError as failed:
                link.circuit.failed(wait_ms=wait_ms_of(failed))
                self.chain.failed(link, failed, instead=following, turn=turn, trace=trace)
            else:
                return

    async def opened(self, link: Link[SpeechToText]) -> Recogniser:
        """Give a provider's recogniser of this call; raises TransientError."""
        if id(link) not in self._open:
            self._open[id(link)] = await link.port.open(sample_rate=self.rate)
        return self._open[id(link)]

    def begin(self, *, digits: bool, heard: Callable[[Transcript], None]) -> "RelayListening":
        """Start an utterance with the first recogniser that is open."""
        for link in self.chain.order():
            if id(link) in self._open:
                recogniser = self._open[id(link)]
                self.provider = link.port.provider
                self.ends_turns = isinstance(recogniser, EndsTurns) and recogniser.ends_turns
                return RelayListening(self, link, recogniser, digits=digits, heard=heard)
        self.ends_turns = False
        return RelayListening(self, None, None, digits=digits, heard=heard)

    async def close(self) -> None:
        """End with the call."""
        for recogniser in self._open.values():
            await recogniser.close()


class RelayListening:
    """One utterance; `finish` gives what the first provider understands that can."""

    def __init__(
        self, relay: Relay, link: Link[SpeechToText] | None, recogniser: Recogniser | None, *, digits: bool,
        heard: Callable[[Transcript], None],
    ) -> None:
        """Begin to feed the live recogniser, where there is one."""
        self._relay = relay
        self._link = link
        self._digits = digits
        self._heard = heard
        self._audio: list[Samples] = []
        self._believed = ""
        self._over = False  # what a recogniser still says of it then is no news: it would cut its own answer
        self._live: Listening | None = recogniser.begin(digits=digits, heard=self._interim) if recogniser else None
        self._to_feed: asyncio.Queue[Samples | None] = asyncio.Queue()
        self._unfed = 0
        self._feeding = asyncio.create_task(self._feed_live(self._live)) if self._live is not None else None

    async def feed(self, samples: Samples) -> None:
        """Keep the next audio; the live recogniser gets it beside."""
        self._audio.append(samples)
        self._to_live(samples)

    def settle(self) -> None:
        """Hint that the caller fell silent, once all audio up to here was fed."""
        self._to_live(None)

    async def finish(self) -> Transcript:
        """Give the final transcript of the first provider that has one; raises TransientError where nobody has."""
        relay, (turn, trace) = self._relay, self._relay.about
        order = relay.chain.order()
        if self._link is not None:
            order = (self._link, *(link for link in order if link is not self._link))
        told = TransientError("no provider")
        for link, following in followed(order, "last interim" if self._believed else "spoken apology"):
            try:
                with relay.chain.asks(link, turn=turn, trace=trace) as units:
                    units.audio_ms = 1000 * sum(map(len, self._audio)) // relay.rate
                    answer = self._finish_live() if link is self._link else self._again(link)
                    transcript = await whole(answer, whole_ms=link.whole_ms)
            except TransientError as failed:
                relay.chain.failed(link, failed, instead=following, turn=turn, trace=trace)
                await self._drop_live()
                told = failed
            else:
                relay.provider, self._over = link.port.provider, True
                if self._feeding is not None:
                    self._feeding.cancel()
                return transcript
        relay.chain.unanswered(turn=turn, trace=trace)
        raise told

    async def drop(self) -> None:
        """Forget the utterance."""
        self._over = True
        await self._drop_live()

    def _to_live(self, samples: Samples | None) -> None:
        if self._feeding is not None:
            self._unfed += 1
            self._to_feed.put_nowait(samples)

    async def _feed_live(self, live: Listening) -> None:
        while True:
            samples = await self._to_feed.get()
            if samples is None:
                live.settle()
            else:
                await live.feed(samples)
            self._unfed -= 1
            self._to_feed.task_done()

    async def _finish_live(self) -> Transcript:
        if self._live is None or self._feeding is None:
            raise TransientError("dropped")
        if self._unfed:  # else nothing is waited for: two rounds of the loop, which she would wait for as well
            fed = asyncio.create_task(self._to_feed.join())
            try:
                await asyncio.wait((fed, self._feeding), return_when=asyncio.FIRST_COMPLETED)
            finally:
                fed.cancel()
        if self._feeding.done():
            self._feeding.result()  # raises why it ended: it feeds for ever
        return await self._live.finish()

    async def _again(self, link: Link[SpeechToText]) -> Transcript:
        listening = (await self._relay.opened(link)).begin(digits=self._digits, heard=self._nothing)
        try:
            for samples in self._audio:
                await listening.feed(samples)
            return await listening.finish()
        except BaseException:
            await listening.drop()
            raise

    async def _drop_live(self) -> None:
        if self._feeding is not None:
            self._feeding.cancel()
            with suppress(asyncio.CancelledError, TransientError):
                await self._feeding
        if self._live is not None:
            await self._live.drop()
        self._live = self._feeding = None

    def _interim(self, transcript: Transcript) -> None:
        if not self._over:
            self._believed = transcript.text
            self._heard(transcript)

    def _nothing(self, transcript: Transcript) -> None:
        """Interims of audio that is over are no news."""
