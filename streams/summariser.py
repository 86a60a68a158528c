"""Has a language model summarise each packet, once it is offered: what holds by its turns is added to the packet.

No offer waits for it and nothing depends on it: an answer that is late, away or invented leaves the extract alone. The
model reads redacted text only, and only where the call's policy lets it.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from governance.errors import InputError, TransientError
from governance.residency import Located, refusal
from governance.summary_prompt import summary_prompt
from governance.upheld import Upheld, upheld
from infra import clock
from infra.call_policies import CallPolicies
from infra.front_door import event
from infra.keys import KeyDestroyed
from infra.policy_book import PolicyBook
from infra.settings import Settings
from infra.speech.chat_dialects import dialect_of
from infra.speech.openai_client import open_client
from infra.speech.openai_language_model import OpenAILanguageModel
from infra.speech.ports import LanguageModel
from schemas import codec
from schemas.base import Data, Event
from schemas.desk import HandoffSummarised
from schemas.handoffs import HandoffPackaged, HandoffPacket
from schemas.outside import ProviderCalled, ProviderDenied
from schemas.topics import CALL_OUTCOMES

log = structlog.get_logger()
GROUP = "callwarden-summaries"
SOURCE = "/callwarden/summaries"
POLL_MS = 200
AT_ONCE = 8
WITHIN_S = 15.0
TOO_LATE = timedelta(minutes=2)  # by then somebody has said hello


@dataclass(slots=True)
class Units:
    """What one question took, filled in while it is answered."""

    characters: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


class Door(Protocol):
    """Whoever takes what is told."""

    async def accept(self, events: Sequence[Event]) -> None:
        """Store it; raises KeyDestroyed or TransientError."""


class Summariser:
    """Reads packets of call.outcomes; each is asked about once."""

    def __init__(
        self, *, bootstrap_servers: str, door: Door, model: LanguageModel, policies: CallPolicies,
        within_s: float = WITHIN_S,
    ) -> None:
        """Take the parts."""
        self._servers = bootstrap_servers
        self._door = door
        self._model = model
        self._policies = policies
        self._within_s = within_s
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._going: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Summarise until cancelled."""
        consumer = AIOKafkaConsumer(
            CALL_OUTCOMES.name, bootstrap_servers=self._servers, group_id=GROUP, auto_offset_reset="latest",
            session_timeout_ms=6000, heartbeat_interval_ms=1000,
        )
        await consumer.start()
        try:
            while True:
                for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
                    for record in records:
                        self._take(record)
        finally:
            for task in self._going:
                task.cancel()
            await asyncio.gather(*self._going, return_exceptions=True)
            await consumer.stop()

    def _take(self, record: ConsumerRecord) -> None:
        if clock.now() - datetime.fromtimestamp(record.timestamp / 1000, UTC) > TOO_LATE:
            return
        try:
            one = codec.read(codec.header_map(record.headers), record.value or b"")
        except codec.Unreadable:
            return  # the recorder reads the same and keeps an entry of it
        if isinstance(one.data, HandoffPackaged) and one.data.packet.transcript:
            task = asyncio.create_task(self.summarise(one, one.data.packet))
            self._going.add(task)
            task.add_done_callback(self._going.discard)

    async def summarise(self, one: Event, packet: HandoffPacket) -> None:
        """Ask about one packet and tell what holds; tells also who was asked, or may not be."""
        try:
            policy = await asyncio.to_thread(self._policies.of, one.tenant, one.call_id)
            provider = self._model.provider
            against = refusal(Located(name=provider.name, region=provider.region), policy.residency)
            if against is not None:
                await self._tell(one, ProviderDenied(
                    provider=provider, operation="chat", rule=against.rule, reason=against.reason,
                    policy_version=policy.label, left=0,
                ))
                return
            async with self._asking:
                began, units = time.perf_counter(), Units()
                found = await self._ask(packet, units)
                outcome: Literal["answered", "failed"] = "answered" if found is not None else "failed"
                took_ms = int((time.perf_counter() - began) * 1000)
            await self._tell(one, ProviderCalled(
                provider=provider, operation="chat", outcome=outcome, duration_ms=took_ms,
                characters=units.characters, input_tokens=units.input_tokens, output_tokens=units.output_tokens,
            ))
            if found is not None:
                await self._tell(one, HandoffSummarised(
                    handoff=packet.handoff, sentences=found.sentences, dropped=found.dropped, provider=provider
                ))
        except (TransientError, InputError, DBAPIError) as outside:
            log.warning("a packet keeps its extract alone", error=type(outside).__name__, call=one.call_id)

    async def _ask(self, packet: HandoffPacket, units: Units) -> Upheld | None:
        written = ""
        try:
            async with asyncio.timeout(self._within_s):
                async for chunk in self._model.answer(summary_prompt(packet)):
                    written += chunk.text
                    units.characters = len(written) or None
                    if chunk.usage:
                        units.input_tokens, units.output_tokens = chunk.usage.input_tokens, chunk.usage.output_tokens
        except (TransientError, TimeoutError) as outside:
            log.warning("a summary was not written", error=type(outside).__name__)
            return None
        return upheld(written, packet.transcript)

    async def _tell(self, one: Event, data: Data) -> None:
        with suppress(KeyDestroyed):  # the call was forgotten meanwhile
            await self._door.accept([event(
                data, call_id=one.call_id, tenant=one.tenant, source=SOURCE, source_id=f"{one.id}/{data.type}",
                occurred_at=clock.now(), traceparent=one.traceparent,
            )])


def summariser_of(settings: Settings, *, door: Door, engine: Engine, book: PolicyBook) -> tuple[Summariser, ...]:
    """Give the one that the settings name, or none."""
    if settings.summary_model is None:
        return ()
    client = open_client(
        base_url=settings.models_url, api_key=settings.models_key.get_secret_value(),
        timeout_ms=settings.provider_timeout_ms,
    )
    model = OpenAILanguageModel(
        client, model=settings.summary_model, region=settings.provider_region, timeout_ms=settings.provider_timeout_ms,
        dialect=dialect_of("openai", settings.models_url),
    )
    policies = CallPolicies(engine=engine, book=book)
    return (Summariser(bootstrap_servers=settings.bootstrap_servers, door=door, model=model, policies=policies),)
