"""Publishes a policy: the version, the publication and its entry in the audit log are one transaction."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from infra import idempotency, policy_store
from infra.access_log import AccessLog
from infra.audit_store import append
from infra.database import transaction
from infra.idempotency import Asked
from infra.policies import bundle, complete
from infra.policy_store import Mode, Publication
from infra.policy_yaml import Document
from infra.tokens import Principal
from schemas.policy_answers import PublicationAnswer


def publish(
    pool: Engine, access: AccessLog, who: Principal, documents: Sequence[Document], *, mode: Mode, at: datetime,
    key: str | None = None,
) -> PublicationAnswer:
    """Publish for the tenant of `who`, once for each idempotency key; raises InputError and VersionTaken."""
    policy = bundle(documents)
    sums = {one.name: hashlib.sha256(one.text).hexdigest() for one in complete(documents)}
    facts = {"mode": mode, "digest": policy.digest, "title": policy.title, "documents": sums}
    entry = access.published(who, policy=policy.label, facts=facts, at=at)
    answer = PublicationAnswer(
        policy_version=policy.label, id=policy.id, version=policy.version, title=policy.title, digest=policy.digest,
        mode=mode, published_by=who.subject, published_at=at, entry=entry.event_id,
    )
    asked = Asked(who.tenant, who.subject, key, f"policies/{mode}/{policy.digest}") if key is not None else None
    with transaction(pool) as connection:
        first = idempotency.answered(connection, asked, at=at) if asked is not None else None
        if first is not None:
            return PublicationAnswer.model_validate(first)
        publication = Publication(policy.label, mode, who.subject, at, entry.event_id)
        policy_store.publish(connection, who.tenant, policy, documents, publication)
        append(connection, who.tenant, [entry], at)
        if asked is not None:
            idempotency.remember(connection, asked, answer.model_dump(mode="json"))
    return answer
