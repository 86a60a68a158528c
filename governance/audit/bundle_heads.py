"""The part of a bundle that shows that nothing was left out at the ends of its streams."""

from collections.abc import Mapping, Sequence

import rfc8785
from pydantic import TypeAdapter, ValidationError

from governance.audit.bundle_files import read_json
from governance.audit.errors import VerificationError
from governance.audit.heads import STREAM_HEADS, Head, ProvenHead, check, committed
from governance.audit.leaf import parse_leaf
from governance.audit.merkle import leaf_hash
from governance.audit.note import VerifierKey, decode64, encode64
from governance.audit.proof import parse_proof, verify_proof
from schemas.audit import Count, Name, Sha256Hex
from schemas.base import Frozen

ENTRY, PROOF, STREAMS = "heads/entry", "heads/entry.tlog-proof", "heads/streams.json"


class End(Frozen):
    """One line of the file of streams."""

    stream: Name
    seq: Count
    hash: Sha256Hex
    position: Count
    proof: tuple[str, ...]


ENDS = TypeAdapter(tuple[End, ...])
Placed = tuple[int, int, bytes]  # index, number in its stream and leaf hash of one entry


def write_streams(proven: Sequence[ProvenHead]) -> bytes:
    """Write the proven ends."""
    return rfc8785.dumps([
        {
            "hash": each.head.hash.hex(), "position": each.position, "proof": [encode64(one) for one in each.proof],
            "seq": each.head.seq, "stream": each.head.stream,
        }
        for each in proven
    ])


def check_heads(
    files: Mapping[str, bytes], *, keys: Sequence[VerifierKey], tenant: str, streams: Mapping[str, Sequence[Placed]],
    checkpoint: bytes,
) -> int | None:
    """Check that the entries of each stream go as far as the log committed to; gives the index at which it did.

    A stream that began later needs no end; one that has an entry before that index does.
    """
    if ENTRY not in files:
        return None
    for name in (PROOF, STREAMS):
        if name not in files:
            raise VerificationError(f"{name}: is missing")
    try:
        verify_proof(files[PROOF], leaf=leaf_hash(files[ENTRY]), keys=keys)
        proof = parse_proof(files[PROOF])
    except VerificationError as error:
        raise VerificationError(f"{PROOF}: {error.diagnostic}") from None
    if proof.checkpoint != checkpoint:
        raise VerificationError(f"{PROOF}: is of another checkpoint")
    try:
        leaf = parse_leaf(files[ENTRY])
        root, size = committed(leaf.payload)
    except VerificationError as error:
        raise VerificationError(f"{ENTRY}: {error.diagnostic}") from None
    if (leaf.type, leaf.tenant) != (STREAM_HEADS, tenant):
        raise VerificationError(f"{ENTRY}: is no entry of stream heads of this tenant")
    try:
        ends = {each.stream: each for each in ENDS.validate_python(read_json(files[STREAMS], STREAMS))}
    except ValidationError:
        raise VerificationError(f"{STREAMS}: is not of its format") from None
    for stream, entries in streams.items():
        covered = [each for each in entries if each[0] < proof.index]
        _reaches(stream, covered[-1] if covered else None, ends.pop(stream, None), root, size)
    if ends:
        raise VerificationError(f"{STREAMS}: names a stream that has no entry here: some are missing")
    return proof.index


def _reaches(stream: str, last: Placed | None, end: End | None, root: bytes, size: int) -> None:
    if end is None and last is None:
        return
    if end is None or last is None or (end.seq, end.hash) != (last[1], last[2].hex()):
        raise VerificationError(f"{STREAMS}: stream {stream} ends elsewhere than the entries here: some are missing")
    try:
        head = Head(stream, end.seq, bytes.fromhex(end.hash))
        check(ProvenHead(head, end.position, tuple(decode64(one) for one in end.proof)), root=root, size=size)
    except VerificationError as error:
        raise VerificationError(f"{STREAMS}: {error.diagnostic}") from None
