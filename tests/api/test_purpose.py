"""What somebody reads for is in the entry of the read, as she stated it or as her role is for, and nowhere else."""

from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import text

from infra.access_log import AccessLog
from infra.audit_store import append
from infra.database import transaction
from infra.tokens import Principal
from tests.support.api import Served
from tests.support.audit_log import NOON, TENANT, draft

pytestmark = pytest.mark.flow
ENTRIES = "/v1/audit/entries"
CASE = "complaint 4711 of Ms Weil\u00e9"


@pytest.fixture
def client(served: Served) -> httpx.Client:
    with transaction(served.pool) as connection:
        append(connection, TENANT, [draft(number) for number in range(5)], NOON)
    return served.client("compliance", subject="cora")


def purposes(client: httpx.Client) -> list[str | None]:
    page = client.get(ENTRIES, params={"type": "read"}).json()
    return [each["purpose"] for each in page["entries"]]


def test_a_purpose_is_told_by_header_or_parameter_and_else_by_the_role(client: httpx.Client) -> None:
    client.get(ENTRIES, headers={"Callwarden-Purpose": "yearly audit"})
    client.get(ENTRIES, params={"purpose": CASE})
    client.get(ENTRIES, params={"purpose": "a parameter"}, headers={"Callwarden-Purpose": "the header first"})
    client.get(ENTRIES)
    assert purposes(client) == ["yearly audit", CASE, "the header first", "audit and compliance"]
    rows = client.get(ENTRIES, params={"type": "read", "format": "csv"}).text
    assert "yearly audit" in rows
    assert {each["purpose"] for each in client.get(ENTRIES, params={"type": "turn.ended"}).json()["entries"]} == {None}


def test_a_purpose_stands_in_no_table_in_clear(client: httpx.Client, served: Served) -> None:
    client.get(ENTRIES, params={"purpose": CASE})
    with transaction(served.pool) as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        queries = [text(f'SELECT t::text FROM "{name}" AS t') for name in names]
        found = [row for query in queries for row in connection.execute(query).scalars()]
    assert [row for row in found if "4711" in row] == []


def test_what_cannot_be_written_down_is_refused_and_nothing_is_read(client: httpx.Client) -> None:
    for wrong in ("x" * 201, "two\nlines", "a\x00b"):
        answer = client.get(ENTRIES, params={"purpose": wrong})
        assert (answer.status_code, "purpose" in answer.json()["detail"]) == (422, True)
    assert purposes(client) == []


def test_looks_with_two_purposes_in_one_minute_are_two_entries(client: httpx.Client, served: Served) -> None:
    access = AccessLog(engine=served.pool, keyring=served.keyring, instance="test")
    who = Principal("cora", TENANT, "compliance")
    for one in (who, who, replace(who, purpose="a claim"), replace(who, purpose="a claim"), replace(who, role="dpo")):
        access.looked(one, what="transcript", call="call-9", at=NOON)
    assert purposes(client) == ["audit and compliance", "a claim", "data protection"]


def test_looks_of_one_minute_are_said_at_its_beginning_and_recorded_when_they_were(
    client: httpx.Client, served: Served
) -> None:
    access = AccessLog(engine=served.pool, keyring=served.keyring, instance="test")
    for seconds in (40, 50):
        looked_at = NOON + timedelta(seconds=seconds)
        access.looked(Principal("cora", TENANT, "compliance"), what="transcript", call="call-9", at=looked_at)
    (entry,) = client.get(ENTRIES, params={"type": "read"}).json()["entries"]
    said, recorded = (datetime.fromisoformat(entry[name]) for name in ("occurred_at", "recorded_at"))
    assert (said, recorded) == (NOON, NOON + timedelta(seconds=40))
