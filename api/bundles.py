"""POST /v1/audit/bundles: evidence of a call or a period; who takes it is in the log before its first byte."""

from http import HTTPStatus
from typing import Annotated, Any, Self

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.auth import Compliance
from api.parts import HasParts, Parts
from infra import period_source
from infra.bundle_source import make
from infra.chain_source import MOST_KEPT
from infra.clock import now
from infra.tokens import Principal
from schemas.base import CallId

router = APIRouter(prefix="/v1/audit/bundles", tags=["audit"])
MEDIA_TYPE = "application/zip"
WHAT = "audit.bundle"
KEPT = "checkpoints of this log that were kept: the bundle shows that the log extends them"
Checkpoint = Annotated[str, Field(max_length=16_384)]
HEADERS = {"Content-Disposition": 'attachment; filename="evidence.zip"', "Cache-Control": "no-store"}
ARCHIVE: dict[int | str, dict[str, Any]] = {
    HTTPStatus.OK: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        "description": "the archive that `callwarden audit verify-bundle` checks; the same bytes for one checkpoint",
    }
}


class BundleRequest(BaseModel):
    """Either a call, or a period: everything that was recorded at `from` or later and before `to`."""

    model_config = ConfigDict(extra="forbid")
    call: CallId | None = None
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None
    old: tuple[Checkpoint, ...] = Field(default=(), max_length=MOST_KEPT, description=KEPT)

    @model_validator(mode="after")
    def one_of_two(self) -> Self:
        """Refuse both, neither and half a period."""
        if (self.from_ is None) != (self.to is None) or (self.call is None) == (self.to is None):
            raise ValueError("name either `call`, or `from` and `to`")
        return self


@router.post(
    "", operation_id="bundleCall", summary="Take the evidence of one call, or of a period", response_class=Response,
    responses=ARCHIVE,
)
def bundle(body: BundleRequest, who: Compliance, parts: HasParts) -> Response:
    """Give the archive; 404 without such a call or before a checkpoint covers it, 422 where a period is too long."""
    if body.from_ is not None and body.to is not None:
        return _period(parts, who, body.from_, body.to, _kept(body))
    call = str(body.call)
    archive = make(parts.pool, who.tenant, call, kept=_kept(body))
    # Committed here: whatever happens to the answer, that it was taken is known.
    parts.access.read(who, what=WHAT, asked={"call": call}, found=[call], at=now(), call=call)
    return Response(archive, media_type=MEDIA_TYPE, headers=HEADERS)


def _kept(body: BundleRequest) -> tuple[bytes, ...]:
    return tuple(note.encode() for note in body.old)


def _period(
    parts: Parts, who: Principal, since: AwareDatetime, until: AwareDatetime, kept: tuple[bytes, ...]
) -> Response:
    period = period_source.make(parts.pool, who.tenant, since=since, until=until, kept=kept)
    asked = {"from": since.isoformat(), "to": until.isoformat()}
    parts.access.read(who, what=WHAT, asked=asked, found=period.found(), at=now())
    headers = {**HEADERS, "Content-Length": str(period.size)}
    return StreamingResponse(period.pieces(), media_type=MEDIA_TYPE, headers=headers)
