"""A login provider for tests: discovery, a login form, codes with PKCE, tokens, keys that rotate. `python -m` runs it.

It shares no code with the client under test: challenges, secrets and redirects are checked here by hand.
"""

import base64
import hashlib
import html
import json
import secrets
import sys
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from infra.child_process import free_port

CLIENT, SECRET = "callwarden", "s3cret/with:signs"
PEOPLE: dict[str, dict[str, object]] = {
    "ann": {"tenant": "acme", "realm_access": {"roles": ["offline_access", "cc-agents"]}},
    "cleo": {"tenant": "acme", "realm_access": {"roles": ["cc-compliance"]}},
    "otto": {"tenant": "other", "realm_access": {"roles": ["cc-agents"]}},
    "nora": {"tenant": "acme", "realm_access": {"roles": ["cooks"]}},
    "lost": {"realm_access": {"roles": ["cc-agents"]}},
}
ROLES = {"cc-compliance": "compliance", "cc-agents": "agent", "cc-channels": "channel"}


@dataclass
class Provider:
    """A provider on loopback; `skew_s` puts its clock ahead, `claims` change what its tokens say."""

    redirects: set[str] = field(default_factory=set)
    skew_s: int = 0
    claims: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    port: int = field(default_factory=free_port)  # its own also while it is away

    def __post_init__(self) -> None:
        """Make a key and listen."""
        self.keys: list[Key] = []
        self.rotate()
        self.start()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/realms/acme"

    def start(self) -> None:
        """Listen, after a stop on the same port."""
        provider = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                _get(provider, self)

            def do_POST(self) -> None:
                _post(provider, self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Door)
        self.port = self._server.server_port
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Be away."""
        self._server.shutdown()
        self._server.server_close()

    def rotate(self, *, curve: bool = False) -> None:
        """Sign with a new key from now on; the one before it stays published, as long as its tokens last."""
        kid = secrets.token_hex(4)
        new: Key = (
            ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}) if curve
            else RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})
        )
        self.keys = [new, *self.keys[:1]]

    def token(self, person: str, *, kind: str = "access", nonce: str | None = None, lasts_s: int = 300) -> str:
        """Sign a token of a person."""
        now = int(time.time()) + self.skew_s
        said: dict[str, object] = {
            "iss": self.issuer, "sub": person, "aud": CLIENT if kind == "id" else "calls-api", "iat": now, "nbf": now,
            "exp": now + lasts_s, **PEOPLE[person],
        }
        if nonce is not None:
            said["nonce"] = nonce
        said = {name: value for name, value in {**said, **self.claims}.items() if value is not None}
        algorithm = "ES256" if isinstance(self.keys[0], ECKey) else "RS256"
        return jwt.encode({"alg": algorithm, "kid": self.keys[0].kid}, said, self.keys[0])


def _get(provider: Provider, door: BaseHTTPRequestHandler) -> None:
    place = urlsplit(door.path)
    provider.asked.append(place.path)
    base = provider.issuer
    if place.path.endswith("/.well-known/openid-configuration"):
        _say(door, 200, {
            "issuer": base, "authorization_endpoint": f"{base}/auth", "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/certs", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": True,
        })
    elif place.path.endswith("/certs"):
        symmetric = {"kty": "oct", "k": "c2VjcmV0", "kid": "oct"}  # a provider's mistake; nobody may sign with it
        _say(door, 200, {"keys": [*(key.as_dict(private=False) for key in provider.keys), symmetric]})
    elif place.path.endswith("/auth"):
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        wrong = _wrong(provider, asked)
        if wrong:
            _say(door, 400, {"error": wrong})
            return
        hidden = "".join(f'<input type=hidden name="{n}" value="{html.escape(v)}">' for n, v in asked.items())
        page = f'<form method=post action="{base}/auth">{hidden}<input name=person><button>Log in</button></form>'
        _say(door, 200, page)
    else:
        _say(door, 404, {"error": "not_found"})


def _wrong(provider: Provider, asked: dict[str, str]) -> str | None:
    if asked.get("client_id") != CLIENT or asked.get("redirect_uri") not in provider.redirects:
        return "invalid_client"
    if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
        return "invalid_request"
    complete = asked.get("response_type") == "code" and asked.get("state") and asked.get("nonce")
    return None if complete and "openid" in asked.get("scope", "").split() else "invalid_request"


def _post(provider: Provider, door: BaseHTTPRequestHandler) -> None:
    place = urlsplit(door.path).path
    provider.asked.append(place)
    body = door.rfile.read(int(door.headers.get("Content-Length", "0"))).decode()
    form = {name: values[0] for name, values in parse_qs(body).items()}
    if place.endswith("/token"):
        _token(provider, door, form)
        return
    answer = {"state": form["state"], "iss": provider.issuer}
    if form.get("person") in PEOPLE:
        code = secrets.token_urlsafe(16)
        provider.codes[code] = form
        answer["code"] = code
    else:
        answer["error"] = "access_denied"
    _say(door, 303, "", location=f"{form['redirect_uri']}?{urlencode(answer)}")


def _token(provider: Provider, door: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
    kind, _, pair = door.headers.get("Authorization", "").partition(" ")
    known = kind == "Basic" and base64.b64decode(pair).decode() == "callwarden:s3cret%2Fwith%3Asigns"
    begun = provider.codes.pop(form.get("code", ""), None)  # once only
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not known:
        _say(door, 401, {"error": "invalid_client"})
    elif begun is None or begun["redirect_uri"] != form.get("redirect_uri") or begun["code_challenge"] != challenge:
        _say(door, 400, {"error": "invalid_grant"})
    else:
        person = begun["person"]
        _say(door, 200, {
            "access_token": provider.token(person), "token_type": "Bearer", "expires_in": 300,
            "id_token": provider.token(person, kind="id", nonce=begun["nonce"]),
        })


def _say(door: BaseHTTPRequestHandler, status: int, said: object, *, location: str | None = None) -> None:
    text = isinstance(said, str)
    content = (said if isinstance(said, str) else json.dumps(said)).encode()
    door.send_response(status)
    door.send_header("Content-Type", "text/html; charset=utf-8" if text else "application/json")
    door.send_header("Content-Length", str(len(content)))
    if location is not None:
        door.send_header("Location", location)
    door.end_headers()
    door.wfile.write(content)


if __name__ == "__main__":
    running = Provider(redirects=set(sys.argv[1:]))
    print(f"ready {running.issuer}", flush=True)
    while True:
        time.sleep(3600)
