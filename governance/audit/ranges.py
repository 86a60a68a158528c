"""The root of a log from every leaf of a range and the audit paths of its first and last leaf (RFC 6962, 2.1)."""

from collections.abc import Callable, Sequence

from governance.audit.errors import VerificationError
from governance.audit.merkle import node_hash, root_of

TILE = 256
Path = Sequence[bytes]  # leaf to root


def range_root(*, first: int, leaves: Sequence[bytes], size: int, first_path: Path, last_path: Path) -> bytes:
    """Compute the root: what lies outside of the range comes from the two paths, all inside from the leaves.

    A leaf that is missing, added, changed or in another's place gives another root.
    """
    last = first + len(leaves) - 1
    if not leaves or not 0 <= first <= last < size:
        raise VerificationError(f"entries {first} to {last} are not in a log of {size}")

    def inside(low: int, high: int) -> bytes:
        return root_of(leaves[low - first : high - first])

    return _node(0, size, (first, last), (list(first_path), list(last_path)), inside)


def full_tiles(*, first: int, leaves: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """Hash each aligned run of 256 leaves that lies whole in the range, with its number."""
    last = first + len(leaves)
    numbers = range(-(-first // TILE), last // TILE)
    return [(each, root_of(leaves[each * TILE - first : (each + 1) * TILE - first])) for each in numbers]


def _node(
    low: int, high: int, ends: tuple[int, int], paths: tuple[list[bytes], list[bytes]],
    inside: Callable[[int, int], bytes],
) -> bytes:
    if ends[0] <= low and high - 1 <= ends[1]:
        return inside(low, high)
    middle = low + (1 << (high - low - 1).bit_length() - 1)
    beside = [_sibling(path) if low <= end < high else b"" for end, path in zip(ends, paths, strict=True)]
    left = beside[0] if middle <= ends[0] else _node(low, middle, ends, paths, inside)
    right = beside[1] if ends[1] < middle else _node(middle, high, ends, paths, inside)
    return node_hash(left, right)


def _sibling(path: list[bytes]) -> bytes:
    """Take the hash beside the path at this height; the one nearest the root comes last in a path."""
    if not path:
        raise VerificationError("the proof is too short for its place")
    return path.pop()
