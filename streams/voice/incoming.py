"""What comes from a call's channel: samples in one piece for all who hear her, silence that was not sent, fields."""

import json
from collections.abc import Callable
from datetime import datetime

import numpy as np

from governance.errors import InputError
from governance.patience import Patience
from infra.speech.ports import Samples
from schemas.audio import AudioRecord
from streams.voice.answers import Answers
from streams.voice.continuity import Continuity
from streams.voice.duplex import Duplex
from streams.voice.ear import Ear
from streams.voice.frames import decode
from streams.voice.lines import Lines
from streams.voice.stillness import Stillness
from streams.voice.wire import Wire


class Incoming:
    """One call's."""

    def __init__(
        self, *, ear: Callable[[], Ear], duplex: Duplex, answers: Answers, wire: Wire, lines: Lines,
        patience: Patience, turn: Callable[[], int], sample_rate: int, now: Callable[[], datetime],
    ) -> None:
        """Take who hears, and what is done where nobody speaks."""
        self._ear = ear
        self._duplex = duplex
        self._rate = sample_rate
        self._now = now
        self._continuity = Continuity()
        self._stillness = Stillness(
            patience=patience, ear=ear, answers=answers, wire=wire, lines=lines, turn=turn
        )

    @property
    def mid_speech(self) -> bool:
        """Whether the last that was heard of the caller was speech."""
        speech = self._ear().speech
        return speech is not None and not speech.silence_ms

    def takes(self, record: AudioRecord) -> bool:
        """Tell whether a record is new."""
        return self._continuity.takes(record)

    async def media(self, record: AudioRecord) -> None:
        """Hear samples in their place; raises InputError for what are none."""
        ear = self._ear()
        if lost_ms := self._continuity.missing_ms(record):
            await self._hear(self._nothing(lost_ms))
        ear.ahead_ms = ear.heard_ms - record.offset_ms
        await self._hear(decode(record.payload, record.encoding))
        self._stillness.look(ear.heard_ms)

    async def silence(self, ms: int) -> None:
        """Hear that nothing comes."""
        ear = self._ear()
        await self._hear(self._nothing(ms))
        ear.ahead_ms += ms
        self._stillness.look(ear.heard_ms)

    def pressed(self) -> None:
        """She has pressed a key."""
        self._stillness.touched(self._ear().heard_ms)

    def close(self) -> None:
        """End with the call."""
        self._stillness.close()

    async def _hear(self, samples: Samples) -> None:
        self._duplex.hear(samples)
        await self._ear().hear(samples, self._now())

    def _nothing(self, ms: int) -> Samples:
        return np.zeros(self._rate * ms // 1000, dtype=np.int16)


def field_of(record: AudioRecord, name: str) -> str:
    """Give a field of a control record; raises InputError."""
    try:
        content = json.loads(record.payload)
        value = content[name]
    except (ValueError, KeyError, TypeError):
        raise InputError(f"a {record.kind} record needs JSON with {name}") from None
    if not isinstance(value, str):
        raise InputError(f"{name} of a {record.kind} record is text")
    return value
