"""Sequencing: dense places, each event once, conflicts kept in sight."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit.chain import Chain
from governance.audit.leaf import parse_leaf
from governance.audit.merkle import Frontier
from governance.audit.sequence import Sequencer, conflict_ids
from governance.errors import InputError
from tests.support.audit_log import NOON, TENANT, draft

pytestmark = pytest.mark.pure


def fresh() -> Sequencer:
    return Sequencer(tenant=TENANT, frontier=Frontier(), recorded_at=NOON, streams={}, known={})


@given(st.lists(st.integers(0, 30), max_size=80))
def test_any_order_of_deliveries_and_redeliveries_makes_a_dense_log(numbers: list[int]) -> None:
    sequencer, chain = fresh(), Chain()
    places: dict[int, int] = {}
    for number in numbers:
        appended = sequencer.take(draft(number))
        assert appended.duplicate == (number in places)
        assert places.setdefault(number, appended.index) == appended.index
    assert [row.placed.index for row in sequencer.rows] == list(range(len(places)))
    for row in sequencer.rows:
        chain.extend(row.placed.entry, row.placed.leaf_hash)
    assert sequencer.frontier.size == len(places)


def test_the_same_id_with_other_content_becomes_one_conflict_entry() -> None:
    sequencer = fresh()
    first = sequencer.take(draft(1))
    conflict = sequencer.take(draft(1, says="something else"))
    again = sequencer.take(draft(1, says="something else"))
    third = sequencer.take(draft(1, says="a third story"))
    assert (first.index, conflict.index, again.index, third.index) == (0, 1, 1, 2)
    assert (conflict.conflict, conflict.duplicate, again.conflict, again.duplicate) == (True, False, True, True)
    leaf = parse_leaf(sequencer.rows[1].placed.entry)
    assert (leaf.type, leaf.cause) == ("dedup.conflict", "event-1")
    assert leaf.payload == draft(1, says="something else").payload
    assert sequencer.take(draft(1)) == replace(first, duplicate=True)


def test_conflicts_are_looked_up_under_the_id_they_get() -> None:
    sequencer = fresh()
    sequencer.take(draft(1))
    known = dict(sequencer.known)
    sequencer.take(draft(1, says="other"))
    assert conflict_ids([draft(1), draft(2)], known) == []
    assert list(conflict_ids([draft(1, says="other")], known)) == [sequencer.rows[1].draft.event_id]


def test_full_tiles_are_handed_up() -> None:
    sequencer = fresh()
    for number in range(520):
        sequencer.take(draft(number))
    assert [(level, index) for level, index, _ in sequencer.nodes] == [(1, 0), (1, 1)]


def test_another_tenants_entry_is_refused() -> None:
    with pytest.raises(InputError):
        fresh().take(draft(1, tenant="other"))
