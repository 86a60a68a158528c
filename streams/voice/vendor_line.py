"""One open line to a model that hears and speaks: what goes to it in order, and its answers as they come.

A model that answers when it likes (`gated` is false) is not played before its answer is asked for: until then it is
held, and dropped when the caller speaks again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Literal

from governance.errors import TransientError
from infra.speech.dialogues import AssistantAudio, AssistantDone, AssistantSaid, DialogueEvent
from infra.speech.links import Link
from infra.speech.ports import Dialogue, Samples, SpeechToSpeech
from streams.voice.vendor_answer import VendorAnswer

CLOSE_S = 2.0


class VendorLine:
    """Returns at once from all but `close`."""

    def __init__(
        self, link: Link[SpeechToSpeech], dialogue: Dialogue, *,
        lost: Callable[["VendorLine", TransientError, bool], None],
    ) -> None:
        """`lost` is told once when it breaks: why, and whether somebody waits for an answer, who is told as well."""
        self.link = link
        self.gated = dialogue.gated
        self.alive = True
        self.proven = False  # it has given a whole answer
        self.asked: VendorAnswer | None = None  # the answer that was asked for last
        self._dialogue = dialogue
        self._lost = lost
        self._committed = 0
        self._held: VendorAnswer | None = None
        self._stray = False  # an answer was cut before it had a name: what comes without one is still of it
        self._answers: dict[str, VendorAnswer] = {}
        self._to_send: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._tasks = [asyncio.create_task(one) for one in (self._send(), self._read())]

    def hear(self, samples: Samples) -> None:
        """Pass the caller's sound on."""
        self._to_send.put_nowait(lambda: self._dialogue.hear(samples))

    def commit(self) -> int:
        """End an utterance; gives its number, by which it can be taken back."""
        self._committed += 1
        self._to_send.put_nowait(self._dialogue.commit)
        return self._committed

    def forget(self, nth: int) -> None:
        """Take an utterance back, with 0 what was not committed."""
        self._to_send.put_nowait(lambda: self._dialogue.forget(nth))

    def note(self, role: Literal["user", "assistant"], text: str) -> None:
        """Tell what others said on the line."""
        self._to_send.put_nowait(lambda: self._dialogue.note(role, text))

    def began(self) -> None:
        """Take that the caller speaks: an answer that nobody asked for is an answer to what was before."""
        if self._held is not None:
            self.cut(self._held, 0)

    def ask(self) -> VendorAnswer:
        """Ask for an answer, or take the one that is held."""
        one, self._held = self._held, None
        self.asked = one = one or self._new()
        self._to_send.put_nowait(self._dialogue.answer)
        return one

    def cut(self, one: VendorAnswer, played_ms: int) -> None:
        """Stop an answer, and tell how much of it was played."""
        one.closed = True
        self._held = None if self._held is one else self._held
        if self.asked is one:
            self.asked = None
            self._stray = self.gated and not one.item and not one.over.is_set()
        self._to_send.put_nowait(lambda: self._dialogue.cut(one.item, played_ms=played_ms))

    def fail(self, error: TransientError) -> None:
        """Give the line up."""
        if self.alive:
            self.alive = False
            awaited = self.asked is not None and not self.asked.over.is_set()
            for one in self._answers.values():
                one.fail(error)
            if self.asked is not None:
                self.asked.fail(error)
            self._lost(self, error, awaited)

    async def close(self) -> None:
        """Hang up."""
        self.alive = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TransientError, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._dialogue.close()

    async def _send(self) -> None:
        try:
            while True:
                await (await self._to_send.get())()
        except TransientError as failed:
            self.fail(failed)

    async def _read(self) -> None:
        try:
            async for event in self._dialogue.events():
                self._take(event)
            self.fail(TransientError("hung up"))
        except TransientError as failed:
            self.fail(failed)

    def _take(self, event: DialogueEvent) -> None:
        match event:
            case AssistantAudio(item, samples):
                self._of(item).add(samples)
            case AssistantSaid(item, text):
                self._of(item).write(text)
            case AssistantDone(item, interrupted, usage, refused):
                one = self._done(item, interrupted=interrupted)
                one.end(interrupted=interrupted, usage=usage, refused=refused)
            case _:
                pass  # what the vendor makes of the caller's words: a recogniser of the house hears her

    def _done(self, item: str, *, interrupted: bool) -> VendorAnswer:
        if item:
            one = self._of(item)
        else:  # an answer without any sound
            one = self.asked if self.asked is not None and not interrupted and not self._stray else self._new()
        if self._held is one and interrupted:
            self._held = None  # the caller went on, and the vendor heard it
        self._stray = False
        self.proven = self.proven or one.samples > 0
        return one

    def _of(self, item: str) -> VendorAnswer:
        if item not in self._answers:
            waits = self.asked is not None and not self.asked.item and not self.asked.over.is_set()
            one = self.asked if waits and not self._stray and self.asked is not None else self._new()
            if one is not self.asked:
                if self.gated:
                    one.closed = True  # the rest of one that was cut
                else:
                    self.began()
                    self._held = one
            one.item = item
            self._answers[item] = one
        return self._answers[item]

    def _new(self) -> VendorAnswer:
        port = self.link.port
        return VendorAnswer(port.provider, rate=port.sample_rate, cut=self.cut)
