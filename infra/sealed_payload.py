"""Payloads beside the audit log: AES-256-GCM under one key an event, with a commitment to the plaintext.

The event key is HKDF-SHA256 (RFC 5869) of the subject's secret, so disclosing it opens one event and no other.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from governance.errors import InputError
from schemas.audit import Commitment

ALGORITHM = "A256GCM"
NONCE_BYTES = 12


class SealBroken(InputError):
    """What was sealed does not open with this key and context."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A sealed payload and what a leaf says about it; `ct` starts with the nonce, `size` is the plaintext's."""

    alg: str
    kid: str
    ct: bytes = field(repr=False)
    ct_sha256: str
    pt_hmac: str
    size: int

    @property
    def commitment(self) -> Commitment:
        """Give the part that goes into the leaf."""
        return Commitment(
            alg=self.alg, kid=self.kid, ct_sha256=self.ct_sha256, pt_hmac=self.pt_hmac, size=self.size
        )


def derive(secret: bytes, info: str) -> bytes:
    """Derive 32 bytes for one use."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(secret)


def event_key(dek: bytes, event_id: str) -> bytes:
    """Give the key that opens one event's payload."""
    return derive(dek, f"event|{event_id}")


def seal_payload(key: bytes, *, kid: str, tenant: str, event_id: str, plaintext: bytes) -> Payload:
    """Seal under an event key; the same event gives the same bytes, so a redelivery commits to the same leaf."""
    # The nonce is a keyed digest of the plaintext: other content under the same id never meets the same nonce.
    nonce = _mac(derive(key, "nonce"), plaintext)[:NONCE_BYTES]
    ct = nonce + AESGCM(derive(key, "enc")).encrypt(nonce, plaintext, _aad(tenant, event_id))
    return Payload(
        alg=ALGORITHM,
        kid=kid,
        ct=ct,
        ct_sha256=hashlib.sha256(ct).hexdigest(),
        pt_hmac=_mac(derive(key, "com"), plaintext).hex(),
        size=len(plaintext),
    )


def open_payload(key: bytes, *, tenant: str, event_id: str, ct: bytes, commitment: Commitment) -> bytes:
    """Open what a leaf commits to; raises SealBroken where ciphertext, key or plaintext are not the committed ones."""
    if hashlib.sha256(ct).hexdigest() != commitment.ct_sha256:
        raise SealBroken("the ciphertext is not the one the log commits to")
    try:
        plaintext = AESGCM(derive(key, "enc")).decrypt(ct[:NONCE_BYTES], ct[NONCE_BYTES:], _aad(tenant, event_id))
    except (InvalidTag, ValueError):
        raise SealBroken("the payload does not open with this key") from None
    if not hmac.compare_digest(_mac(derive(key, "com"), plaintext).hex(), commitment.pt_hmac):
        raise SealBroken("the plaintext is not the one the log commits to")
    return plaintext


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _aad(tenant: str, event_id: str) -> bytes:
    return f"{tenant}\x00{event_id}".encode()
