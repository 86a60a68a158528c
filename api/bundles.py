"""POST /v1/audit/bundles: the evidence of one call as an archive; who takes it is in the log before its first byte."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from api.auth import Compliance
from api.parts import HasParts
from infra.bundle_source import make
from infra.clock import now
from schemas.base import CallId

router = APIRouter(prefix="/v1/audit/bundles", tags=["audit"])
MEDIA_TYPE = "application/zip"
ARCHIVE: dict[int | str, dict[str, Any]] = {
    HTTPStatus.OK: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        "description": "the archive that `callwarden audit verify-bundle` checks; the same bytes for one checkpoint",
    }
}


class BundleRequest(BaseModel):
    """Which call."""

    model_config = ConfigDict(extra="forbid")
    call: CallId


@router.post(
    "", operation_id="bundleCall", summary="Take the evidence of one call", response_class=Response, responses=ARCHIVE
)
def bundle(body: BundleRequest, who: Compliance, parts: HasParts) -> Response:
    """Give the archive; 404 without such a call, or before a checkpoint covers its entries."""
    archive = make(parts.pool, who.tenant, body.call)
    # Committed here: whatever happens to the answer, that it was taken is known.
    parts.access.read(
        who, what="audit.bundle", asked={"call": body.call}, found=[body.call], at=now(), call=body.call
    )
    headers = {"Content-Disposition": 'attachment; filename="evidence.zip"', "Cache-Control": "no-store"}
    return Response(archive, media_type=MEDIA_TYPE, headers=headers)
