"""Composition root of the records rooms: audit, projections, deadlines, recordings, checkpoints, retention."""

import asyncio
from collections.abc import Callable

from governance.jurisdictions import strictest
from infra import telemetry, topics
from infra.call_policies import CallPolicies
from infra.cosigning import others_of
from infra.database import engine
from infra.event_bus import EventBus
from infra.forgetting import Forgetter
from infra.front_door import FrontDoor
from infra.keys import Keyring
from infra.payment_door import PaymentDoor
from infra.policies import load
from infra.policy_book import PolicyBook
from infra.retention_sweeper import Sweeper
from infra.settings import Settings, secret_of
from infra.webhooks import configuration
from infra.webhooks.sender import Sender
from streams.consent_sweep import ConsentSweeper
from streams.cosigner import Cosigner
from streams.deadlines import Timekeeper
from streams.heads import HeadsTimer
from streams.heartbeat import Heartbeat
from streams.payment_sweep import PaymentSweeper
from streams.presence_sweep import PresenceSweeper
from streams.publisher import Publisher
from streams.recorder import Recorder
from streams.recording import SoundRecorder
from streams.recording_end import RecordingCloser
from streams.retention import RetentionTimer
from streams.summariser import summariser_of
from streams.webhook_courier import Courier
from streams.webhook_planner import WebhookPlanner


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Record, keep time and sign until `stop`; the first of them that fails ends the worker."""
    endpoints = configuration.load(settings.webhooks, secret_of=secret_of)
    telemetry.setup(service="callwarden-records", otlp_endpoint=settings.otlp_endpoint)
    database = engine(settings.database_url)
    keyring = Keyring(engine=database, kek=settings.kek)
    bus = EventBus(bootstrap_servers=settings.bootstrap_servers, client_id="callwarden-records")
    await bus.start()
    incarnations = await asyncio.to_thread(topics.incarnations, database)
    recorder = Recorder(
        bootstrap_servers=settings.bootstrap_servers, engine=database, keyring=keyring, incarnations=incarnations
    )
    policies = PolicyBook(engine=database, house=load(settings.policy))
    sound = SoundRecorder(
        bootstrap_servers=settings.bootstrap_servers, engine=database, keyring=keyring, incarnations=incarnations,
        keeps_unknown=strictest(policies.house.consent.recording.modes()) == "none",
    )
    closer = RecordingCloser(engine=database, keyring=keyring)
    publisher = Publisher(
        engine=database, keys=settings.keys, guard=settings.keys / "rollback-guard.sqlite",
        origin_prefix=settings.audit_origin,
    )
    payments = PaymentDoor(engine=database, keyring=keyring, policy_of=CallPolicies(engine=database, book=policies).of)
    timekeeper = Timekeeper(engine=database, door=FrontDoor(bus=bus, keyring=keyring, payments=payments))
    retention = RetentionTimer(sweeper=Sweeper(Forgetter(pool=database, keyring=keyring, policies=policies)))
    payment = PaymentSweeper(engine=database, keyring=keyring)
    sender = Sender()
    courier = Courier(engine=database, keyring=keyring, sender=sender, endpoints=endpoints)
    planner = WebhookPlanner(
        bootstrap_servers=settings.bootstrap_servers, engine=database, keyring=keyring, incarnations=incarnations,
        endpoints=endpoints, planned=courier.ring,
    )
    if endpoints:
        await planner.register()  # before anybody is told that this serves
    consent = ConsentSweeper(engine=database, keyring=keyring)
    heads = HeadsTimer(engine=database, keyring=keyring, every_s=settings.audit_heads_every_s)
    heartbeat = Heartbeat(engine=database, keyring=keyring, every_s=settings.audit_heartbeat_every_s)
    cosigner = Cosigner(
        engine=database, keyring=keyring, every_s=settings.audit_cosign_every_s,
        others=others_of(policy=settings.audit_witnesses, tsa=settings.audit_tsa),
    )
    presence = PresenceSweeper(engine=database)
    summaries = summariser_of(settings, door=FrontDoor(bus=bus, keyring=keyring), engine=database, book=policies)
    rooms = (
        recorder, publisher, timekeeper, sound, closer, retention, payment, consent, heads, heartbeat, cosigner,
        presence,
    )
    work = [asyncio.create_task(one.run()) for one in (*rooms, *((planner, courier) if endpoints else ()), *summaries)]
    stopped = asyncio.create_task(stop.wait())
    ready()
    try:
        done, _ = await asyncio.wait([*work, stopped], return_when=asyncio.FIRST_COMPLETED)
        for one in done - {stopped}:
            one.result()
    finally:
        for task in [*work, stopped]:
            task.cancel()
        await asyncio.gather(*work, stopped, return_exceptions=True)
        await sender.stop()
        await bus.stop()
