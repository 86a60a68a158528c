"""A record lies where every other client of Kafka would look for it."""

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from infra.event_bus import place

pytestmark = pytest.mark.pure


@given(st.text(min_size=1), st.integers(1, 32))
def test_a_key_has_the_partition_that_other_clients_give_it_each_time(key: str, count: int) -> None:
    every = list(range(count))
    theirs = DefaultPartitioner()(key.encode(), every, every)
    assert place(key.encode(), every, every) == theirs
    assert place(key.encode(), every, []) == theirs  # remembered, and the same while no broker leads it
