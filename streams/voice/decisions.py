"""What governance decided of hosted calls: read from the foot of the stair, newest only, by every voice worker."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import KafkaError

from governance.errors import TransientError
from infra import topics
from schemas import codec
from schemas.base import Data, Event
from schemas.desk import HandoffReassigned, HandoffReleased
from schemas.handoffs import HandoffAccepted, HandoffWithdrawn
from schemas.topics import CALL_GOVERNED, CALL_OUTCOMES
from schemas.verdicts import EmergencyDetected, HandoffRequested

POLL_MS = 200
# What a session does something about; the rest of the record is passed over unread.
HEEDED: tuple[type[Data], ...] = (
    EmergencyDetected, HandoffRequested, HandoffAccepted, HandoffReleased, HandoffReassigned,
    HandoffWithdrawn,
)
HEEDED_TYPES = frozenset(one.ce_type() for one in HEEDED)
# She hears what her own words bring about from the session itself; what comes from here may come together.
FETCH_BYTES, FETCH_WAIT_MS = 1 << 16, 100
RETRY_S = 0.5

log = structlog.get_logger()


class Decisions:
    """A consumer without a group: each worker reads all, and keeps what concerns its calls."""

    def __init__(
        self, *, bootstrap_servers: str, fetch_wait_ms: int, hosted: Callable[[str], bool],
        control: Callable[[Event], Awaitable[None]],
    ) -> None:
        """`hosted` tells whether a call is live here."""
        self._servers = bootstrap_servers
        self._hosted = hosted
        self._control = control
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap_servers, client_id="callwarden-voice-decisions", enable_auto_commit=False,
            fetch_max_wait_ms=min(fetch_wait_ms, FETCH_WAIT_MS), fetch_min_bytes=FETCH_BYTES,
        )

    async def start(self) -> None:
        """Begin at the end of both topics; raises TransientError where no broker answers."""
        try:
            await self._consumer.start()
        except (KafkaError, OSError):
            raise TransientError("no broker answers") from None
        names = (CALL_GOVERNED.name, CALL_OUTCOMES.name)
        places = await topics.places(bootstrap_servers=self._servers, names=names)
        self._consumer.assign(places)
        await self._consumer.seek_to_end(*places)
        for place in places:
            await self._consumer.position(place)  # the end as of now, not as of the first fetch

    async def stop(self) -> None:
        """Disconnect."""
        await self._consumer.stop()

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            try:
                batch = await self._consumer.getmany(timeout_ms=POLL_MS)
            except KafkaError as outside:
                log.warning("decisions are not heard of", error=type(outside).__name__)
                await asyncio.sleep(RETRY_S)
                continue
            for records in batch.values():
                for record in records:
                    await self._take(record)

    async def _take(self, record: ConsumerRecord) -> None:
        if not record.key or not self._hosted(record.key.decode(errors="replace")):
            return
        try:
            headers = codec.header_map(record.headers)
            if headers.get("ce_type") not in HEEDED_TYPES:
                return
            event = codec.read(headers, record.value or b"")
        except codec.Unreadable as wrong:
            log.warning("a decision cannot be read", reason=wrong.reason, field=wrong.field)
            return
        await self._control(event)
