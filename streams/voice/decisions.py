"""What governance decided of hosted calls: read from the foot of the stair, newest only, by every voice worker."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.errors import KafkaError

from governance.errors import TransientError
from infra import topics
from schemas import codec
from schemas.base import Event
from schemas.topics import CALL_GOVERNED, CALL_OUTCOMES

POLL_MS = 200
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
            fetch_max_wait_ms=fetch_wait_ms,
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
            event = codec.read(codec.header_map(record.headers), record.value or b"")
        except codec.Unreadable as wrong:
            log.warning("a decision cannot be read", reason=wrong.reason, field=wrong.field)
            return
        await self._control(event)
