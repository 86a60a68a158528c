"""Topics on both brokers: made once, each life with a name of its own, their partitions told to whoever asks."""

import pytest

from infra import topics
from infra.database import engine
from schemas.topics import CALL_GOVERNED, TOPICS

pytestmark = pytest.mark.flow


async def test_what_is_missing_is_made_and_keeps_its_life_and_partitions(broker: str, database_url: str) -> None:
    pool = engine(database_url)
    await topics.ensure(bootstrap_servers=broker, partitions=3, engine=pool)
    first = topics.incarnations(pool)
    await topics.ensure(bootstrap_servers=broker, partitions=3, engine=pool)
    assert topics.incarnations(pool) == first
    assert set(first) == {topic.name for topic in TOPICS}
    pool.dispose()


async def test_the_partitions_of_a_topic_are_told(broker: str, database_url: str) -> None:
    pool = engine(database_url)
    await topics.ensure(bootstrap_servers=broker, partitions=3, engine=pool)
    found = await topics.places(bootstrap_servers=broker, names=[CALL_GOVERNED.name])
    assert found
    assert {place.topic for place in found} == {CALL_GOVERNED.name}
    assert sorted(place.partition for place in found) == list(range(len(found)))
    pool.dispose()
