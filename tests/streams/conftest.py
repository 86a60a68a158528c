"""A broker, a database, a keyring and a bus for tests of what the records worker does."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Engine

from infra import embedded_broker, topics
from infra.event_bus import EventBus


@pytest.fixture
def servers() -> Iterator[str]:
    """A broker of the test's own: the recorder reads topics from their beginning."""
    broker = embedded_broker.start()
    yield broker.bootstrap_servers
    broker.stop()


@pytest.fixture
async def bus(servers: str, pool: Engine) -> AsyncIterator[EventBus]:
    """A started bus, with every topic there."""
    await topics.ensure(bootstrap_servers=servers, partitions=2, engine=pool)
    made = EventBus(bootstrap_servers=servers, client_id="tests")
    await made.start()
    yield made
    await made.stop()
