"""Waits until what was accepted has reached the foot of the stair: the embedded broker forgets when it ends."""

import asyncio

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from governance.errors import TransientError
from infra.topics import places as places_of
from schemas import topics

log = structlog.get_logger()
WITHIN_S = 15.0
LOOK_EVERY_S = 0.3
READERS = {
    "callwarden-governance": (topics.CALL_RAW.name, topics.CALL_REDACTED.name),  # where its two flights begin
    "callwarden-dispatch": (topics.CALL_EMERGENCIES.name,),
    "callwarden-records": (
        topics.CALL_GOVERNED.name, topics.CALL_OUTCOMES.name, topics.CALL_EMERGENCIES.name,
        topics.CALL_DEADLETTERS.name,
    ),
    "callwarden-recording": (topics.AUDIO_IN.name, topics.AUDIO_OUT.name),
}


async def until_empty(bootstrap_servers: str) -> bool:
    """Wait, bounded; False (and a warning) where something is still on its way."""
    try:
        async with asyncio.timeout(WITHIN_S):
            for group, names in READERS.items():
                await _read_up(bootstrap_servers, group, names)
    except (TimeoutError, KafkaError, TransientError) as why:
        log.warning("some accepted events had not been recorded yet", reason=type(why).__name__)
        return False
    return True


async def _read_up(bootstrap_servers: str, group: str, names: tuple[str, ...]) -> None:
    looker = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=group, enable_auto_commit=False)
    await looker.start()
    try:
        places = await places_of(bootstrap_servers=bootstrap_servers, names=names)
        looker.assign(places)
        while True:
            ends = await looker.end_offsets(places)
            behind = [
                place for place in places if ends[place] > 0 and (await looker.committed(place) or 0) < ends[place]
            ]
            if not behind:
                return
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        await looker.stop()
