"""Checks that a webhook is its vendor's: each signs in its own way, over the raw body.

LiveKit: a JWT (HS256) whose claim `sha256` is the digest of the body. Retell: HMAC-SHA256 over body and time. Twilio:
HMAC-SHA1 over address and sorted form fields, or over an address that names the JSON body's digest. Vapi: the secret.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from infra.ingest.sources import Known

FRESH = timedelta(minutes=5)
RETELL = re.compile(r"v=(\d{1,16}),d=([0-9a-f]{64})")
WSS_PORT = ":443"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it came; header names in lower case."""

    address: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


def signed(delivery: Delivery, known: Known) -> bool:
    """Tell whether this source sent it."""
    secret = known.secret.get_secret_value()
    match known.source.vendor:
        case "livekit":
            return _livekit(delivery, secret, known.source.key)
        case "retell":
            return _retell(delivery, secret)
        case "twilio":
            return _twilio(delivery, secret, known.source.address or delivery.address)
        case "vapi":
            return _vapi(delivery, secret)


def stream_signed(address: str, *, signature: str, secret: str) -> bool:
    """Tell whether Twilio opened a Media Stream to this wss:// address; it writes a slash or a port as it likes."""
    scheme, _, rest = address.partition("://")
    named, _, path = rest.rstrip("/").partition("/")
    host = named.removesuffix(WSS_PORT)
    texts = (f"{scheme}://{one}/{path}" for one in (host, f"{host}{WSS_PORT}"))
    return any(_same(signature, _sha1(f"{text}{end}", secret)) for text in texts for end in ("", "/"))


def _sha1(text: str, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode()


def _livekit(delivery: Delivery, secret: str, key: str) -> bool:
    token = delivery.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        claims = jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"]).claims
    except (JoseError, ValueError):
        return False
    now_s = delivery.at.timestamp()
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        return False
    fresh = begins - FRESH.total_seconds() <= now_s <= expires + FRESH.total_seconds()
    digest = base64.b64encode(hashlib.sha256(delivery.body).digest()).decode()
    return fresh and (not key or claims.get("iss") == key) and _same(str(claims.get("sha256", "")), digest)


def _retell(delivery: Delivery, secret: str) -> bool:
    given = RETELL.fullmatch(delivery.headers.get("x-retell-signature", ""))
    if given is None or abs(delivery.at.timestamp() - int(given[1]) / 1000) > FRESH.total_seconds():
        return False
    made = hmac.digest(secret.encode(), delivery.body + given[1].encode(), "sha256").hex()
    return _same(given[2], made)


def _twilio(delivery: Delivery, secret: str, address: str) -> bool:
    text = address
    if delivery.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        fields = parse_qsl(delivery.body.decode(errors="replace"), keep_blank_values=True)
        text += "".join(f"{name}{value}" for name, value in sorted(fields))
    elif f"bodySHA256={hashlib.sha256(delivery.body).hexdigest()}" not in address:
        return False
    return _same(delivery.headers.get("x-twilio-signature", ""), _sha1(text, secret))


def _vapi(delivery: Delivery, secret: str) -> bool:
    given = delivery.headers.get("x-vapi-secret") or delivery.headers.get("authorization", "").removeprefix("Bearer ")
    return _same(given, secret)


def _same(given: str, made: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), made.encode())
