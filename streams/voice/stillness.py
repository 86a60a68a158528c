"""A caller who falls silent: asked once whether she is there, then the call is ended, and both are said.

Time is the call's own audio, silence that a channel did not send included. Who waits for a person, or may be in danger,
is never hung up on.
"""

import asyncio
from collections.abc import Callable

import structlog

from governance.patience import Patience, decide
from schemas.audio import SILENT
from streams.voice.answers import Answers
from streams.voice.ear import Ear
from streams.voice.lines import Lines
from streams.voice.wire import Wire

log = structlog.get_logger()


class Stillness:
    """Watches one call; `look` is called as its audio goes on."""

    def __init__(
        self, *, patience: Patience, ear: Callable[[], Ear], answers: Answers, wire: Wire, lines: Lines,
        turn: Callable[[], int],
    ) -> None:
        """Take one call's parts."""
        self._patience = patience
        self._ear = ear
        self._answers = answers
        self._wire = wire
        self._lines = lines
        self._turn = turn
        self._since_ms = 0
        self._asked = False
        self._leaving: asyncio.Task[None] | None = None

    def touched(self, at_ms: int) -> None:
        """She has shown that she is there."""
        self._since_ms, self._asked = at_ms, False

    def look(self, at_ms: int) -> None:
        """Do what is due."""
        answers = self._answers
        if self._ear().speech is not None:
            self.touched(at_ms)
        elif answers.busy or self._kept:
            self._since_ms = at_ms
        else:
            self._act(at_ms)

    def close(self) -> None:
        """End with the call."""
        if self._leaving is not None:
            self._leaving.cancel()

    @property
    def _kept(self) -> bool:
        """Whether she waits for a person, is with one, or may be in danger."""
        return self._answers.connecting or self._answers.silent or self._answers.urgent

    def _act(self, at_ms: int) -> None:
        match decide(self._patience, silent_ms=at_ms - self._since_ms, asked=self._asked):
            case "ask":
                self._asked, self._since_ms = True, at_ms
                self._answers.say(self._lines.still_there, turn=self._turn())
            case "end" if self._leaving is None:
                self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        await asyncio.wait([self._answers.say(self._lines.nobody_there, turn=self._turn())])
        if self._asked and not self._kept:  # nothing has happened meanwhile
            log.info("a call in which nobody speaks is ended")
            await self._wire.control("stop", {"reason": SILENT})
        else:
            self._leaving = None
