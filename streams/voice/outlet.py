"""Records on their way to gateways: sound that the broker does not take is given up, what is said once is sent again.

Nobody plays old sound, but a call that is to be cleared, handed over or ended waits for just that record. So control
records are kept in their order before anything newer, and tried again. The broker may have stored what it did not
acknowledge, and then has it twice: `api.play_queue` gives a control record to its socket once. Sound is never sent
again after a refusal, or it would be heard twice.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError, TransientError
from infra import audio_seal
from infra.direct_line import HEARD_ALREADY_EVERY_S
from infra.event_bus import EventBus, Record
from infra.keys import Keyring
from infra.payment_watch import PaymentWatch
from schemas import codec
from schemas.audio import AudioRecord
from schemas.topics import AUDIO_OUT
from streams.voice.air import RETRY_S, STALE_CONTROL_MS, STALE_MS
from streams.voice.direct import DirectLines

MOST_WAITING = 5_000
MOST_AT_ONCE = 200
BEHIND_S = 1.0  # for so long callers hear what the broker does not take; then it goes first again

log = structlog.get_logger()
Line = tuple[str, str, str]  # tenant, call, and leg where it is not the caller's


@dataclass(frozen=True, slots=True)
class _Waiting:
    record: AudioRecord
    partition: int | None
    since_s: float
    refused: bool = False
    told: Record | None = None  # what its gateway has over a direct line already

    @property
    def line(self) -> Line:
        return self.record.tenant, self.record.call_id, self.record.leg


class KafkaOutlet:
    """Sends records in order without holding a session up."""

    def __init__(
        self, *, bus: EventBus, keyring: Keyring, watch: PaymentWatch, retry_s: float = RETRY_S,
        clock: Callable[[], float] = time.monotonic, lines: DirectLines | None = None,
    ) -> None:
        """Take a started bus, and who knows of payment windows; it rests for `retry_s` before it tries again."""
        self._watch = watch
        self._bus = bus
        self._keyring = keyring
        self._retry_s = retry_s
        self._lines = lines
        self._hurry = asyncio.Event()  # something waits that nobody has heard yet
        self._due_since_s = 0.0  # when the broker was first asked to take what is due
        self._clock = clock
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue(MOST_WAITING)
        self._due: list[_Waiting] = []  # on its way to the broker, or refused by it and tried again
        self._gaps: dict[Line, str] = {}  # the answer of which sound was given up
        self._lost = 0  # records of sound, not told yet

    async def send(self, record: AudioRecord, *, partition: int | None) -> None:
        """Take a record; returns at once unless thousands wait."""
        told = self._tell(record, partition)
        if told is None:
            self._hurry.set()
        await self._waiting.put(_Waiting(record, partition, self._clock(), told=told))

    async def run(self) -> None:
        """Send what waits, until cancelled."""
        while True:
            if self._due:
                await asyncio.sleep(self._retry_s)
            else:
                self._take(await self._waiting.get())
                self._due_since_s = self._clock()
                await self._gather()
            most = len(self._due) + MOST_AT_ONCE
            while not self._waiting.empty() and len(self._due) < most:
                self._take(self._waiting.get_nowait())
            if self._waiting.empty():
                self._hurry.clear()
            before = len(self._due)
            self._due = await self._refused([one for one in self._due if not self._too_old(one)])
            for _ in range(before - len(self._due)):
                self._waiting.task_done()
            if self._lost:
                log.warning("sound to callers was given up", records=self._lost)
                self._lost = 0

    async def drained(self, *, within_s: float) -> None:
        """Return once everything was sent or given up, or the time is up."""
        try:
            async with asyncio.timeout(within_s):
                await self._waiting.join()
        except TimeoutError:
            log.warning("records to callers were left unsent", records=self._waiting.qsize() + len(self._due))

    def _tell(self, record: AudioRecord, partition: int | None) -> Record | None:
        """Let the call's gateway hear a record before the log has it, as long as the log keeps up."""
        call = (record.tenant, record.call_id)
        behind = self._due and self._clock() - self._due_since_s > BEHIND_S
        if self._lines is None or record.leg or behind or not self._lines.has(call):
            return None
        if record.kind == "mark" and (record.tenant, record.call_id, "") in self._gaps:
            return None  # whether it may leave is known once what is before it has
        under = self._watch.key_of(tenant=record.tenant, call_id=record.call_id)
        if not self._keyring.holds(tenant=record.tenant, call_id=under):
            return None
        headers, value = audio_seal.seal(self._keyring, record, direction="out", under=under)
        if not self._lines.send(call, codec.header_map(headers), value):
            return None
        return Record(AUDIO_OUT.name, record.call_id, value, headers, partition)

    async def _gather(self) -> None:
        """Let what was heard already go to the broker together; what was not goes at once."""
        if not self._hurry.is_set() and self._waiting.qsize() < MOST_AT_ONCE:
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARD_ALREADY_EVERY_S):
                    await self._hurry.wait()

    def _take(self, one: _Waiting) -> None:
        if self._too_old(one):
            self._waiting.task_done()
        else:
            self._due.append(one)

    def _too_old(self, one: _Waiting) -> bool:
        age_ms = 1000 * (self._clock() - one.since_s)
        too_old = age_ms > (STALE_MS if one.record.kind == "media" else STALE_CONTROL_MS)
        if too_old:
            self._give_up(one, "too old")
        return too_old

    async def _refused(self, due: Sequence[_Waiting]) -> list[_Waiting]:
        """Send records; gives those that are to be sent again."""
        sealed = [
            (one, record) for one in due
            if self._tells_the_truth(one) and (record := await self._sealed(one)) is not None
        ]
        try:
            await self._bus.send_all([record for _, record in sealed])
        except TransientError as failed:
            return self._kept([one for one, _ in sealed], failed)
        except InputError:  # one of them is too large: which one is known once each is sent alone
            return await self._refused_alone(sealed)
        return []

    async def _refused_alone(self, sealed: Sequence[tuple[_Waiting, Record]]) -> list[_Waiting]:
        for at, (one, record) in enumerate(sealed):
            if not self._tells_the_truth(one):
                continue
            try:
                await self._bus.send_all([record])
            except TransientError as failed:
                return self._kept([each for each, _ in sealed[at:]], failed)
            except InputError:
                self._give_up(one, "too large", size=len(record.value))
        return []

    def _kept(self, refused: Sequence[_Waiting], failed: TransientError) -> list[_Waiting]:
        """Give what of it is sent again, which is control."""
        kept: list[_Waiting] = []
        for one in refused:
            if one.record.kind == "media":
                self._give_up(one, "refused")
            elif self._tells_the_truth(one):
                kept.append(replace(one, refused=True))
        log.warning("the broker took no records to callers", sent_again=len(kept), error=str(failed))
        return kept

    def _tells_the_truth(self, one: _Waiting) -> bool:
        """Whether a record may leave, each asked of in its order: a mark says that all before it was played.

        Of an answer with a gap none is sent, or words would be on record as heard that never sounded; the session
        takes then that she heard no more than what came before the gap.
        """
        if one.record.kind == "media" and one.record.utterance not in ("", self._gaps.get(one.line)):
            self._gaps.pop(one.line, None)  # another answer has begun
        # One that was refused was behind sound that had left: the gap, if there is one now, came after it.
        return one.record.kind != "mark" or one.refused or one.line not in self._gaps

    def _give_up(self, one: _Waiting, why: str, *, size: int | None = None) -> None:
        record = one.record
        if record.kind != "media" or size is not None:
            log.warning(
                "a record to a caller was given up", call=record.call_id, kind=record.kind, number=record.number,
                because=why, bytes=size,
            )
        if record.kind == "media":
            self._lost += 1
            self._gaps.pop(one.line, None)
            self._gaps[one.line] = record.utterance
            if len(self._gaps) > MOST_WAITING:  # of calls that are long over
                del self._gaps[next(iter(self._gaps))]

    async def _sealed(self, one: _Waiting) -> Record | None:
        """Give a record as it leaves; None where its key is gone or cannot be read, which is no other call's matter."""
        if one.told is not None:
            return one.told
        record = one.record
        under = self._watch.key_of(tenant=record.tenant, call_id=record.call_id)
        try:
            if not self._keyring.holds(tenant=record.tenant, call_id=under):
                await asyncio.to_thread(self._keyring.ensure, tenant=record.tenant, call_id=under)
            headers, value = audio_seal.seal(self._keyring, record, direction="out", under=under)
        except (InputError, DBAPIError) as wrong:
            self._give_up(one, f"cannot be sealed: {type(wrong).__name__}")
            return None
        return Record(AUDIO_OUT.name, record.call_id, value, headers, one.partition)
