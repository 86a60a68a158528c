"""Reads the desks calls may be put through to: YAML (or JSON) named by CALLWARDEN_TRANSFERS; keys by reference."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, TypeAdapter

from infra import yaml_file
from infra.provider_chains import KeyReference
from infra.transfers.livekit import LiveKitDesk
from infra.transfers.ports import Bounds, TransferDesk
from infra.transfers.sip import SipDesk
from infra.transfers.twilio import TwilioDesk
from infra.transfers.webhook import WebhookDesk
from infra.webhooks.sender import Endpoint
from schemas.base import Frozen

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Address = Annotated[str, Field(pattern=r"^https?://[^\s@]+$", max_length=500)]
Sip = Annotated[str, Field(pattern=r"^(sips?|tel):[^\s<>?\"]{1,200}$")]


class _Desk(Frozen):
    timeout_ms: int = Field(default=5_000, ge=50, le=30_000)
    tries: int = Field(default=2, ge=1, le=5)

    def bounds(self) -> Bounds:
        """What who asks keeps to."""
        return Bounds(timeout_ms=self.timeout_ms, tries=self.tries)


class _Webhook(_Desk):
    kind: Literal["webhook"]
    url: Address
    secret: KeyReference
    allow_private: bool = False


class _Twilio(_Desk):
    kind: Literal["twilio"]
    url: Address = "https://api.twilio.com"
    account: str
    token: KeyReference
    workflow: str
    caller_id: str
    agent: str


class _LiveKit(_Desk):
    kind: Literal["livekit"]
    url: Address
    api_key: str
    secret: KeyReference
    target: Sip
    trunk: str
    participant: str = "caller"


class _Sip(_Desk):
    kind: Literal["sip"]
    host: str
    port: int = Field(default=5060, ge=1, le=65535)
    target: Sip
    own: Sip


_Any = Annotated[_Webhook | _Twilio | _LiveKit | _Sip, Field(discriminator="kind")]
_FILE: TypeAdapter[dict[Name, _Any]] = TypeAdapter(dict[Name, _Any])


def load(path: Path | None, *, now: Callable[[], datetime]) -> Mapping[str, TransferDesk]:
    """Give the desks by name; none without a file. Raises InputError that names the place, never a value."""
    if path is None:
        return {}
    given = yaml_file.read(path, _FILE, named_by="CALLWARDEN_TRANSFERS").content
    return {name: _made(name, one, now) for name, one in given.items()}


def _made(name: str, one: _Webhook | _Twilio | _LiveKit | _Sip, now: Callable[[], datetime]) -> TransferDesk:
    match one:
        case _Webhook():
            endpoint = Endpoint(
                name=name, url=one.url, secrets=(SecretStr(one.secret.read().get_secret_value()),),
                events=frozenset({"transfer"}), timeout_ms=one.timeout_ms, allow_private=one.allow_private,
            )
            return WebhookDesk(endpoint=endpoint, now=now, bounds=one.bounds())
        case _Twilio():
            return TwilioDesk(
                url=one.url, account=one.account, token=one.token.read(), workflow=one.workflow,
                caller_id=one.caller_id, agent=one.agent, bounds=one.bounds(),
            )
        case _LiveKit():
            return LiveKitDesk(
                url=one.url, api_key=one.api_key, secret=one.secret.read(), target=one.target, trunk=one.trunk,
                participant=one.participant, now=now, bounds=one.bounds(),
            )
        case _Sip():
            return SipDesk(host=one.host, port=one.port, target=one.target, own=one.own, bounds=one.bounds())
