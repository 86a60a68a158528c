"""Searching entries: every column, pages that join, and refusals."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from governance.errors import InputError
from infra.audit_keys import Ed25519Signer
from infra.audit_search import search
from infra.audit_store import append
from infra.database import engine, transaction
from infra.rollback_guard import RollbackGuard
from schemas.audit import AuditFilter, AuditPage
from tests.support.audit_log import NOON, ORIGIN, TENANT, draft
from tests.support.published_log import Log

pytestmark = pytest.mark.contract


@pytest.fixture
def log(database_url: str, tmp_path: Path) -> Iterator[Log]:
    pool = engine(database_url)
    yield Log(pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32))
    pool.dispose()


def found(log: Log, *, limit: int = 100, cursor: str | None = None, **wanted: object) -> AuditPage:
    with transaction(log.pool) as connection:
        return search(connection, TENANT, AuditFilter.model_validate(wanted), limit=limit, cursor=cursor)


def test_a_search_filters_by_every_column(log: Log) -> None:
    log.add(*range(20))
    assert [entry.index for entry in found(log, call="call-1").entries] == [1, 6, 11, 16]
    assert [entry.index for entry in found(log, call="call-1", rule="person.requested").entries] == [6]
    assert len(found(log, type="turn.ended").entries) == 10
    assert len(found(log, actor="worker.governance").entries) == len(found(log, actor="9f" * 16).entries) == 20
    assert found(log, actor="somebody").entries == found(log, policy="baseline-2").entries == ()
    assert len(found(log, q="REQUESTED").entries) == 7
    assert found(log, q="%").entries == ()
    assert len(found(log, from_at=NOON, to_at=NOON + timedelta(seconds=1)).entries) == 20
    assert found(log, to_at=NOON).entries == found(log, from_at=NOON + timedelta(seconds=1)).entries == ()


def test_words_find_the_entries_of_redacted_texts_with_every_other_filter(log: Log) -> None:
    log.add(*range(20))
    spoken = {3: "my parcel is late", 8: "the parcel of [PERSON_1]", 9: "no such thing", 13: "Parcel, late again"}
    for number, said in spoken.items():
        log.say(number, said)
    assert [entry.index for entry in found(log, q="parcel").entries] == [3, 8, 13]
    assert [entry.index for entry in found(log, q="parcel late").entries] == [3, 13]
    assert [entry.index for entry in found(log, q='"parcel is late"').entries] == [3]
    assert [entry.index for entry in found(log, q="parcel", call="call-3", type="turn.ended").entries] == [3, 13]
    assert [entry.index for entry in found(log, q="parcel -late", subject="3c" * 16).entries] == [8]
    first = found(log, q="parcel", limit=2)
    assert [entry.index for entry in found(log, q="parcel", limit=2, cursor=first.cursor).entries] == [13]
    assert found(log, q="parcel", to_at=NOON).entries == found(log, q="parcel", rule="none").entries == ()
    log.say(3, "withheld")
    assert [entry.index for entry in found(log, q="parcel").entries] == [8, 13]


def test_an_actor_is_found_by_the_pseudonym_that_entries_show(log: Log) -> None:
    log.add(*range(3))
    with transaction(log.pool) as connection:
        append(connection, TENANT, [draft(7).model_copy(update={"actor": "actor-0123456789abcdef"})], NOON)
    assert [entry.index for entry in found(log, actor="actor-0123456789abcdef").entries] == [3]


def test_a_subject_is_found_in_the_calls_she_made(log: Log) -> None:
    log.add(*range(10))
    called = "INSERT INTO call (tenant, call_id, state, caller_pseudonym, started_at) VALUES "
    with transaction(log.pool) as connection:
        connection.execute(text(f"{called} ('{TENANT}', 'call-1', 'live', 'caller-3f', now())"))
        connection.execute(text(f"{called} ('other', 'call-2', 'live', 'caller-3f', now())"))
    log.say(6, "my parcel is late")
    log.say(7, "his parcel is late")
    assert [entry.index for entry in found(log, subject="caller-3f").entries] == [1, 6]
    assert [entry.index for entry in found(log, subject="caller-3f", q="parcel").entries] == [6]
    assert len(found(log, subject="3c" * 16).entries) == 10
    assert found(log, subject="caller-4a").entries == ()


FAR = 100_000  # in another part of the log: parts of 32,768 entries are looked through one after the other


def test_words_are_found_in_every_part_of_the_log_in_its_order_and_are_gone_with_their_text(log: Log) -> None:
    log.add(*range(5))
    log.tamper(
        f"INSERT INTO audit_leaf SELECT tenant, {FAR}, 'event-99', leaf_hash, entry FROM audit_leaf WHERE idx = 3",
        f"INSERT INTO audit_index (tenant, idx, event_id, leaf_hash, type, actor, occurred_at, recorded_at) SELECT "
        f"tenant, {FAR}, 'event-99', leaf_hash, 'far', actor, occurred_at, recorded_at FROM audit_index WHERE idx = 3",
        f"UPDATE audit_head SET size = {FAR + 1}",
    )
    for number in (99, 4, 2):
        log.say(number, "my parcel")
    assert [entry.index for entry in found(log, q="parcel").entries] == [2, 4, FAR]
    assert [entry.index for entry in found(log, q="parcel", type="far").entries] == [FAR]
    first = found(log, q="parcel", limit=2)
    assert [entry.index for entry in first.entries] == [2, 4]
    assert [entry.index for entry in found(log, q="parcel", cursor=first.cursor).entries] == [FAR]
    assert [entry.index for entry in found(log, q="-giraffe").entries] == [2, 4, FAR]
    assert found(log, q="#").entries == ()
    with transaction(log.pool) as connection:
        connection.execute(text("DELETE FROM utterance WHERE event_id IN ('event-4', 'event-99')"))
        connection.execute(text("UPDATE utterance SET text = NULL WHERE event_id = 'event-2'"))
    assert found(log, q="parcel").entries == ()
    with transaction(log.pool) as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_words")).scalar() == 0


def test_pages_join_to_the_whole_even_while_the_log_grows(log: Log) -> None:
    log.add(*range(10))
    first = found(log, limit=4)
    log.add(*range(10, 12))
    second = found(log, limit=4, cursor=first.cursor)
    third = found(log, limit=4, cursor=second.cursor)
    assert [entry.index for page in (first, second, third) for entry in page.entries] == list(range(12))
    assert third.cursor is None


@pytest.mark.parametrize("cursor", ["", "x", "aTE!", "é", "aS0x", "a" * 50])
def test_a_cursor_of_someone_elses_making_is_an_input_error(log: Log, cursor: str) -> None:
    with pytest.raises(InputError):
        found(log, cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_has_limits(log: Log, limit: int) -> None:
    with pytest.raises(InputError):
        found(log, limit=limit)
