"""Composition root of the governance rooms: adapters are built here and passed down to Faust."""

import asyncio
from collections.abc import Callable

from governance.errors import InvariantError
from governance.policy import warm_up
from infra import telemetry
from infra.database import engine
from infra.event_bus import EventBus
from infra.front_door import FrontDoor
from infra.keys import Keyring
from infra.pii_languages import Languages
from infra.policies import load
from infra.policy_book import PolicyBook
from infra.serving import share_interpreter
from infra.settings import Settings
from streams import handoff, intake, ladder, policy, redaction, turns
from streams.app import build_app, end_at_once
from streams.flight import Flight
from streams.forgetting import StateForgetter
from streams.processor import Processor
from streams.topology import bind

LOOK_EVERY_S = 0.5


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Run intake, redaction, turns, policy, handoff and ladder until `stop`; raises when the wire breaks for good."""
    telemetry.setup(service="callwarden-governance", otlp_endpoint=settings.otlp_endpoint)
    share_interpreter()
    pool = engine(settings.database_url)
    keyring = Keyring(engine=pool, kek=settings.kek)
    rules = PolicyBook(engine=pool, house=load(settings.policy))
    detector = Languages(settings.languages)
    await asyncio.to_thread(detector.warm_up)
    warm_up()
    # Two and not one: what a detector said is asked once and read from its landing, whatever happens below.
    flights = (
        Flight((intake.ROOM, redaction.room(detector=detector, keyring=keyring, policy=rules))),
        Flight((turns.ROOM, policy.room(rules), handoff.room(rules), ladder.room(rules))),
    )
    bus = EventBus(bootstrap_servers=settings.bootstrap_servers, client_id="callwarden-governance")
    await bus.start()
    door = FrontDoor(bus=bus, keyring=keyring)
    app = build_app(
        name="callwarden-governance", bootstrap_servers=settings.bootstrap_servers,
        partitions=settings.partitions, embedded=settings.environment == "embedded", folder=settings.data,
        replicas=settings.replicas,
    )
    tables = bind(
        app, [(one, Processor(one, bus=bus, keyring=keyring, dead_letters=door)) for one in flights],
        partitions=settings.partitions, fatal=end_at_once,
    )
    forgetter = StateForgetter(engine=pool, tables=tables, partitions=settings.partitions)
    forgetting: asyncio.Task[None] | None = None
    try:
        await app.start()
        forgetting = asyncio.create_task(forgetter.run())
        ready()
        while not stop.is_set():
            if app.crashed or app.should_stop:
                raise InvariantError(f"the stream engine stopped: {type(app.crash_reason).__name__}")
            if forgetting.done():
                raise InvariantError(f"states are forgotten no more: {type(forgetting.exception()).__name__}")
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        if forgetting is not None:
            forgetting.cancel()
        await app.stop()
        await bus.stop()
