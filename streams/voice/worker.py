"""Composition root of the voice worker: adapters are built here and passed down; it runs until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from governance.endpointing import Limits
from governance.errors import InputError
from governance.patience import Patience
from governance.policy import warm_up
from infra import telemetry
from infra.call_policies import CallPolicies
from infra.clock import now
from infra.database import engine
from infra.dead_members import bury
from infra.event_bus import EventBus
from infra.front_door import FrontDoor
from infra.keys import Keyring
from infra.payment_door import PaymentDoor
from infra.payment_watch import PaymentWatch
from infra.pii_languages import Languages
from infra.policies import load
from infra.policy_book import PolicyBook
from infra.precedence import be_prompt
from infra.serving import share_interpreter
from infra.settings import Settings
from infra.speech.ports import VoiceActivity
from infra.speech.silero import SileroVad, load_silero
from infra.speech.smart_turn import SmartTurn, load_smart_turn
from infra.standing_by import StandingBy
from schemas.audio import BUSY, AudioRecord
from schemas.policies import Policy
from schemas.topics import AUDIO_IN
from streams.detection import Detection
from streams.voice.air import GROUP, KafkaInlet
from streams.voice.chain import judged
from streams.voice.decisions import Decisions
from streams.voice.direct import DirectLines
from streams.voice.frames import VAD_RATES
from streams.voice.host import Host, Pin, Reject
from streams.voice.lines import Lines
from streams.voice.outlet import KafkaOutlet
from streams.voice.parts import Parts
from streams.voice.peers import Peers
from streams.voice.ports import Redact
from streams.voice.providers import Providers, open_providers
from streams.voice.recall import KafkaRecall, Recall, Recalled
from streams.voice.redactor import DETECT_WITHIN_S, CallRedactor
from streams.voice.start import Setup, read_start
from streams.voice.stock import Stock
from streams.voice.tactics_set import open_tactics
from streams.voice.wire import Wire

log = structlog.get_logger()
EMBEDDED_FETCH_WAIT_MS = 10  # the embedded broker lets a fetch wait its full time even when data is there
FETCH_WAIT_MS = 500
DRAIN_S = 2.0
LINES = Lines()


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Host calls until `stop`; the first part that fails ends the worker."""
    telemetry.setup(service="callwarden-voice", otlp_endpoint=settings.otlp_endpoint)
    share_interpreter()
    if settings.callers_first:
        be_prompt()
    database = engine(settings.database_url)
    keyring = Keyring(engine=database, kek=settings.kek)
    book = PolicyBook(engine=database, house=load(settings.policy))
    bus = EventBus(bootstrap_servers=settings.bootstrap_servers, client_id="callwarden-voice")
    await bus.start()
    payments = PaymentDoor(engine=database, keyring=keyring, policy_of=CallPolicies(engine=database, book=book).of)
    door = FrontDoor(bus=bus, keyring=keyring, payments=payments)
    watch = PaymentWatch(engine=database, keyring=keyring)
    lines = DirectLines(take=lambda head, value: inlet.direct(head, value))
    outlet = KafkaOutlet(bus=bus, keyring=keyring, watch=watch, lines=lines)
    providers = open_providers(settings)
    voices = [providers.text_to_speech[at] for at in judged(providers.text_to_speech, book.house).permitted]
    stock = Stock(voices, LINES.kept())
    parts = await asyncio.to_thread(
        _parts, settings, book, keyring=keyring, door=door, outlet=outlet, providers=providers, stock=stock,
        watch=watch,
    )
    wait_ms = EMBEDDED_FETCH_WAIT_MS if settings.environment == "embedded" else FETCH_WAIT_MS
    servers, presence = settings.bootstrap_servers, StandingBy(url=settings.database_url, family=f"{GROUP}-")
    peers = Peers(presence, bury=partial(bury, servers, GROUP))
    running = KafkaRecall(bootstrap_servers=servers, fetch_wait_ms=wait_ms, keyring=keyring, engine=database)
    host = Host(
        parts, recall=_recalling(running, lambda call: inlet.partition_of(call)), reject=_rejecting(door),
        pin=_pin(book), most_calls=settings.voice_most_calls, turn_away=_turning_away(outlet),
        lines=lines,
    )
    inlet = KafkaInlet(
        bootstrap_servers=servers, name=presence.name, fetch_wait_ms=wait_ms, keyring=keyring, door=door,
        now_ms=lambda: int(now().timestamp() * 1000), handle=host.handle, hand=host.hand, moved=host.let_go,
        lost_after_ms=settings.voice_lost_after_ms,
    )
    decisions = Decisions(
        bootstrap_servers=servers, fetch_wait_ms=wait_ms, hosted=lambda one: one in host.calls, control=host.control
    )
    await decisions.start()
    await inlet.start()
    work = [asyncio.create_task(one.run()) for one in (inlet, decisions, outlet, watch, peers)]
    keeping = asyncio.create_task(stock.keep())
    ready()
    try:
        await _until(stop, work)
    finally:
        work[0].cancel()
        keeping.cancel()
        await host.close()
        await outlet.drained(within_s=DRAIN_S)
        lines.stop()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, keeping, return_exceptions=True)
        await inlet.stop()
        await decisions.stop()
        await providers.close()
        await bus.stop()


