"""POST /v1/subject-exports: everything about one person as a JSON file (GDPR 15); who takes it is in the log before."""

from fastapi import APIRouter, Response
from pydantic import Field

from api.auth import Steward
from api.parts import HasParts
from api.stewardship import StewardRequest, target
from infra.clock import now
from infra.subject_export import Exporter
from schemas.subject_export import SubjectExport

router = APIRouter(prefix="/v1/subject-exports", tags=["subjects"])


class ExportRequest(StewardRequest):
    """Whose data, why, and whether the originals of the caller's own words are in it."""

    originals: bool = Field(default=True, description="false: pseudonyms stay pseudonyms")


@router.post("", operation_id="exportSubject", summary="Take everything about a caller", response_model=SubjectExport)
def export(body: ExportRequest, who: Steward, parts: HasParts) -> Response:
    """Give the document; other persons in it are pseudonyms."""
    policy = parts.policies.current(who.tenant).live
    exporter = Exporter(pool=parts.pool, keyring=parts.keyring, retention=policy.retention, reveal=policy.reveal)
    document = exporter.export(
        target(parts, who, body), tenant=who.tenant, reason=body.reason, by=who.subject, at=now(),
        originals=body.originals,
    )
    headers = {"Content-Disposition": 'attachment; filename="subject.json"', "Cache-Control": "no-store"}
    return Response(document.model_dump_json(indent=1), media_type="application/json", headers=headers)
