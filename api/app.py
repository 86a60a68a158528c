"""The composition root of the doors: settings become adapters, adapters become routes."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext, suppress

import httpx2
import structlog
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from api import (
    agent_socket,
    agents,
    audio_socket,
    audit,
    backtests,
    bundles,
    calls,
    costs,
    emergencies,
    erasures,
    events,
    figures,
    handoff_follow,
    handoff_notes,
    handoff_reassign,
    handoff_withdraw,
    handoffs,
    health,
    holds,
    ingest,
    listen_socket,
    login,
    machine_accounts,
    policies,
    problems,
    queues,
    recordings,
    reports,
    reveals,
    reviews,
    sessions,
    subject_exports,
    transfers,
    twilio_socket,
    webhooks,
)
from api import log as tlog
from api.bodies import BodyLimit
from api.desk_feed import DeskFeeds
from api.gateway import Gateway
from api.identity import limits_of, provider_of, sessions_of
from api.limits import LimitHeaders
from api.metrics import Metrics
from api.observe import Observe
from api.open_streams import OpenStreams, allow_files
from api.parts import Parts
from api.session_ends import SessionEnds
from api.session_watch import SessionWatch
from infra import clock, house_policies, prices, telemetry
from infra.access_log import AccessLog
from infra.audit_warming import warm
from infra.call_policies import CallPolicies
from infra.call_sound import CallSound
from infra.consent_door import ConsentDoor
from infra.database import engine, transaction
from infra.event_bus import EventBus
from infra.front_door import FrontDoor
from infra.handoff_bell import HandoffBell
from infra.ingest import sources
from infra.keys import Keyring
from infra.payment_door import PaymentDoor
from infra.policies import bundle, documents
from infra.policy_book import PolicyBook
from infra.policy_yaml import Document
from infra.settings import Settings, secret_of
from infra.tokens import LocalIssuer
from infra.transfers.configuration import load as load_desks

log = structlog.get_logger()
TITLE = "Callwarden"
VERSION = "1"
ABOUT = "Events of voice calls in; calls, handoffs and a provable audit log out. Errors are RFC 9457 problem documents."
CONNECTIONS = 20
RESTART_AFTER_S = 1.0
TAGS = [
    {"name": "channels", "description": "Voice channels publish what happens in their calls."},
    {"name": "calls", "description": "What was said, heard and found; redacted."},
    {"name": "reveals", "description": "Originals of pseudonyms, with a reason, recorded before they are shown."},
    {"name": "reviews", "description": "What people who read calls saw: leaks, false alarms, what was missed."},
    {"name": "handoffs", "description": "People take calls over."},
    {"name": "emergencies", "description": "Somebody may be in danger: what is open, and who has it."},
    {"name": "policies", "description": "What calls are held to: published versions, which never change."},
    {"name": "audit", "description": "Who did and decided what, with proofs."},
    {"name": "subjects", "description": "Erasures, legal holds and copies of all that is known about one person."},
    {"name": "webhooks", "description": "What was told to the endpoints of the house, and every try of it."},
    {"name": "identity", "description": "Who comes in: sessions of people, keys of services."},
    {"name": "log", "description": "The log as C2SP tlog-tiles, without a login."},
    {"name": "operators", "description": "Health and metrics."},
]


def create_app(settings: Settings) -> FastAPI:
    """Make the app; its parts are opened and closed by its lifespan."""
    metrics = Metrics()
    pages: AbstractAsyncContextManager[object] = nullcontext()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            try:
                app.state.parts = await _open(settings, metrics, opened)
            except Exception as fault:
                app.state.fault = fault  # api/run.py gives it to who started the process
                raise
            await opened.enter_async_context(pages)
            yield

    app = FastAPI(
        title=TITLE, version=VERSION, description=ABOUT, openapi_tags=TAGS, lifespan=lifespan, docs_url=None,
        redoc_url=None, responses=problems.ANSWERS, license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    for part in (
        events, ingest, calls, recordings, reveals, handoffs, handoff_notes, handoff_reassign, handoff_follow,
        handoff_withdraw, reviews, transfers, agents, emergencies, policies, backtests, erasures, holds,
        subject_exports, audit, bundles, reports, queues, webhooks, tlog, health,
        audio_socket, agent_socket, listen_socket, twilio_socket, sessions, login, machine_accounts, figures, costs,
    ):
        app.include_router(part.router)
    if settings.console == "on":
        from api.console.mount import mount  # a second and 20 MB that a process without a console keeps

        pages = mount(app)
    problems.install(app)
    app.add_middleware(SessionEnds)
    app.add_middleware(BodyLimit)
    app.add_middleware(LimitHeaders)
    app.add_middleware(Observe, metrics=metrics)
    return app


async def _open(settings: Settings, metrics: Metrics, opened: AsyncExitStack) -> Parts:
    instance = secrets.token_hex(6)
    telemetry.setup(service="callwarden-api", otlp_endpoint=settings.otlp_endpoint)
    pool = engine(settings.database_url, pool_size=CONNECTIONS)
    opened.callback(pool.dispose)
    keyring = Keyring(engine=pool, kek=settings.kek)
    issuer = LocalIssuer(settings.keys, issuer=settings.issuer)
    bus = EventBus(bootstrap_servers=settings.bootstrap_servers, client_id=f"callwarden-api-{instance}")
    await bus.start()
    opened.push_async_callback(bus.stop)
    gateway = Gateway(
        bus=bus, keyring=keyring, pool=pool, metrics=metrics, bootstrap_servers=settings.bootstrap_servers,
        owner=instance, embedded=settings.environment == "embedded", direct_line=settings.direct_line,
    )
    opened.push_async_callback(gateway.stop)
    await gateway.start()
    outside = await opened.enter_async_context(httpx2.AsyncClient(trust_env=False, follow_redirects=False))
    bell = HandoffBell(url=settings.database_url)
    sessions = sessions_of(settings, pool)
    watch = SessionWatch(sessions)
    for work in (gateway.run, bell.run, watch.run):
        opened.push_async_callback(_end, asyncio.create_task(_keep_running(work)))
    opened.push_async_callback(_end, asyncio.create_task(asyncio.to_thread(warm, pool)))
    house = documents(settings.policy)
    await asyncio.to_thread(_keep_house, pool, house)
    policies = PolicyBook(engine=pool, house=bundle(house))
    payments = PaymentDoor(engine=pool, keyring=keyring, policy_of=CallPolicies(engine=pool, book=policies).of)
    desks = load_desks(settings.transfers, now=clock.now)
    for desk in desks.values():
        opened.push_async_callback(desk.close)
    consents = ConsentDoor(engine=pool, policies=policies)
    sound = CallSound(
        bootstrap_servers=settings.bootstrap_servers, keyring=keyring, embedded=settings.environment == "embedded"
    )
    return Parts(
        pool=pool, door=FrontDoor(bus=bus, keyring=keyring, payments=payments, consents=consents), issuer=issuer,
        access=AccessLog(engine=pool, keyring=keyring, instance=instance), bell=bell, gateway=gateway, metrics=metrics,
        desk_feeds=DeskFeeds(pool=pool, bell=bell),
        streams=OpenStreams(most=settings.most_streams, files=allow_files()),
        sound=sound,
        keyring=keyring, policies=policies, ingest=sources.load(settings.ingest, secret_of=secret_of),
        public_url=settings.public_url, limits=limits_of(settings),
        sessions=sessions, session_watch=watch, oidc=provider_of(settings, outside), local_logins=settings.local_logins,
        bootstrap_servers=settings.bootstrap_servers, languages=settings.languages, desks=desks,
        prices=prices.load(settings.prices), twilio_token=settings.twilio_auth_token,
    )


def _keep_house(pool: Engine, house: Sequence[Document]) -> None:
    try:
        with transaction(pool) as connection:
            house_policies.keep(connection, house, at=clock.now())
    except DBAPIError as outside:
        log.warning("the text of this policy is kept at the next start", error=type(outside).__name__)


async def _keep_running(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - a door that stays open without its other half helps nobody
            log.error("a part of the doors failed and starts again", error=type(error).__name__)
        await asyncio.sleep(RESTART_AFTER_S)


async def _end(task: "asyncio.Task[object]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
