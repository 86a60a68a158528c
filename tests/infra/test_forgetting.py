"""Erasure takes the key, the ciphertext and every derived row; holds and laws come first; what fails goes on."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from governance.retention import shift
from infra import call_sweep, erasures
from infra.database import engine, transaction
from infra.keys import KeyDestroyed, Keyring
from infra.reveals import original
from schemas.retention import ClassRule, RetentionRules, Target
from tests.support.calls import TENANT
from tests.support.erasing import CARD, NOW, SUBJECT, Store, opened, tables

pytestmark = pytest.mark.flow

# Tables that name a call or an event of one and stay, each with why.
STAYS = {
    "applied_event": "ids, types and times: what was delivered is not taken again",
    "audit_index": "ids, types, rules and times of entries; entries stay",
    "audit_leaf": "entries stay: commitments only",
    "audit_payload": "by its own statement: what opens with the call's key goes",
    "erasure": "the request",
    "legal_hold": "the hold",
    "policy_publication": "its event is a publication, no call's",
    "sweep_receipt": "the receipt",
}
LAW = ClassRule(keep_at_least="6 months", law="EU AI Act, Article 26(6)")
SWEPT = {table for of_class in call_sweep.ROWS.values() for table in of_class} | {call_sweep.CALL}


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    pool = engine(database_url)
    yield Store(pool, tmp_path / "keys" / "kek.json", Keyring(engine=pool, kek=tmp_path / "keys" / "kek.json"))
    pool.dispose()


def leaves(store: Store) -> list[tuple[int, bytes]]:
    query = text("SELECT idx, entry FROM audit_leaf WHERE tenant = :tenant ORDER BY idx")
    with transaction(store.pool) as connection:
        return [(row.idx, bytes(row.entry)) for row in connection.execute(query, {"tenant": TENANT})]


def holding(store: Store, word: str) -> list[str]:
    """Name the tables that have a word anywhere."""
    with transaction(store.pool) as connection:
        return [
            table for table in tables(store.pool, "tenant")
            if any(word in row for row in connection.execute(text(f'SELECT t::text FROM "{table}" AS t')).scalars())
        ]


def payloads(store: Store, key_id: str) -> int:
    query = text(
        "SELECT count(*) FROM audit_payload AS p JOIN audit_leaf AS l USING (tenant, event_id) "
        "WHERE convert_from(l.entry, 'UTF8')::jsonb #>> '{payload,kid}' = :key_id"
    )
    with transaction(store.pool) as connection:
        return int(connection.execute(query, {"key_id": key_id}).scalar_one())


def test_nothing_of_the_call_is_left_and_nothing_opens_and_no_entry_changes(store: Store) -> None:
    store.tell()
    with transaction(store.pool) as connection:
        kept = original(connection, TENANT, "call-1", "<CARD_1>")
    assert opened(store.keyring, call_id="call-1", key_id=kept.key_id, sealed=kept.sealed) == CARD
    assert set(store.rows()) >= SWEPT - {"outbox", "payment_window", "recording_gap", "webhook_delivery"}
    before = leaves(store)
    done = store.erase()
    assert (done.state, done.waiting, done.index is not None) == ("completed", (), True)
    assert {one.data_class for one in done.erased} == {"recording", "words", "decisions"}
    counted = {one.data_class: one.deleted for one in done.erased}
    assert counted["recording"] == {"recording_chunk": 1, "recording": 1}
    assert counted["words"]["utterance"] == 4
    assert counted["words"]["audit_payload"] == len(before)
    assert set(store.rows()) == {"applied_event", "sweep_receipt"}
    assert leaves(store)[: len(before)] == before
    assert payloads(store, kept.key_id) == 0
    assert store.kinds() == ["erasure.requested", "call.erased", "subject.erased"]
    with pytest.raises(KeyDestroyed):
        opened(store.keyring, call_id="call-1", key_id=kept.key_id, sealed=kept.sealed)


def test_no_table_holds_a_word_of_the_call(store: Store) -> None:
    store.tell()
    assert "utterance" in holding(store, "thanks")
    store.erase()
    assert [one for word in ("thanks", "Anything else", "<CARD_1>") for one in holding(store, word)] == []


def test_the_entries_about_an_erasure_are_commitments(store: Store) -> None:
    store.tell()
    store.erase()
    for _, entry in leaves(store):
        said = json.loads(entry)
        assert set(said["payload"]) == {"alg", "kid", "ct_sha256", "pt_hmac", "size"}
        assert b"she asked" not in entry
        assert b"call-1" not in entry.replace(said["event_id"].encode(), b"")


def test_only_the_subject_of_this_tenant_is_erased(store: Store) -> None:
    store.tell()
    store.tell("call-9", handoff="h9")
    store.tell(tenant="other")
    with transaction(store.pool) as connection:
        connection.execute(text("UPDATE call SET caller_pseudonym = 'caller-77' WHERE call_id = 'call-9'"))
    before = store.rows("call-9"), store.rows(tenant="other")
    store.erase()
    assert (store.rows("call-9"), store.rows(tenant="other")) == before
    assert store.keyring.ensure(tenant="other", call_id="call-1")


def test_asked_again_it_answers_the_same_certificate_and_writes_nothing(store: Store) -> None:
    store.tell()
    first = store.erase()
    size = len(leaves(store))
    assert store.erase(store.ask()) == first
    assert store.sweep().erased == 0
    assert len(leaves(store)) == size


def test_whoever_has_no_call_here_is_unknown(store: Store) -> None:
    store.tell(tenant="other")
    for target in (Target(subject=SUBJECT), Target(call="call-1")):
        with pytest.raises(erasures.SubjectUnknown):
            store.ask(target)


def test_a_hold_delays_an_erasure_and_its_release_lets_it_go_on(store: Store) -> None:
    store.tell()
    before = store.rows()
    hold = store.hold()
    asked = store.ask()
    waits = store.erase(asked)
    assert (waits.state, waits.erased) == ("waiting", ())
    assert {one.outcome for one in waits.waiting[0].rulings} == {"held"}
    store.erase(asked)
    store.sweep()
    assert store.kinds() == ["hold.placed", "erasure.requested", "erasure.waiting"]  # one answer is one entry
    assert store.rows() == before
    store.release(hold)
    assert store.sweep().completed == 1
    assert set(store.rows()) == {"applied_event", "sweep_receipt"}
    assert store.kinds()[3:] == ["hold.released", "call.erased", "subject.erased"]


def test_a_law_keeps_one_class_and_the_key_it_opens_with(store: Store) -> None:
    store.rules = RetentionRules(words=LAW)
    store.tell()
    asked = store.ask()
    done = store.erase(asked)
    assert done.state == "waiting"
    assert {one.data_class for one in done.erased} == {"recording", "decisions"}
    assert {"utterance", "sealed_entity", "call"} <= set(store.rows())
    assert "recording_chunk" not in store.rows()
    assert store.keyring.ensure(tenant=TENANT, call_id="call-1")
    later = shift(NOW, "7 months")
    assert store.sweep(at=later).completed == 1
    assert set(store.rows()) == {"applied_event", "sweep_receipt"}
    with pytest.raises(KeyDestroyed):
        store.keyring.ensure(tenant=TENANT, call_id="call-1")


def test_each_class_expires_in_its_time_with_a_receipt_and_a_hold_stops_it(store: Store) -> None:
    store.tell()
    store.tell("call-2", handoff="h2")
    store.hold(Target(call="call-2"))
    assert store.sweep(at=shift(NOW, "5 months")).expired == 0
    assert store.sweep(at=shift(NOW, "7 months")).expired == 1
    assert "recording_chunk" not in store.rows()
    assert "utterance" in store.rows()
    assert store.sweep(at=shift(NOW, "13 months")).expired == 1
    with pytest.raises(KeyDestroyed):
        store.keyring.ensure(tenant=TENANT, call_id="call-1")
    assert "verdict" in store.rows()
    assert store.sweep(at=shift(NOW, "7 years")).expired == 1
    assert set(store.rows()) == {"applied_event", "sweep_receipt"}
    assert store.kinds() == ["hold.placed", "call.expired", "call.expired", "call.expired"]
    assert "recording_chunk" in store.rows("call-2")


def test_a_call_of_the_subject_that_was_on_its_way_is_erased_when_it_arrives(store: Store) -> None:
    store.tell()
    store.erase()
    store.tell("call-2", handoff="h2")
    assert store.sweep(at=shift(NOW, "1 day")).erased == 1
    assert set(store.rows("call-2")) == {"applied_event", "sweep_receipt"}


def test_a_failure_at_any_statement_leaves_what_the_next_run_completes(store: Store) -> None:
    """Each round fails one statement later than the one before, until a run gets through."""
    store.tell()
    store.tell("call-2", handoff="h2")
    asked = store.ask()
    left = {"at": 0}

    class Killed(Exception):
        pass

    def count(*_: object) -> None:
        left["at"] -= 1
        if left["at"] == 0:
            raise Killed

    event.listen(store.pool, "before_cursor_execute", count)
    rounds = 0
    while True:
        rounds += 1
        left["at"] = rounds
        try:
            done = store.erase(asked)
        except Killed:
            whole = [set(store.rows(one)) for one in ("call-1", "call-2")]
            assert all("utterance" in one or one == {"applied_event", "sweep_receipt"} for one in whole)
            continue
        break
    event.remove(store.pool, "before_cursor_execute", count)
    assert rounds > 30
    assert done.state == "completed"
    assert store.kinds() == ["erasure.requested", "call.erased", "call.erased", "subject.erased"]
    for one in ("call-1", "call-2"):
        assert set(store.rows(one)) == {"applied_event", "sweep_receipt"}


def test_every_table_that_names_a_call_is_swept_or_stays_for_a_reason(store: Store) -> None:
    named = {one for column in ("call_id", "call", "event_id") for one in tables(store.pool, column)}
    assert named - {"subject_key"} == SWEPT | set(STAYS)


def test_an_erasure_by_call_needs_no_caller(store: Store) -> None:
    store.tell()
    assert store.erase(store.ask(Target(call="call-1"))).state == "completed"
    assert set(store.rows()) - {"erasure"} == {"applied_event", "sweep_receipt"}


def test_an_outage_in_the_middle_is_not_swallowed(store: Store) -> None:
    store.tell()
    asked = store.ask()
    with transaction(store.pool) as connection:
        connection.execute(text("ALTER TABLE sweep_receipt RENAME TO away"))
    with pytest.raises(DBAPIError):
        store.erase(asked)
    assert "utterance" in store.rows()
