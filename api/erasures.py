"""/v1/erasures: a person's data is forgotten (GDPR 17), as far as holds and laws let it, with a certificate."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.auth import Steward
from api.parts import HasParts, Parts
from api.stewardship import IdempotencyKey, IdPath, StewardRequest, forgetter, once, target
from infra import erasure_waits, erasures
from infra.clock import now
from infra.database import transaction
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.retention import Certificate, CertificatePage

router = APIRouter(prefix="/v1/erasures", tags=["subjects"])
MOST_AT_ONCE = 50  # calls within one request; the records worker goes on with the rest
WAITS: dict[int | str, dict[str, object]] = {
    202: {"model": Certificate, "description": "a hold, a law or a live call is in the way; `waiting` says until when"}
}


@router.post("", operation_id="erase", summary="Forget a caller or a call", status_code=201, responses=WAITS)
def erase(
    body: StewardRequest, who: Steward, parts: HasParts, response: Response, idempotency_key: IdempotencyKey = None
) -> Certificate:
    """Give the certificate, or 202 with what waits: the request stands until nothing is in its way."""
    at, meant = now(), target(parts, who, body)
    with transaction(parts.pool) as connection:
        name = once(
            connection, parts, who, idempotency_key, what="erasure", body=body,
            make=lambda: erasures.request(
                connection, parts.keyring, meant, tenant=who.tenant, reason=body.reason, by=who.subject, at=at
            ),
        )
    done = forgetter(parts).erase(tenant=who.tenant, erasure=name, by=who.subject, at=now(), most=MOST_AT_ONCE)
    response.headers["Location"] = f"/v1/erasures/{name}"
    response.headers["Cache-Control"] = "no-store"
    if done.state == "waiting":
        response.status_code = HTTPStatus.ACCEPTED
    return done


@router.get("", operation_id="listErasures", summary="List erasures, newest first")
def list_erasures(
    who: Steward, parts: HasParts, state: Annotated[erasures.State | None, Query()] = None,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=erasures.MAX_LIMIT)] = 50,
) -> CertificatePage:
    """Give one page; `waiting` says what stands in the way of each, of at most ten calls."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        page = erasures.listing(connection, who.tenant, state=state, cursor=cursor, limit=limit)
    found = [one.erasure for one in page.erasures]
    parts.access.read(who, what="erasures", asked={"state": state or "", "cursor": cursor or ""}, found=found, at=now())
    return page.model_copy(update={"erasures": _with_waits(parts, who, page.erasures)})


@router.get("/{erasure}", operation_id="getErasure", summary="Read the certificate of an erasure")
def get_erasure(erasure: IdPath, who: Steward, parts: HasParts) -> Certificate:
    """Give the certificate as it stands."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        found = erasures.certificate(connection, who.tenant, erasure)
    parts.access.read(who, what="erasure", asked={"erasure": erasure}, found=[erasure], at=now())
    return _with_waits(parts, who, [found])[0]


def _with_waits(parts: Parts, who: Principal, found: Sequence[Certificate]) -> tuple[Certificate, ...]:
    return erasure_waits.with_waits(parts.pool, parts.policies, found, tenant=who.tenant, at=now())
