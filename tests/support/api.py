"""The doors of the service as a process has them: a real server on loopback, with broker, database and logins."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from api.run import make_server
from infra import topics
from infra.clock import now
from infra.database import engine, transaction
from infra.embedded_broker import EmbeddedBroker
from infra.keys import Keyring
from infra.read_model import apply
from infra.settings import Settings
from infra.tokens import LocalIssuer, Role
from schemas.base import Event
from tests.support.calls import TENANT

READY_WITHIN_S = 60.0


@dataclass(frozen=True)
class Served:
    """A running API with what a test needs beside it."""

    url: str
    settings: Settings
    pool: Engine
    issuer: LocalIssuer
    keyring: Keyring

    def token(self, role: Role, *, tenant: str = TENANT, subject: str | None = None) -> str:
        """Log in."""
        return self.issuer.issue(subject=subject or role, tenant=tenant, role=role, now=now())

    def client(self, role: Role | None, *, tenant: str = TENANT, subject: str | None = None) -> httpx.Client:
        """Give a client that is logged in, or one that is not."""
        headers = {}
        if role is not None:
            headers["Authorization"] = f"Bearer {self.token(role, tenant=tenant, subject=subject)}"
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def tell(self, *events: Event) -> None:
        """Fold events into the read model, as the recorder does."""
        with transaction(self.pool) as connection:
            for event in events:
                apply(connection, event)


@contextmanager
def serve(
    *, database_url: str, bootstrap_servers: str, data: Path, policy: Path | None = None,
    also: Mapping[str, object] | None = None, console: bool = False,
) -> Iterator[Served]:
    """Run the server in a thread until the block ends; `also` are further settings."""
    settings = Settings(
        data=data, port=0, database=database_url, broker=f"kafka://{bootstrap_servers}", policy=policy,
        console="on" if console else "off",
    ).model_copy(update=also)
    pool = engine(database_url)
    asyncio.run(topics.ensure(bootstrap_servers=bootstrap_servers, partitions=2, engine=pool))
    ready = threading.Event()
    server = make_server(settings, lambda _: ready.set())
    thread = threading.Thread(target=server.serve_until_signal)
    thread.start()
    try:
        assert ready.wait(READY_WITHIN_S)
        yield Served(
            server.url, settings, pool, LocalIssuer(settings.keys, issuer=settings.issuer),
            Keyring(engine=pool, kek=settings.kek),
        )
    finally:
        server.should_exit = True
        thread.join(READY_WITHIN_S)
        pool.dispose()


@pytest.fixture
def served(database_url: str, embedded_broker: EmbeddedBroker, tmp_path: Path) -> Iterator[Served]:
    """Serve for one test."""
    servers = embedded_broker.bootstrap_servers
    with serve(database_url=database_url, bootstrap_servers=servers, data=tmp_path) as one:
        yield one
