"""Checkpoints: the signed size and root of a log (C2SP tlog-checkpoint)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from governance.audit.errors import VerificationError
from governance.audit.merkle import HASH_BYTES
from governance.audit.note import Signer, VerifierKey, decode64, encode64, sign_note, verify_note

MAX_SIZE = (1 << 63) - 1
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: the hash of everything it ever held."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """Write the note text; no extension lines, as ML-DSA signatures do not cover them."""
        return f"{self.origin}\n{self.size}\n{encode64(self.root)}\n"


def parse_text(text: str) -> Checkpoint:
    """Read the text of a checkpoint."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise VerificationError("checkpoint: not origin, size and root in lines of their own")
    origin, size, root = lines[0], lines[1], decode64(lines[2])
    if _SIZE.fullmatch(size) is None or int(size) > MAX_SIZE:
        raise VerificationError("checkpoint: the size is not a plain number")
    if len(root) != HASH_BYTES:
        raise VerificationError("checkpoint: the root is not 32 bytes")
    return Checkpoint(origin, int(size), root)


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> str:
    """Sign as a note; every key carries the log's origin as its name."""
    for signer in signers:
        if signer.key.name != checkpoint.origin:
            raise VerificationError("checkpoint: the key's name is not the log's origin")
    return sign_note(str(checkpoint), signers)


def open_checkpoint(data: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Check signatures and origin, then answer what was signed."""
    text, signed = verify_note(data, keys)
    checkpoint = parse_text(text)
    if checkpoint.origin not in {key.name for key in signed}:
        raise VerificationError(f"checkpoint: signed for another log than {checkpoint.origin}")
    return checkpoint
