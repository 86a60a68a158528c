"""/v1/service-accounts: keys of channels, made, changed and ended by an admin; each step is in the audit log."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth import AccountKeeper, Scope
from api.parts import HasParts
from infra import idempotency, machine_accounts
from infra.clock import now
from infra.idempotency import Asked
from infra.machine_accounts import Account
from infra.tenancy import tenant_transaction

router = APIRouter(prefix="/v1/service-accounts", tags=["identity"])
CREATED, ROTATED, ENDED = "service_account.created", "service_account.rotated", "service_account.ended"
AccountPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
IdempotencyKey = Annotated[
    str | None, Header(description="sent again with the same key: the same account, without its secret")
]


class NewAccount(BaseModel):
    """A service, and what its keys may do."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", examples=["twilio-gateway"])
    scopes: list[Scope] = Field(min_length=1, max_length=10, examples=[["events:write", "calls:audio"]])


class Rotation(BaseModel):
    """How long the keys before the new one still hold."""

    model_config = ConfigDict(extra="forbid")
    overlap_minutes: int = Field(default=1440, ge=0, le=60 * 24 * 30)


class KeyAnswer(BaseModel):
    """One key, without its secret."""

    key: str = Field(examples=["0f6c1d2e3a4b5c6d"])
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = Field(default=None, description="exact to a minute")


class AccountAnswer(BaseModel):
    """A service account; `secret` only in the answer that made it."""

    account: str
    name: str
    scopes: list[str]
    created_by: str
    created_at: datetime
    keys: list[KeyAnswer] = Field(description="those that hold, newest first")
    secret: str | None = Field(default=None, description="the new key, shown this once", examples=["cwk_default_…"])


class AccountPage(BaseModel):
    """Every service account in use."""

    accounts: list[AccountAnswer]


@router.post("", operation_id="createServiceAccount", status_code=201, summary="Make an account and its first key")
def create(
    body: NewAccount, who: AccountKeeper, parts: HasParts, response: Response, idempotency_key: IdempotencyKey = None
) -> AccountAnswer:
    """Give the account with the only copy of its key."""
    at, scopes = now(), sorted(set(body.scopes))
    response.headers["Cache-Control"] = "no-store"
    with tenant_transaction(parts.pool, who.tenant) as connection:
        asked = None
        if idempotency_key is not None:
            request = f"service-account/{body.name}/{','.join(scopes)}"
            asked = Asked(tenant=who.tenant, subject=who.subject, key=idempotency_key, request=request)
            first = idempotency.answered(connection, asked, at=at)
            if first is not None:
                return _answer(machine_accounts.get(connection, who.tenant, str(first["account"]), at=at))
        made, secret = machine_accounts.create(
            connection, who.tenant, name=body.name, scopes=scopes, by=who.subject, at=at
        )
        if asked is not None:
            idempotency.remember(connection, asked, {"account": made.account})
    facts = {"account": made.account, "name": made.name, "scopes": " ".join(scopes)}
    parts.access.kept_account(who, CREATED, facts=facts, at=at)
    return _answer(made, secret)


@router.get("", operation_id="listServiceAccounts", summary="List accounts, their keys and when each was last used")
def list_accounts(who: AccountKeeper, parts: HasParts) -> AccountPage:
    """Give every account in use."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        found = machine_accounts.listing(connection, who.tenant, at=now())
    return AccountPage(accounts=[_answer(one) for one in found])


@router.post("/{account}/rotate", operation_id="rotateServiceAccount", summary="Give an account a new key")
def rotate(
    account: AccountPath, who: AccountKeeper, parts: HasParts, response: Response, body: Rotation | None = None
) -> AccountAnswer:
    """Give the new key; the ones before it hold for the overlap, so that a service changes without a gap."""
    at, asked = now(), body or Rotation()
    response.headers["Cache-Control"] = "no-store"
    with tenant_transaction(parts.pool, who.tenant) as connection:
        made, secret = machine_accounts.rotate(
            connection, who.tenant, account, overlap=timedelta(minutes=asked.overlap_minutes), at=at
        )
    facts = {"account": account, "name": made.name, "overlap_minutes": str(asked.overlap_minutes)}
    parts.access.kept_account(who, ROTATED, facts=facts, at=at)
    return _answer(made, secret)


@router.delete("/{account}", operation_id="endServiceAccount", status_code=204, summary="End an account and its keys")
def end(account: AccountPath, who: AccountKeeper, parts: HasParts) -> Response:
    """End it at once, in every process."""
    at = now()
    with tenant_transaction(parts.pool, who.tenant) as connection:
        ended = machine_accounts.end(connection, who.tenant, account, at=at)
    parts.access.kept_account(who, ENDED, facts={"account": account, "name": ended.name}, at=at)
    return Response(status_code=204)


def _answer(known: Account, secret: str | None = None) -> AccountAnswer:
    keys = [
        KeyAnswer(key=one.key, created_at=one.created_at, expires_at=one.expires_at, last_used_at=one.last_used_at)
        for one in known.keys
    ]
    return AccountAnswer(
        account=known.account, name=known.name, scopes=list(known.scopes), created_by=known.created_by,
        created_at=known.created_at, keys=keys, secret=secret,
    )
