"""Purposes of reads are opened from what their entries commit to; what does not open has none to show."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from infra.access_log import AccessLog
from infra.audit_search import search
from infra.audit_store import append
from infra.database import transaction
from infra.keys import Keyring
from infra.read_purposes import told
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.audit import AuditFilter
from tests.support.audit_log import NOON, TENANT, draft

pytestmark = pytest.mark.contract


def test_a_purpose_is_shown_where_its_payload_opens(pool: Engine, tmp_path: Path) -> None:
    keyring = Keyring(engine=pool, kek=tmp_path / "kek.json")
    access = AccessLog(engine=pool, keyring=keyring, instance="test")

    def shown() -> list[str | None]:
        with tenant_transaction(pool, TENANT) as connection:
            page = search(connection, TENANT, AuditFilter())
        return [entry.purpose for entry in told(pool, keyring, TENANT, page).entries]

    def read(purpose: str) -> None:
        who = Principal("cora", TENANT, "compliance", purpose=purpose)
        access.read(who, what="audit.entries", asked={}, found=[], at=NOON)

    with transaction(pool) as connection:
        append(connection, TENANT, [draft(0), draft(2).model_copy(update={"type": "read"})], NOON)
    assert shown() == [None, None]  # no read, and one whose payload no key of ours opens
    read("a claim")
    read("")
    assert shown() == [None, None, "a claim", "audit and compliance"]
