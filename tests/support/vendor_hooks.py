"""Webhooks as voice vendors sign and send them, written from their documentation and not from our reader."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey

SECRET = "a-secret-of-thirty-two-characters"
Hook = tuple[dict[str, str], bytes]


def livekit(content: dict[str, Any], at: datetime, *, key: str = "APIkey", secret: str = SECRET) -> Hook:
    body = json.dumps(content).encode()
    claims = {
        "iss": key, "nbf": int(at.timestamp()), "exp": int((at + timedelta(minutes=5)).timestamp()),
        "sha256": base64.b64encode(hashlib.sha256(body).digest()).decode(),
    }
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))
    return {"authorization": token, "content-type": "application/webhook+json"}, body


def retell(content: dict[str, Any], at: datetime, *, secret: str = SECRET) -> Hook:
    body = json.dumps(content).encode()
    stamp = str(int(1000 * at.timestamp()))
    digest = hmac.new(secret.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
    return {"x-retell-signature": f"v={stamp},d={digest}", "content-type": "application/json"}, body


def twilio(fields: dict[str, str], address: str, *, secret: str = SECRET) -> Hook:
    signed = address + "".join(name + fields[name] for name in sorted(fields))
    made = base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    headers = {"x-twilio-signature": made, "content-type": "application/x-www-form-urlencoded"}
    return headers, urlencode(fields).encode()


def vapi(content: dict[str, Any], *, secret: str = SECRET) -> Hook:
    return {"x-vapi-secret": secret, "content-type": "application/json"}, json.dumps({"message": content}).encode()


def retell_call(*lines: tuple[str, str, float, float], **more: Any) -> dict[str, Any]:
    transcript = [
        {"role": role, "content": text, "words": [{"word": text, "start": start, "end": end}]}
        for role, text, start, end in lines
    ]
    return {
        "call_id": "retell-1", "from_number": "+12025550123", "start_timestamp": 1_790_000_000_000,
        "end_timestamp": 1_790_000_060_000, "transcript_object": transcript, **more,
    }
