"""/v1/policies: compliance publishes what calls are held to; a version never changes, and its entry is in the log."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.auth import PolicyMaker
from api.parts import HasParts
from governance.errors import InputError
from infra import cursors, house_policies, policy_publishing, policy_store
from infra.clock import now
from infra.policies import MOST_DOCUMENTS, load, shipped
from infra.policy_yaml import Document
from infra.tenancy import tenant_transaction
from schemas.policy_answers import PolicyDocument, PolicyMode, PolicyPage, PolicyVersion, PublicationAnswer

router = APIRouter(prefix="/v1/policies", tags=["policies"])
MAX_LIMIT = 200
MAX_DIGITS = 18
IdempotencyKey = Annotated[str | None, Header(description="sent again with the same key: the same answer")]
VersionPath = Annotated[
    str, Path(max_length=200, description="as a verdict cites it, published or of the house; or `shipped`")
]


class Publish(BaseModel):
    """A bundle of documents, and whether it acts or only watches."""

    model_config = ConfigDict(extra="forbid")
    documents: tuple[PolicyDocument, ...] = Field(min_length=1, max_length=MOST_DOCUMENTS)
    mode: PolicyMode = "live"


@router.get("", operation_id="listPolicies", summary="List publications, newest first, and what is in force")
def list_policies(
    who: PolicyMaker,
    parts: HasParts,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> PolicyPage:
    """Give one page."""
    before = _place(cursor) if cursor is not None else None
    with tenant_transaction(parts.pool, who.tenant) as connection:
        labels = policy_store.in_force(connection, who.tenant)
        found = policy_store.history(connection, who.tenant, before=before, limit=limit + 1)
    page = found[:limit]
    return PolicyPage(
        live=labels.live or parts.policies.house.label, shadow=labels.shadow,
        publications=tuple(
            PublicationAnswer(
                policy_version=one.label, id=row.id, version=row.version, title=row.title, digest=row.digest,
                mode=one.mode, published_by=one.by, published_at=one.at, entry=one.event_id,
            )
            for _, one, row in page
        ),
        cursor=cursors.write((str(page[-1][0]),)) if len(found) > limit else None,
    )


@router.get("/{policy_version}", operation_id="getPolicy", summary="Read a version with its documents")
def get_policy(policy_version: VersionPath, who: PolicyMaker, parts: HasParts) -> PolicyVersion:
    """Give the documents as they were written."""
    policy = load()
    if policy_version in ("shipped", policy.label):
        document = shipped()
        return PolicyVersion(
            policy_version=policy.label, id=policy.id, version=policy.version, title=policy.title,
            digest=policy.digest, documents=(PolicyDocument(name=document.name, text=document.text.decode()),),
        )
    with tenant_transaction(parts.pool, who.tenant) as connection:
        row = house_policies.read(connection, policy_version)
        if row is None:
            _, row = policy_store.read(connection, who.tenant, policy_version)
    return PolicyVersion(
        policy_version=row.label, id=row.id, version=row.version, title=row.title, digest=row.digest,
        documents=tuple(PolicyDocument.model_validate(one) for one in row.documents),
    )


@router.post(
    "", operation_id="publishPolicy", summary="Publish a version: live for calls that begin from now on, or watching",
    status_code=HTTPStatus.CREATED,
)
def publish_policy(
    body: Publish, who: PolicyMaker, parts: HasParts, idempotency_key: IdempotencyKey = None
) -> PublicationAnswer:
    """Publish; 422 names file, line and key of what is wrong, 409 a version that was published with other content."""
    documents = [Document(one.name, one.text.encode()) for one in body.documents]
    answer = policy_publishing.publish(
        parts.pool, parts.access, who, documents, mode=body.mode, at=now(), key=idempotency_key
    )
    parts.policies.forget_current(who.tenant)
    return answer


def _place(cursor: str) -> int:
    [number] = cursors.read(cursor, fields=1)
    if not number.isdecimal() or len(number) > MAX_DIGITS:
        raise InputError("the cursor is not one this list gave out")
    return int(number)
