"""The Merkle tree of the log: hashes, frontier and proofs (RFC 6962, 2.1; RFC 9162, 2.1.3 and 2.1.4)."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from governance.audit.errors import VerificationError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
FRONTIER_ITEM_BYTES = 1 + HASH_BYTES  # level, then the root of a perfect subtree

# A node is (level, index): the root over leaves [index * 2**level, (index + 1) * 2**level).
Node = tuple[int, int]
NodeReader = Callable[[Sequence[Node]], Sequence[bytes]]


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Compute the root over leaf hashes (or over equal perfect subtrees)."""
    frontier = Frontier()
    for each in hashes:
        frontier.push(each)
    return frontier.root()


class Frontier:
    """The roots of the perfect subtrees a log consists of, largest first: all that an append needs."""

    def __init__(self, subtrees: Sequence[tuple[int, bytes]] = ()) -> None:
        """Start from subtrees given as (level, root)."""
        levels = [level for level, _ in subtrees]
        if levels != sorted(set(levels), reverse=True):
            raise VerificationError("frontier: levels are not strictly falling")
        self._subtrees = list(subtrees)
        self.size = sum(1 << level for level in levels)

    def push(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Append a leaf hash; returns the perfect subtrees this leaf completes above itself."""
        completed: list[tuple[Node, bytes]] = []
        level, root = 0, leaf
        while self._subtrees and self._subtrees[-1][0] == level:
            root = node_hash(self._subtrees.pop()[1], root)
            level += 1
            completed.append(((level, self.size >> level), root))
        self._subtrees.append((level, root))
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Compute the root of the whole tree."""
        return _fold([root for _, root in self._subtrees])

    def to_bytes(self) -> bytes:
        """Write as 33 bytes for each subtree."""
        return b"".join(bytes((level,)) + root for level, root in self._subtrees)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Read what `to_bytes` wrote."""
        if len(data) % FRONTIER_ITEM_BYTES:
            raise VerificationError("frontier: wrong length")
        starts = range(0, len(data), FRONTIER_ITEM_BYTES)
        return cls([(data[at], data[at + 1 : at + FRONTIER_ITEM_BYTES]) for at in starts])


def root_at(size: int, read: NodeReader) -> bytes:
    """Compute the root the log had at `size`."""
    return _range_hashes([(0, size)], read)[0]


def inclusion_proof(*, index: int, size: int, read: NodeReader) -> list[bytes]:
    """Build the audit path of a leaf, leaf to root."""
    if not 0 <= index < size:
        raise VerificationError(f"inclusion: index {index} is not in a log of {size}")
    ranges: list[tuple[int, int]] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return _range_hashes(ranges[::-1], read)


def consistency_proof(*, old: int, new: int, read: NodeReader) -> list[bytes]:
    """Build the proof that the log at `new` only appended to the log at `old`."""
    if not 0 <= old <= new:
        raise VerificationError(f"consistency: {old} is not a size before {new}")
    if old in (0, new):
        return []
    ranges: list[tuple[int, int]] = []
    low, high = 0, new
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    if low:  # the old root itself is known to the verifier, a part of it is not
        ranges.append((low, high))
    return _range_hashes(ranges[::-1], read)


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check an audit path (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise VerificationError(f"inclusion: index {index} is not in a log of {size}")
    node, last, computed = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise VerificationError("inclusion: the proof is too long")
        if node & 1 or node == last:
            computed = node_hash(step, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, step)
        node, last = node >> 1, last >> 1
    if last:
        raise VerificationError("inclusion: the proof is too short")
    if computed != root:
        raise VerificationError(f"inclusion: entry {index} does not lead to the root")


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the new tree extends the old one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        raise VerificationError(f"consistency: {old} is not a size before {new}")
    if old in (0, new):
        expected = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != expected:
            raise VerificationError(f"consistency: the log at {new} does not extend the log at {old}")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise VerificationError("consistency: the proof is too short")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            raise VerificationError("consistency: the proof is too long")
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise VerificationError(f"consistency: the log at {new} does not extend the log at {old}")


def _split(size: int) -> int:
    """Find the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _perfect(low: int, high: int) -> Iterator[Node]:
    """Cut a range that starts at a subtree's edge into perfect subtrees, left to right."""
    while low < high:
        level = (high - low).bit_length() - 1
        yield level, low >> level
        low += 1 << level


def _fold(roots: Sequence[bytes]) -> bytes:
    """Join perfect subtrees, largest first, into one root."""
    if not roots:
        return EMPTY_ROOT
    joined = roots[-1]
    for left in reversed(roots[:-1]):
        joined = node_hash(left, joined)
    return joined


def _range_hashes(ranges: Sequence[tuple[int, int]], read: NodeReader) -> list[bytes]:
    """Hash ranges of leaves with one call of the reader, so that storage is asked once."""
    parts = [list(_perfect(low, high)) for low, high in ranges]
    hashes = iter(read([node for part in parts for node in part]))
    return [_fold([next(hashes) for _ in part]) for part in parts]
