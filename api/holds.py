"""/v1/holds: legal holds, before which neither an erasure nor expiry counts."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.auth import Steward
from api.parts import HasParts
from api.stewardship import IdempotencyKey, IdPath, StewardRequest, once, target
from infra import holds
from infra.clock import now
from infra.database import transaction
from infra.tenancy import tenant_transaction
from schemas.retention import Hold, HoldPage

router = APIRouter(prefix="/v1/holds", tags=["subjects"])


@router.post("", operation_id="placeHold", summary="Hold a caller's or a call's data", status_code=201)
def place(
    body: StewardRequest, who: Steward, parts: HasParts, response: Response, idempotency_key: IdempotencyKey = None
) -> Hold:
    """Give the hold; `already_gone` names the calls that an erasure forgot before it."""
    at, meant = now(), target(parts, who, body)
    with transaction(parts.pool) as connection:
        name = once(
            connection, parts, who, idempotency_key, what="hold", body=body,
            make=lambda: holds.place(
                connection, parts.keyring, meant, tenant=who.tenant, reason=body.reason, by=who.subject, at=at
            ),
        )
    response.headers["Location"] = f"/v1/holds/{name}"
    with tenant_transaction(parts.pool, who.tenant) as connection:
        return holds.find(connection, parts.keyring, who.tenant, name)


@router.delete("/{hold}", operation_id="releaseHold", summary="Release a hold", status_code=204)
def release(hold: IdPath, who: Steward, parts: HasParts) -> None:
    """Release it; one that is released stays so. Erasures that waited go on within a minute."""
    with transaction(parts.pool) as connection:
        holds.release(connection, parts.keyring, tenant=who.tenant, hold=hold, by=who.subject, at=now())


@router.get("", operation_id="listHolds", summary="List holds, newest first")
def list_holds(
    who: Steward, parts: HasParts, released: bool | None = None,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=holds.MAX_LIMIT)] = 50,
) -> HoldPage:
    """Give one page."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        page = holds.listing(connection, parts.keyring, who.tenant, released=released, cursor=cursor, limit=limit)
    asked = {"released": str(released), "cursor": cursor or ""}
    parts.access.read(who, what="holds", asked=asked, found=[one.hold for one in page.holds], at=now())
    return page


@router.get("/{hold}", operation_id="getHold", summary="Read a hold")
def get_hold(hold: IdPath, who: Steward, parts: HasParts) -> Hold:
    """Give one hold."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        found = holds.find(connection, parts.keyring, who.tenant, hold)
    parts.access.read(who, what="hold", asked={"hold": hold}, found=[hold], at=now())
    return found
