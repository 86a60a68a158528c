"""Gets a time stamp of a checkpoint from an authority over HTTP (RFC 3161, 3.4)."""

import secrets
import urllib.request
from functools import partial
from hashlib import sha256
from http.client import HTTPException

from governance.audit.errors import VerificationError
from governance.audit.timestamp import Stamp, check, request
from governance.errors import TransientError
from infra.whole_answer import whole_answer

TIMEOUT_S = 10.0
ATTEMPTS = 2
MAX_ANSWER = 64 * 1024
NONCE_BITS = 63


def stamp(address: str, data: bytes) -> tuple[bytes, Stamp]:
    """Get the response for these bytes, to be kept as it is, and what it states; TransientError without one."""
    if not address.startswith(("http://", "https://")):
        raise TransientError("the time-stamping authority has no http address")
    digest, reason = sha256(data).digest(), ""
    for _ in range(ATTEMPTS):
        nonce = secrets.randbits(NONCE_BITS)
        asked = urllib.request.Request(  # noqa: S310 - http only, see above
            address, data=request(digest, nonce=nonce), headers={"Content-Type": "application/timestamp-query"}
        )
        try:
            response = whole_answer(partial(_read, asked), within_s=TIMEOUT_S)
            return response, check(response, digest=digest, nonce=nonce)
        except VerificationError as wrong:
            reason = wrong.diagnostic
        except (OSError, ValueError, HTTPException) as outside:
            reason = type(outside).__name__
    raise TransientError(f"no time stamp: {reason}")


def _read(asked: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310 - http only, see above
        response: bytes = answer.read(MAX_ANSWER)
    return response
