"""The Merkle tree against RFC 6962's definitions, written down a second time and recursively."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit import merkle
from governance.audit.errors import VerificationError

pytestmark = pytest.mark.pure

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 511, 512, 513, 1000]
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(1000)]


def defined_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = defined_root(leaves[:split]), defined_root(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def read(nodes: object) -> list[bytes]:
    assert isinstance(nodes, list)
    return [defined_root(LEAVES[index << level : (index + 1) << level]) for level, index in nodes]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.Frontier().root() == merkle.EMPTY_ROOT == hashlib.sha256(b"").digest()
    assert merkle.root_at(0, read) == merkle.EMPTY_ROOT


@pytest.mark.parametrize("size", SIZES)
def test_the_frontier_has_the_root_of_the_definition(size: int) -> None:
    expected = defined_root(LEAVES[:size])
    assert merkle.root_of(LEAVES[:size]) == expected
    assert merkle.root_at(size, read) == expected


@pytest.mark.parametrize("size", SIZES)
def test_a_frontier_goes_on_where_it_was_written_down(size: int) -> None:
    frontier = merkle.Frontier()
    for leaf in LEAVES[:size]:
        frontier.push(leaf)
    data = frontier.to_bytes()
    assert len(data) == 33 * size.bit_count()
    again = merkle.Frontier.from_bytes(data)
    assert again.size == size
    again.push(LEAVES[0])
    assert again.root() == defined_root([*LEAVES[:size], LEAVES[0]])


def test_a_push_tells_every_subtree_it_completes() -> None:
    frontier = merkle.Frontier()
    completed = [node for leaf in LEAVES[:512] for node in frontier.push(leaf)]
    assert len(completed) == 511
    for (level, index), root in completed:
        assert root == defined_root(LEAVES[index << level : (index + 1) << level])


@pytest.mark.parametrize("data", [b"\x00" * 32, b"\x00" + b"a" * 32 + b"\x01" + b"b" * 32, (b"\x01" + b"a" * 32) * 2])
def test_a_frontier_that_cannot_be_is_refused(data: bytes) -> None:
    with pytest.raises(VerificationError):
        merkle.Frontier.from_bytes(data)


@given(st.data())
def test_every_entry_is_proven_and_no_other_is(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    root = merkle.root_of(LEAVES[:size])
    proof = merkle.inclusion_proof(index=index, size=size, read=read)
    merkle.verify_inclusion(leaf=LEAVES[index], index=index, size=size, proof=proof, root=root)
    wrong = [(LEAVES[index], index, [*proof, proof[0] if proof else root]), (LEAVES[-1], index, proof)]
    if proof:
        wrong.append((LEAVES[index], index, proof[:-1]))
        flipped = bytearray(proof[-1])
        flipped[0] ^= 1
        wrong.append((LEAVES[index], index, [*proof[:-1], bytes(flipped)]))
        wrong.append((LEAVES[index], index ^ 1 if index ^ 1 < size else index - 1, proof))
    for leaf, at, path in wrong:
        with pytest.raises(VerificationError):
            merkle.verify_inclusion(leaf=leaf, index=at, size=size, proof=path, root=root)


@given(st.data())
def test_every_older_size_is_proven_a_prefix_and_no_other_root_is(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 600))
    old = data.draw(st.integers(0, new))
    old_root, new_root = merkle.root_of(LEAVES[:old]), merkle.root_of(LEAVES[:new])
    proof = merkle.consistency_proof(old=old, new=new, read=read)
    merkle.verify_consistency(old=old, new=new, old_root=old_root, new_root=new_root, proof=proof)
    other = merkle.leaf_hash(b"forked")
    wrong = [(other, new_root, proof), (old_root, new_root, [*proof, other])]
    if 0 < old < new:
        wrong += [(old_root, other, proof), (old_root, new_root, proof[:-1])]
    for first, second, path in wrong:
        with pytest.raises(VerificationError):
            merkle.verify_consistency(old=old, new=new, old_root=first, new_root=second, proof=path)


@pytest.mark.parametrize("size", SIZES)
def test_the_first_and_last_entry_of_every_size_are_proven(size: int) -> None:
    root = defined_root(LEAVES[:size])
    for index in {0, size // 2, size - 1}:
        proof = merkle.inclusion_proof(index=index, size=size, read=read)
        merkle.verify_inclusion(leaf=LEAVES[index], index=index, size=size, proof=proof, root=root)


def test_an_index_outside_the_log_has_no_proof() -> None:
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(VerificationError):
            merkle.inclusion_proof(index=index, size=size, read=read)
    with pytest.raises(VerificationError):
        merkle.consistency_proof(old=6, new=5, read=read)
