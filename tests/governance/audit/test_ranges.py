"""The root from a range and two audit paths: right for every range, another for every other range of leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit.errors import VerificationError
from governance.audit.merkle import inclusion_proof, leaf_hash, root_of
from governance.audit.ranges import full_tiles, range_root
from infra import bundle_period

pytestmark = pytest.mark.pure

LEAVES = [leaf_hash(str(number).encode()) for number in range(600)]


def path(index: int, size: int) -> list[bytes]:
    def read(nodes: object) -> list[bytes]:
        assert isinstance(nodes, list)
        return [root_of(LEAVES[at << level : (at + 1) << level]) for level, at in nodes]

    return inclusion_proof(index=index, size=size, read=read)


@given(st.data())
def test_every_range_gives_the_root_with_both_verifiers_and_no_other_leaves_do(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    first = data.draw(st.integers(0, size - 1))
    last = data.draw(st.integers(first, size - 1))
    leaves, ways = LEAVES[first : last + 1], (path(first, size), path(last, size))
    root = root_of(LEAVES[:size])
    assert range_root(first=first, leaves=leaves, size=size, first_path=ways[0], last_path=ways[1]) == root
    alone = bundle_period.range_root(
        0, size, (first, last), [list(one) for one in ways],
        lambda low, high: bundle_period.join(leaves[low - first : high - first]),
    )
    assert alone == root
    at = data.draw(st.integers(0, len(leaves) - 1))
    other = [*leaves[:at], b"\x00" * 32, *leaves[at + 1 :]]
    assert range_root(first=first, leaves=other, size=size, first_path=ways[0], last_path=ways[1]) != root


def test_a_range_outside_of_the_log_or_without_its_path_is_refused() -> None:
    for first, count, size in ((5, 1, 5), (0, 0, 5), (-1, 2, 5), (3, 3, 5)):
        with pytest.raises(VerificationError, match="not in a log"):
            range_root(first=first, leaves=LEAVES[:count], size=size, first_path=[], last_path=[])
    with pytest.raises(VerificationError, match="too short"):
        range_root(first=1, leaves=LEAVES[1:3], size=5, first_path=[], last_path=[])


def test_only_tiles_that_lie_whole_in_the_range_are_named() -> None:
    assert [number for number, _ in full_tiles(first=0, leaves=LEAVES)] == [0, 1]
    assert [number for number, _ in full_tiles(first=1, leaves=LEAVES[1:])] == [1]
    assert full_tiles(first=257, leaves=LEAVES[257:511]) == []
    assert full_tiles(first=256, leaves=LEAVES[256:512]) == [(1, root_of(LEAVES[256:512]))]
