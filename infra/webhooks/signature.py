"""Signs a message so that its receiver knows the sender and the instant (Standard Webhooks, symmetric scheme v1)."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from datetime import datetime

from pydantic import SecretStr

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes, as the convention has it


def key_of(secret: SecretStr) -> bytes:
    """Give the bytes of `whsec_<base64>`; ValueError says what is wrong and never repeats it."""
    written = secret.get_secret_value().strip()
    if not written.startswith(PREFIX):
        raise ValueError(f"a webhook secret begins with {PREFIX}")
    try:
        key = base64.b64decode(written.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"a webhook secret is base64 after {PREFIX}") from None
    if not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(f"a webhook secret has {SHORTEST} to {LONGEST} bytes")
    return key


def headers(message_id: str, body: bytes, *, at: datetime, secrets: Sequence[SecretStr]) -> dict[str, str]:
    """Give the three headers of one attempt; while a secret is rotated the signature is made with each."""
    stamp = str(int(at.timestamp()))
    signed = f"{message_id}.{stamp}.".encode() + body
    made = [base64.b64encode(hmac.digest(key_of(one), signed, "sha256")).decode() for one in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in made),
    }
