"""Signatures over a checkpoint that carry a time: Ed25519 of witnesses and ML-DSA-44 of logs (C2SP tlog-cosignature).

A body is the POSIX seconds as eight bytes, big-endian, and then the signature. Signing again gives other bytes, so
whatever guards against forks compares size and root, never text.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

ED25519_COSIGNATURE = 0x04
MLDSA44 = 0x06
MLDSA44_KEY_BYTES, MLDSA44_SIGNATURE_BYTES = 1312, 2420
TIME_BYTES = 8
SUBTREE = b"subtree/v1\n\x00"
ROOT_BYTES = 32


def ed25519_message(text: str, *, at_s: int) -> bytes:
    """Write what a witness signs: the time and the whole checkpoint text."""
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def mldsa44_message(text: str, *, name: str, at_s: int) -> bytes:
    """Write what an ML-DSA-44 key of this name signs: origin, size and root, but no extension line."""
    origin, size, root = _checkpoint(text)
    return b"".join((
        SUBTREE, _short(name), at_s.to_bytes(TIME_BYTES, "big"), _short(origin),
        (0).to_bytes(8, "big"), size.to_bytes(8, "big"), root,
    ))  # fmt: skip


def check_ed25519_cosignature(*, name: str, public_key: bytes, text: str, body: bytes) -> bool:
    """Check a witness's cosignature over the note text."""
    del name
    at_s, signature = int.from_bytes(body[:TIME_BYTES], "big"), body[TIME_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, ed25519_message(text, at_s=at_s))
    except (InvalidSignature, ValueError):
        return False
    return True


def check_mldsa44(*, name: str, public_key: bytes, text: str, body: bytes) -> bool:
    """Check an ML-DSA-44 signature (FIPS 204) of the named key over the note text, which must be a checkpoint."""
    at_s, signature = int.from_bytes(body[:TIME_BYTES], "big"), body[TIME_BYTES:]
    if len(signature) != MLDSA44_SIGNATURE_BYTES:
        return False
    try:
        message = mldsa44_message(text, name=name, at_s=at_s)
        MLDSA44PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, OverflowError):
        return False
    return True


def _checkpoint(text: str) -> tuple[str, int, bytes]:
    lines = text.split("\n")
    if len(lines) < 4 or not lines[1].isdecimal():
        raise ValueError("not a checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error:
        root = b""
    if len(root) != ROOT_BYTES:
        raise ValueError("not a checkpoint")
    return lines[0], int(lines[1]), root


def _short(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(1, "big") + data
