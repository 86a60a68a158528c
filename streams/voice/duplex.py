"""A call's way to a model that hears and speaks: fed by the ear, asked by the answers, replaced when it fails.

The house keeps the floor: its own ear decides when a turn has ended, and the vendor answers only a turn that it has
heard whole and that the policy left to it. Everything else is answered as in a cascade.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Literal

import numpy as np

from governance.errors import TransientError
from infra.speech.bounded import whole
from infra.speech.links import Link
from infra.speech.ports import Samples, SpeechToSpeech
from infra.speech.refusal import Refused
from infra.speech.retry_after import wait_ms_of
from schemas.turns import Provider
from streams.voice.chain import Chain, Units, followed
from streams.voice.ear import Speech
from streams.voice.reporter import Reporter
from streams.voice.spans import Traces, TurnTrace
from streams.voice.vendor_answer import Sound, VendorAnswer
from streams.voice.vendor_line import VendorLine

CASCADE = "cascade"
BEFORE_MS = 500  # of sound before the ear was sure that she speaks
Role = Literal["user", "assistant"]


class Duplex:
    """One call's; nothing here waits but `answer` and `close`."""

    def __init__(
        self, chain: Chain[SpeechToSpeech], *, sample_rate: int, reporter: Reporter, traces: Traces,
        background: Callable[[], str], withheld: Callable[[], bool],
    ) -> None:
        """`background` gives what the model must know when its line is opened; nothing is sent while `withheld`."""
        self.turn = 0  # the last turn that the vendor heard whole
        self._chain = chain
        self._rate = sample_rate
        self._reporter = reporter
        self._traces = traces
        self._background = background
        self._withheld = withheld
        self._line: VendorLine | None = None
        self._hears: VendorLine | None = None  # the line that has heard all of what the caller is saying
        self._before: deque[Samples] = deque()
        self._heard: dict[int, tuple[VendorLine, int]] = {}  # utterances that a line has heard whole
        self._said_meanwhile: list[tuple[Role, str]] = []
        self._opening: asyncio.Task[None] | None = None
        self._good: Link[SpeechToSpeech] | None = None  # whose line broke after it had answered well
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def provider(self) -> Provider | None:
        """Who is on the line."""
        return self._line.link.port.provider if self._line is not None else None

    def start(self) -> None:
        """Begin to open a line, of the providers that have not just failed; where none opens, the cascade answers."""
        if not self._chain.links or self._line is not None or self._closed:
            return
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())

    def hear(self, samples: Samples) -> None:
        """Take the next sound of the call, before the ear judges it."""
        if not self._chain.links:
            return
        line = self._line
        if self._withheld():
            if self._hears is not None and self._hears.gated:
                self._hears.forget(0)
            self._hears = None
            self._before.clear()
            samples = np.zeros_like(samples)  # a model that hears all the time keeps its clock
        if line is None or line.gated:
            if self._hears is not None:
                self._hears.hear(samples)
                return
            self._before.append(samples)
            while sum(map(len, self._before)) - len(self._before[0]) > BEFORE_MS * self._rate // 1000:
                self._before.popleft()
        else:
            line.hear(samples)

    def began(self) -> None:
        """The caller began to speak."""
        self.start()
        line = self._line
        self._hears = None if self._withheld() else line
        if line is not None:
            line.began()
            if line.gated and self._hears is line:
                while self._before:
                    line.hear(self._before.popleft())

    def ended(self, speech: Speech) -> None:
        """What may be a turn has ended."""
        line, self._hears = self._hears, None
        if line is not None and line.alive:
            self._heard[speech.began_ms] = (line, line.commit())

    def taken(self, speech: Speech, *, turn: int) -> None:
        """It was a turn."""
        line, _ = self._heard.pop(speech.began_ms, (None, 0))
        if line is not None and line is self._line:
            self.turn = turn

    def dismissed(self, speech: Speech) -> None:
        """It was none."""
        line, nth = self._heard.pop(speech.began_ms, (None, 0))
        if line is not None:
            line.forget(nth)

    def answers(self, turn: int) -> bool:
        """Tell whether the vendor can answer this turn."""
        return turn > 0 and self.turn == turn and self._line is not None

    async def answer(self, *, turn: int, trace: TurnTrace) -> AsyncGenerator[Sound, None]:
        """Give the vendor's answer; raises TransientError where none comes or it breaks off, Refused where declined."""
        line = self._line
        if line is None:
            raise TransientError("hung up")
        one, given = line.ask(), False
        following = asyncio.create_task(self._follow(line, one, turn=turn, trace=trace))
        self._tasks.add(following)
        following.add_done_callback(self._tasks.discard)
        try:
            async for sound in one.sounds():
                if not given and (not sound.last or isinstance(one.failed, Refused)):
                    self._reporter.mark(turn, "first_token", trace)
                given = given or not sound.last
                yield sound
        finally:
            if not given:  # nothing of it is played: nobody else will say so
                line.cut(one, 0)

    def note(self, role: Role, text: str) -> None:
        """Tell the model what was said without it."""
        if self._line is not None:
            self._line.note(role, text)
        elif self._opening is not None:
            self._said_meanwhile.append((role, text))

    def failed(self, provider: Provider, error: TransientError, *, instead: str, turn: int) -> None:
        """Report that an answer failed, with what the caller gets."""
        for link in self._chain.links:
            if link.port.provider == provider:
                self._chain.failed(link, error, instead=instead, turn=turn, trace=self._traces.of(turn))
                return

    async def close(self) -> None:
        """Hang up, for good."""
        self._closed = True
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        line, self._line, self._hears = self._line, None, None
        for task in list(self._tasks):
            task.cancel()
        if line is not None:
            await line.close()

    async def _open(self) -> None:
        ready = [link for link in self._chain.links if link.circuit.ready or link is self._good]
        self._good = None
        for link, following in followed(ready, CASCADE):
            self._said_meanwhile = []
            try:
                opening = link.port.open(sample_rate=self._rate, instructions=self._background())
                dialogue = await whole(opening, whole_ms=link.whole_ms)
            except TransientError as failed:
                link.circuit.failed(wait_ms=wait_ms_of(failed))
                self._chain.failed(link, failed, instead=following, turn=self.turn, trace=None)
                continue
            link.circuit.succeeded()
            self._line = VendorLine(link, dialogue, lost=self._lost)
            for role, text in self._said_meanwhile:
                self._line.note(role, text)
            return

    def _lost(self, line: VendorLine, error: TransientError, awaited: bool) -> None:
        if not line.proven or str(error) == "timeout":
            line.link.circuit.failed(wait_ms=wait_ms_of(error))
        else:
            self._good = line.link  # it is opened again at once, others after a while
        if not awaited and not self._closed:
            self._chain.failed(line.link, error, instead=CASCADE, turn=self.turn, trace=None)
        closing = asyncio.create_task(line.close())
        self._tasks.add(closing)
        closing.add_done_callback(self._tasks.discard)
        if self._line is line:
            self._line = self._hears = None
            self.start()

    async def _follow(self, line: VendorLine, one: VendorAnswer, *, turn: int, trace: TurnTrace) -> None:
        """Trace and report the question to its end, however long it is listened to."""
        link = line.link
        try:
            with self._chain.asks(link, turn=turn, trace=trace) as units:
                await _ended(line, one, link)
                _count(units, one)
                if one.failed is not None and (not one.closed or isinstance(one.failed, Refused)):
                    raise one.failed
        except TransientError:
            return  # whoever listened to it was told


async def _ended(line: VendorLine, one: VendorAnswer, link: Link[SpeechToSpeech]) -> None:
    """Wait for the end of an answer: within the vendor's time for each piece, and its bound for all of it."""
    loop = asyncio.get_running_loop()
    until = loop.time() + link.whole_ms / 1000
    while not one.over.is_set():
        one.news.clear()
        try:
            async with asyncio.timeout_at(min(until, loop.time() + link.port.timeout_ms / 1000)):
                await one.news.wait()
        except TimeoutError:
            if one.closed:
                return  # it was cut, and the vendor says no more of it
            line.fail(TransientError("timeout"))
            one.fail(TransientError("timeout"))


def _count(units: Units, one: VendorAnswer) -> None:
    units.audio_ms, units.characters = one.audio_ms, one.characters
    if one.usage is not None:
        units.input_tokens, units.output_tokens = one.usage.input_tokens, one.usage.output_tokens
        units.input_audio_tokens = one.usage.input_audio_tokens
        units.output_audio_tokens = one.usage.output_audio_tokens
