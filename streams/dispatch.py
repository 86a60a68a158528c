"""Composition root of the dispatch room: addresses and secrets are read here and nowhere else."""

import asyncio
from collections.abc import Callable

from infra import telemetry
from infra.database import engine
from infra.dispatch_endpoints import load
from infra.event_bus import EventBus
from infra.front_door import FrontDoor
from infra.keys import Keyring
from infra.settings import Settings
from infra.webhooks.sender import Sender
from streams.dispatcher import Dispatcher


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Send dispatches until `stop`; what ends the dispatcher ends the worker."""
    telemetry.setup(service="callwarden-dispatch", otlp_endpoint=settings.otlp_endpoint)
    endpoints = load(settings.dispatch_endpoints)
    pool = engine(settings.database_url, pool_size=2)
    keyring = Keyring(engine=pool, kek=settings.kek)
    bus = EventBus(bootstrap_servers=settings.bootstrap_servers, client_id="callwarden-dispatch")
    await bus.start()
    sender = Sender()
    dispatcher = Dispatcher(
        bootstrap_servers=settings.bootstrap_servers, door=FrontDoor(bus=bus, keyring=keyring), keyring=keyring,
        engine=pool, sender=sender, endpoints=endpoints,
    )
    reading = asyncio.Event()
    work = asyncio.create_task(dispatcher.run(reading))
    stopped = asyncio.create_task(stop.wait())
    began = asyncio.create_task(reading.wait())
    try:
        await asyncio.wait([work, began], return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            ready()
        done, _ = await asyncio.wait([work, stopped], return_when=asyncio.FIRST_COMPLETED)
        for one in done - {stopped}:
            one.result()
    finally:
        for task in (work, stopped, began):
            task.cancel()
        await asyncio.gather(work, stopped, began, return_exceptions=True)
        await sender.stop()
        await bus.stop()
        pool.dispose()
