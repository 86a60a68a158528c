"""/v1/backtests: recorded calls through another policy version, and which decisions would differ."""

import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.auth import PolicyMaker
from api.parts import HasParts, Parts
from governance.backtest import Report
from governance.errors import InputError
from infra import backtests, idempotency, policy_store
from infra.clock import now
from infra.database import transaction
from infra.idempotency import Asked
from infra.policies import MOST_DOCUMENTS, bundle, load
from infra.policy_yaml import Document
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.policies import Policy
from schemas.policy_answers import PolicyDocument

router = APIRouter(prefix="/v1/backtests", tags=["policies"])
SHIPPED = "shipped"
IdempotencyKey = Annotated[str | None, Header(description="sent again with the same key: the same answer")]


class BacktestRequest(BaseModel):
    """What to try, as documents or as a version that was published, and on which calls."""

    model_config = ConfigDict(extra="forbid")
    documents: tuple[PolicyDocument, ...] | None = Field(default=None, min_length=1, max_length=MOST_DOCUMENTS)
    policy_version: Annotated[str, Field(max_length=200, description="as a verdict cites it, or `shipped`")] | None = (
        None
    )
    since: AwareDatetime | None = Field(default=None, description="only calls that began then or later")


@router.post("", operation_id="runBacktest", summary="Try a policy on the calls on record; the decision diff")
def run_backtest(
    body: BacktestRequest, who: PolicyMaker, parts: HasParts, idempotency_key: IdempotencyKey = None
) -> Report:
    """Fold every call that has ended; who did it, for which policy and over which calls is committed first."""
    tried = _tried(parts, who, body)
    at = now()
    if idempotency_key is None:
        return _run(parts, who, tried, body.since, at)
    asked = f"backtests/{tried.digest}/{body.since.isoformat() if body.since is not None else ''}"
    request = hashlib.sha256(asked.encode()).hexdigest()
    first = Asked(who.tenant, who.subject, idempotency_key, request)
    with transaction(parts.pool) as connection:
        known = idempotency.answered(connection, first, at=at)
        if known is not None:
            return Report.model_validate(known)
        report = _run(parts, who, tried, body.since, at)
        idempotency.remember(connection, first, report.model_dump(mode="json"))
    return report


def _run(parts: Parts, who: Principal, tried: Policy, since: datetime | None, at: datetime) -> Report:
    return backtests.run(parts.pool, parts.access, who, tried, since=since, at=at)


def _tried(parts: Parts, who: Principal, body: BacktestRequest) -> Policy:
    if (body.documents is None) == (body.policy_version is None):
        raise InputError("give either `documents` or `policy_version`")
    if body.documents is not None:
        return bundle([Document(one.name, one.text.encode()) for one in body.documents])
    label = body.policy_version or SHIPPED
    if label == SHIPPED:
        return load()
    if label == parts.policies.house.label:
        return parts.policies.house
    with tenant_transaction(parts.pool, who.tenant) as connection:
        policy, _ = policy_store.read(connection, who.tenant, label)
    return policy
