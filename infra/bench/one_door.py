"""One API process on a database and an Apache Kafka of its own, for what is measured at the doors alone."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import Engine

from infra import apache_kafka, clock, embedded_database, topics
from infra.child import Child
from infra.database import engine, migrate
from infra.house import command_of
from infra.settings import Settings
from infra.tokens import LocalIssuer, Role

READY_WITHIN_S = 180.0  # other jobs may have the machine
HTTP_WITHIN_S = 60.0
PARTITIONS = 2
LOGIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Door:
    """The process and what stands beside it."""

    url: str
    process: Child
    pool: Engine
    issuer: LocalIssuer

    def token(self, role: Role, *, subject: str, tenant: str) -> str:
        """Log somebody in."""
        return self.issuer.issue(subject=subject, tenant=tenant, role=role, now=clock.now(), lifetime=LOGIN)

    def client(self, token: str) -> httpx.AsyncClient:
        """Give a client that is logged in."""
        headers = {"authorization": f"Bearer {token}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=HTTP_WITHIN_S, trust_env=False)


@asynccontextmanager
async def one_door(folder: Path, *, also: Mapping[str, str] | None = None) -> AsyncIterator[Door]:
    """Run it until the block ends, with nobody's number of requests counted: it is measured, not protected."""
    kafka = apache_kafka.start(folder / "kafka", apache_kafka.copy_libs())
    database = embedded_database.start(folder / "data")
    settings = Settings(data=folder / "data", port=0, database=database.url)
    migrate(database.url)
    pool = engine(database.url)
    await topics.ensure(bootstrap_servers=kafka.bootstrap_servers, partitions=PARTITIONS, engine=pool)
    process = Child("api", command_of("api"), {
        "CALLWARDEN_DATA": str(folder / "data"), "CALLWARDEN_HOST": "127.0.0.1", "CALLWARDEN_PORT": "0",
        "CALLWARDEN_BROKER": f"kafka://{kafka.bootstrap_servers}", "CALLWARDEN_DATABASE": database.url,
        "CALLWARDEN_ENVIRONMENT": "production", "CALLWARDEN_RATE_ADDRESS": "0", "CALLWARDEN_RATE_PERSON": "0",
        "CALLWARDEN_CONSOLE": "on", "CALLWARDEN_PARTITIONS": str(PARTITIONS), **(also or {}),
    })
    try:
        url = (await process.start(within_s=READY_WITHIN_S)).removeprefix("ready ")
        yield Door(url, process, pool, LocalIssuer(settings.keys, issuer=settings.issuer))
    finally:
        await process.stop()
        pool.dispose()
        database.stop()
        kafka.stop()