async def _until(stop: asyncio.Event, work: Sequence["asyncio.Task[None]"]) -> None:
    """Wait for `stop`, or raise what ended a part."""
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*work, stopped], return_when=asyncio.FIRST_COMPLETED)
        for one in done - {stopped}:
            one.result()
    finally:
        stopped.cancel()


def _recalling(running: KafkaRecall, partition_of: Callable[[str], int | None]) -> Recall:
    async def recall(first: AudioRecord) -> Recalled:
        partition = partition_of(first.call_id)
        return await running.find(first, partition=partition, now=now()) if partition is not None else Recalled()

    return recall


def _rejecting(door: FrontDoor) -> Reject:
    async def reject(record: AudioRecord, wrong: InputError) -> None:
        await door.dead_letter(
            topic=AUDIO_IN.name, call_id=record.call_id, tenant=record.tenant, reason=str(wrong), field=None,
            content=record.payload,
        )

    return reject


def _turning_away(outlet: KafkaOutlet) -> Callable[[AudioRecord], Awaitable[None]]:
    async def turn_away(start: AudioRecord) -> None:
        try:
            setup = read_start(start)
        except InputError:
            return  # nobody knows where to tell it
        await Wire(outlet, setup).control("stop", {"reason": BUSY})

    return turn_away


def _pin(book: PolicyBook) -> Pin:
    async def pin(setup: Setup) -> Policy:
        try:
            known = await asyncio.to_thread(book.version, setup.tenant, setup.policy_version or "")
        except DBAPIError as away:  # the call is answered all the same; the stair judges it by the right version
            log.warning("a call is answered by the policy of the house", call=setup.call_id, error=type(away).__name__)
            known = None
        return known or book.house

    return pin


def _parts(
    settings: Settings, book: PolicyBook, *, keyring: Keyring, door: FrontDoor, outlet: KafkaOutlet,
    providers: Providers, stock: Stock, watch: PaymentWatch,
) -> Parts:
    """Load the models that every call shares; about a second."""
    silero, detector = load_silero(), SmartTurn(load_smart_turn()) if settings.semantic_end else None
    personal = Languages(settings.languages)
    personal.warm_up()
    warm_up()
    detection = Detection(personal, within_s=DETECT_WITHIN_S)

    def activity(rate: int) -> VoiceActivity:
        return SileroVad(silero, sample_rate=rate if rate in VAD_RATES else VAD_RATES[1])

    def redactor(setup: Setup) -> Redact:
        policy = book.held(setup.tenant, setup.policy_version or "") or book.house
        return CallRedactor(detection=detection, keyring=keyring, policy=policy, setup=setup)

    return Parts(
        speech_to_text=providers.speech_to_text, text_to_speech=providers.text_to_speech,
        language_model=providers.language_model, activity=activity, detector=detector, door=door, outlet=outlet,
        redactor=redactor, policy=book.house, lines=LINES, limits=Limits(), now=now, stock=stock, sign=settings.sign,
        sign_after_ms=settings.sign_after_ms, eager=settings.eager, speech_to_speech=providers.speech_to_speech,
        withheld=lambda setup: watch.open(tenant=setup.tenant, call_id=setup.call_id),
        tactics=open_tactics(settings, providers, detection),
        patience=Patience(ask_after_ms=settings.voice_ask_after_ms, end_after_ms=settings.voice_end_after_ms),
    )
