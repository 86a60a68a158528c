"""The whole service on one machine: embedded parts first, then its processes in the order of their needs."""

import asyncio
import sys
from dataclasses import dataclass, field
from typing import Protocol

from governance.errors import InputError
from infra import drain, topics
from infra.child import Child
from infra.child_process import free_port
from infra.database import engine, migrate
from infra.settings import Settings
from infra.sole_use import SoleUse
from schemas.topics import below_redaction_at_most

READY_WITHIN_S = 180.0  # a machine that is busy with other things is slow, not broken
# No caller waits for these; a person who is asked for comes sooner than what is written down.
BEHIND = {"governance": 5, "records": 10}
SINGLE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # spinning threads double the CPU for nothing


class Embedded(Protocol):
    """A part that runs inside the house and ends with it."""

    def stop(self) -> None:
        """End it."""


@dataclass
class House:
    """What runs; `settings` name the real addresses."""

    settings: Settings
    embedded: list[Embedded] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    url: str = ""

    async def stop(self) -> None:
        """Close the doors, let what is accepted reach the record, then end everything, last started first."""
        doors = [child for child in self.children if child.name.startswith(("api", "voice"))]
        for child in doors:
            await child.stop()
        if self.children:
            await drain.until_empty(self.settings.bootstrap_servers)
        for child in reversed(self.children):
            if child not in doors:
                await child.stop()
        for part in reversed(self.embedded):
            await asyncio.to_thread(part.stop)


async def open_house(
    settings: Settings, *, workers: int = 1, voice: bool = True, within_s: float = READY_WITHIN_S
) -> House:
    """Start everything (without `voice`, what text needs) and return when it serves, each part within its time.

    Raises ChildFailed or what an embedded part raises.
    """
    house = House(settings)
    try:
        await _start(house, workers, voice, within_s)
    except BaseException:
        await house.stop()
        raise
    return house


async def _start(house: House, workers: int, voice: bool, within_s: float) -> None:
    house.settings = await asyncio.to_thread(_embed, house)
    settings = house.settings
    await asyncio.to_thread(migrate, settings.database_url)
    pool = engine(settings.database_url, pool_size=1)
    await topics.ensure(
        bootstrap_servers=settings.bootstrap_servers, partitions=settings.partitions, engine=pool,
        replicas=settings.replicas, topics=below_redaction_at_most(settings.redacted_hours),
    )
    pool.dispose()
    environment = _environment(settings)
    behind = BEHIND if voice and settings.callers_first else {}
    if voice and settings.models_url == "embedded":
        port = free_port()
        house.settings = settings.model_copy(update={"models_url": f"http://127.0.0.1:{port}/v1"})
        environment["CALLWARDEN_MODELS_URL"] = house.settings.models_url
        command = command_of("local-models", "--port", str(port))
        house.children.append(Child("local-models", command, {**environment, **SINGLE_THREAD}))
    for n in range(workers):
        for rooms in ("governance", "voice") if voice else ("governance",):
            command = command_of("worker", "--rooms", rooms)
            house.children.append(
                Child(f"{rooms}-{n}", command, {**environment, **SINGLE_THREAD}, behind=behind.get(rooms, 0))
            )
    for rooms in ("records", "dispatch"):
        command = command_of("worker", "--rooms", rooms)
        house.children.append(Child(rooms, command, environment, behind=behind.get(rooms, 0)))
    house.children.append(Child("api", command_of("api"), environment))
    lines = await asyncio.gather(*(child.start(within_s=within_s) for child in house.children))
    house.url = lines[-1].removeprefix("ready ")


def _embed(house: House) -> Settings:
    # Imported here: with a broker and a database of one's own neither wheel is needed.
    settings = house.settings
    changes: dict[str, str] = {}
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{settings.data} is not a folder: give another --data") from None
    if "embedded" in (settings.database, settings.broker):  # with both of their own, several may share the keys
        house.embedded.append(SoleUse(settings.data))
    if settings.database == "embedded":
        from infra import embedded_database

        database = embedded_database.start(settings.data.resolve())
        house.embedded.append(database)
        changes["database"] = database.url
    if settings.broker == "embedded":
        from infra import embedded_broker

        broker = embedded_broker.start()
        house.embedded.append(broker)
        changes["broker"] = f"kafka://{broker.bootstrap_servers}"
    else:
        changes["environment"] = "production"
    return settings.model_copy(update=changes)


def _environment(settings: Settings) -> dict[str, str]:
    given = {
        "DATA": str(settings.data.resolve()), "HOST": settings.host, "PORT": str(settings.port),
        "BROKER": settings.broker, "DATABASE": settings.database, "PARTITIONS": str(settings.partitions),
        "ENVIRONMENT": settings.environment, "TENANT": settings.tenant,
    }
    if settings.policy:
        given["POLICY"] = str(settings.policy.resolve())
    if settings.dispatch_endpoints:
        given["DISPATCH_ENDPOINTS"] = str(settings.dispatch_endpoints.resolve())
    if settings.otlp_endpoint:
        given["OTLP_ENDPOINT"] = settings.otlp_endpoint
    return {f"CALLWARDEN_{name}": value for name, value in given.items()}


def command_of(*arguments: str) -> list[str]:
    """Give the command line of a part of the service."""
    return [sys.executable, "-m", "infra.cli", *arguments]
