"""A reader's partitions: nothing is read from one before its position is known; a fault there is not passed over."""

from typing import cast

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from sqlalchemy import Engine

from streams.placed import Places

pytestmark = pytest.mark.pure
PLACE = TopicPartition("call.governed", 0)


class Broken:
    """An engine that fails in a way nobody foresaw."""

    def connect(self) -> None:
        raise RuntimeError("no outage of a database")


def places() -> Places:
    engine = cast(Engine, Broken())
    return Places(reader="tests", engine=engine, topics=[PLACE.topic], incarnations={PLACE.topic: "one"})


async def test_what_keeps_partitions_from_being_sought_ends_the_reader() -> None:
    one = places()
    batch = {PLACE: [cast(ConsumerRecord, None)]}
    assert one.ours(batch) == {}  # not sought yet: passed over, and read again after the seek
    await one.on_partitions_assigned([PLACE])
    with pytest.raises(RuntimeError, match="no outage"):
        one.ours(batch)
