"""Finds how a running call began, when a worker meets it in the middle: its `start` record on call.audio.in."""

import asyncio

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from governance.errors import InputError
from infra import audio_seal
from infra.keys import Keyring
from schemas import codec
from schemas.topics import AUDIO_IN
from streams.voice.start import Start

WITHIN_S = 5.0
POLL_MS = 100

log = structlog.get_logger()


async def recall(
    *, bootstrap_servers: str, fetch_wait_ms: int, keyring: Keyring, call_id: str, partition: int
) -> Start | None:
    """Read the partition from its beginning until the call's start; None where it is no longer there."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers, client_id="callwarden-voice-recall", enable_auto_commit=False,
        fetch_max_wait_ms=fetch_wait_ms,
    )
    try:
        async with asyncio.timeout(WITHIN_S):
            await consumer.start()
            return await _search(consumer, TopicPartition(AUDIO_IN.name, partition), keyring, call_id)
    except (KafkaError, OSError, TimeoutError, InputError, ValidationError) as wrong:
        log.warning("the start of a running call was not found", call=call_id, error=type(wrong).__name__)
        return None
    finally:
        await consumer.stop()


async def _search(
    consumer: AIOKafkaConsumer, place: TopicPartition, keyring: Keyring, call_id: str
) -> Start | None:
    consumer.assign([place])
    end = (await consumer.end_offsets([place]))[place]
    await consumer.seek_to_beginning(place)
    while await consumer.position(place) < end:
        for record in (await consumer.getmany(place, timeout_ms=POLL_MS)).get(place, []):
            headers = codec.header_map(record.headers)
            if headers.get("kind") == "start" and headers.get("call") == call_id:
                opened = await asyncio.to_thread(
                    audio_seal.unseal, keyring, headers, record.value or b"", direction="in"
                )
                return Start.model_validate_json(opened.payload or b"{}")
    return None
