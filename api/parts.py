"""What the routes of one process work with; made once in the app's lifespan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from pydantic import SecretStr
from sqlalchemy import Engine
from starlette.requests import HTTPConnection

from api.desk_feed import DeskFeeds
from api.gateway import Gateway
from api.limits import Limits
from api.metrics import Metrics
from api.open_streams import OpenStreams
from api.session_watch import SessionWatch
from infra.access_log import AccessLog
from infra.call_sound import CallSound
from infra.front_door import FrontDoor
from infra.handoff_bell import HandoffBell
from infra.ingest.sources import Known
from infra.keys import Keyring
from infra.login_sessions import LoginSessions
from infra.oidc import OidcProvider
from infra.policy_book import PolicyBook
from infra.tokens import LocalIssuer
from infra.transfers.ports import TransferDesk
from schemas.costs import PriceList


@dataclass(frozen=True, slots=True)
class Parts:
    """The adapters behind the doors."""

    pool: Engine
    door: FrontDoor
    issuer: LocalIssuer
    sessions: LoginSessions
    session_watch: SessionWatch
    access: AccessLog
    keyring: Keyring
    policies: PolicyBook
    bell: HandoffBell
    desk_feeds: DeskFeeds
    streams: OpenStreams
    gateway: Gateway
    sound: CallSound
    metrics: Metrics
    limits: Limits
    bootstrap_servers: str
    prices: PriceList
    ingest: tuple[Known, ...] = ()  # whose webhooks are taken in
    twilio_token: SecretStr | None = None  # streams of Twilio must be signed with it
    oidc: OidcProvider | None = None
    local_logins: bool = True
    public_url: str | None = None  # where browsers see another address than ours
    desks: Mapping[str, TransferDesk] = field(default_factory=dict)  # of carriers, by the names the operator gave
    languages: Mapping[str, str] = field(default_factory=dict)  # further ones of the settings, with their models


def parts_of(connection: HTTPConnection) -> Parts:
    """Give the parts of the app a request came to."""
    parts = connection.app.state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - the lifespan put them there
    return parts


HasParts = Annotated[Parts, Depends(parts_of)]
