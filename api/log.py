"""/v1/audit/{tenant}: a tenant's log, or `_logs`, that of all logs, as C2SP tlog-tiles, for anyone with the address."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from api.auth import anyone
from api.parts import HasParts, Parts
from api.problems import unknown
from governance.audit.log_of_logs import LOGS
from infra import audit_reader
from infra.tenancy import tenant_transaction

router = APIRouter(prefix="/v1/audit/{tenant}", tags=["log"], dependencies=[Depends(anyone)])
TenantPath = Annotated[str, Path(pattern=rf"^({LOGS}|[a-z0-9][a-z0-9-]{{0,62}})$")]
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
STAMP = "application/timestamp-reply"
FRESH = "public, max-age=1"
KEYS = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"
AS_TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {}}}}
AS_BYTES: dict[int | str, dict[str, Any]] = {200: {"content": {BYTES: {}}}}


@router.get(
    "/checkpoint", operation_id="getCheckpoint", summary="The newest signed checkpoint", response_class=Response,
    responses=AS_TEXT,
)
def checkpoint(tenant: TenantPath, parts: HasParts) -> Response:
    """Give the note."""
    return _resource(parts, tenant, audit_reader.CHECKPOINT_PATH, media_type=TEXT, cache=FRESH)


@router.get(
    "/checkpoint.cosigned", operation_id="getCosignedCheckpoint", response_class=Response, responses=AS_TEXT,
    summary="The newest checkpoint of the log of logs that witnesses or a time-stamping authority vouched for",
)
def cosigned(tenant: TenantPath, parts: HasParts) -> Response:
    """Give the note with the lines of the witnesses that answered; 404 where nobody was asked."""
    return _resource(parts, tenant, audit_reader.COSIGNED_PATH, media_type=TEXT, cache=FRESH)


@router.get(
    "/checkpoint.cosigned.tsr", operation_id="getCheckpointStamp", response_class=Response,
    responses={200: {"content": {STAMP: {}}}}, summary="Its time stamp (RFC 3161)",
)
def stamp(tenant: TenantPath, parts: HasParts) -> Response:
    """Give the stamp of exactly those bytes, for `openssl ts -verify`."""
    return _resource(parts, tenant, audit_reader.STAMP_PATH, media_type=STAMP, cache=FRESH)


@router.get(
    "/key", operation_id="getLogKey", summary="The key that signs the checkpoint", response_class=Response,
    responses=AS_TEXT,
)
def key(tenant: TenantPath, parts: HasParts) -> Response:
    """Give the Ed25519 verifier key; who wants to trust the log gets it another way."""
    return _resource(parts, tenant, audit_reader.KEY_PATH, media_type=TEXT, cache=KEYS)


@router.get(
    "/tlog-policy", operation_id="getLogPolicy", summary="Every key of the log, as C2SP tlog-policy",
    response_class=Response, responses=AS_TEXT,
)
def policy(tenant: TenantPath, parts: HasParts) -> Response:
    """Give what a verifier asks of a checkpoint: the Ed25519 and the ML-DSA-44 key, no witness."""
    return _resource(parts, tenant, audit_reader.POLICY_PATH, media_type=TEXT, cache=KEYS)


@router.get(
    "/tile/{path:path}", operation_id="getTile", summary="A tile or a bundle of entries", response_class=Response,
    responses=AS_BYTES,
)
def tile(tenant: TenantPath, path: Annotated[str, Path(max_length=100)], parts: HasParts) -> Response:
    """Give a tile that a checkpoint covers; it never changes."""
    return _resource(parts, tenant, f"tile/{path}", media_type=BYTES, cache=FOR_EVER)


def _resource(parts: Parts, tenant: str, path: str, *, media_type: str, cache: str) -> Response:
    with tenant_transaction(parts.pool, tenant) as connection:
        content = audit_reader.resource(connection, tenant, path)
    if content is None:
        raise unknown("part of this log")
    headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*"}
    return Response(content, media_type=media_type, headers=headers)
