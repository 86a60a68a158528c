"""Stream heads: an entry that commits to the end of every stream, so that nothing can be cut off one unseen.

The commitment is the root (RFC 6962, 2.1) over one leaf for each stream, in the order of the streams' names: the name,
the number of its last entry and that entry's leaf hash, as three lines. A stream is shown to be there by an inclusion
proof, and not to be there by the proofs of two neighbours between which it would stand.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from governance.audit.errors import VerificationError
from governance.audit.merkle import Node, inclusion_proof, leaf_hash, node_hash, root_of, verify_inclusion
from schemas.audit import Commitment

STREAM_HEADS = "stream.heads"
ALGORITHM = "stream-heads/1"


class Head(NamedTuple):
    """The end of one stream: its name, the number of its last entry, that entry's leaf hash."""

    stream: str
    seq: int
    hash: bytes


class ProvenHead(NamedTuple):
    """A head with its place among all and the hashes that lead to the root over them."""

    head: Head
    position: int
    proof: tuple[bytes, ...]


def in_order(heads: Iterable[Head]) -> list[Head]:
    """Sort heads as they are committed to: by the code points of the streams' names."""
    return sorted(heads)


def hash_of(head: Head) -> bytes:
    """Hash one head as a leaf."""
    return leaf_hash(f"{head.stream}\n{head.seq}\n{head.hash.hex()}\n".encode())


def commitment(heads: Sequence[Head]) -> Commitment:
    """Bind an entry to all heads, given in order: the root stands in place of both digests, for nothing is sealed."""
    root = root_of([hash_of(each) for each in heads]).hex()
    return Commitment(alg=ALGORITHM, kid=STREAM_HEADS, ct_sha256=root, pt_hmac=root, size=len(heads))


def committed(payload: Commitment | None) -> tuple[bytes, int]:
    """Read root and number of streams from the entry's payload."""
    if payload is None or (payload.alg, payload.kid) != (ALGORITHM, STREAM_HEADS):
        raise VerificationError("commits to no stream heads")
    if payload.ct_sha256 != payload.pt_hmac:
        raise VerificationError("names two roots of stream heads")
    return bytes.fromhex(payload.ct_sha256), payload.size


def prove(heads: Sequence[Head], wanted: Iterable[str]) -> list[ProvenHead]:
    """Prove the wanted streams that are there; heads are given in order."""
    levels = [[hash_of(each) for each in heads]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)])

    def read(nodes: Sequence[Node]) -> list[bytes]:
        return [levels[level][index] for level, index in nodes]

    names = set(wanted)
    return [
        ProvenHead(head, at, tuple(inclusion_proof(index=at, size=len(heads), read=read)))
        for at, head in enumerate(heads)
        if head.stream in names
    ]


def check(proven: ProvenHead, *, root: bytes, size: int) -> None:
    """Check that a head is one of those an entry commits to."""
    verify_inclusion(leaf=hash_of(proven.head), index=proven.position, size=size, proof=proven.proof, root=root)


def check_absent(stream: str, *, before: ProvenHead | None, after: ProvenHead | None, root: bytes, size: int) -> None:
    """Check that a stream is not there: its neighbours stand side by side, or it would stand at an end."""
    for each in (before, after):
        if each is not None:
            check(each, root=root, size=size)
    low, high = (-1 if before is None else before.position), (size if after is None else after.position)
    between = (before is None or before.head.stream < stream) and (after is None or stream < after.head.stream)
    if high - low != 1 or not between:
        raise VerificationError(f"heads: stream {stream} is not shown to be absent")
