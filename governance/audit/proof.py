"""A proof that an entry is in a log, checkable with no log at hand (C2SP tlog-proof)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from governance.audit.checkpoint import Checkpoint, open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.merkle import HASH_BYTES, verify_inclusion
from governance.audit.note import VerifierKey, decode64, encode64

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class LogProof:
    """An audit path with the checkpoint it leads to; `extra` is carried, not proven."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """Write the proof."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {encode64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(encode64(each) for each in self.hashes)
        return "\n".join([*lines, "", ""]).encode() + self.checkpoint


def parse_proof(data: bytes) -> LogProof:
    """Read a proof, strictly."""
    head, gap, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise VerificationError("proof: not text") from None
    if not gap or lines.pop(0) != HEADER:
        raise VerificationError(f"proof: does not start with {HEADER}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode64(lines.pop(0).removeprefix("extra "))
    found = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if found is None:
        raise VerificationError("proof: no index line")
    hashes = tuple(decode64(line) for line in lines)
    if len(hashes) > MAX_HASHES or any(len(each) != HASH_BYTES for each in hashes):
        raise VerificationError("proof: a line is not a hash, or there are too many")
    return LogProof(int(found[1]), hashes, checkpoint, extra)


def verify_proof(data: bytes, *, leaf: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Check that the leaf hash is in the log one of the keys signed."""
    proof = parse_proof(data)
    checkpoint = open_checkpoint(proof.checkpoint, keys)
    verify_inclusion(leaf=leaf, index=proof.index, size=checkpoint.size, proof=proof.hashes, root=checkpoint.root)
    return checkpoint
