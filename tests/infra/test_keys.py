"""Keys of calls: one for every process, gone for ever once destroyed, bound to their context."""

import multiprocessing
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from governance.errors import InvariantError
from infra.clock import now
from infra.database import engine, transaction
from infra.keys import KeyDestroyed, Keyring, KeyUnknown
from infra.sealed_payload import SealBroken, event_key, open_payload, seal_payload

pytestmark = pytest.mark.contract

WORDS = b"my card is four one one one"


@pytest.fixture
def kek(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "kek.json"


@pytest.fixture
def keyring(pool: Engine, kek: Path) -> Keyring:
    return Keyring(engine=pool, kek=kek)


def test_what_was_sealed_opens_with_its_context(keyring: Keyring) -> None:
    sealed = keyring.seal(tenant="acme", call_id="c1", plaintext=WORDS, context=b"event-1")
    assert WORDS not in sealed.ciphertext
    assert keyring.open(key_id=sealed.key_id, ciphertext=sealed.ciphertext, context=b"event-1") == WORDS


def test_another_context_or_another_calls_key_does_not_open(keyring: Keyring) -> None:
    sealed = keyring.seal(tenant="acme", call_id="c1", plaintext=WORDS, context=b"event-1")
    other = keyring.ensure(tenant="acme", call_id="c2")
    with pytest.raises(SealBroken):
        keyring.open(key_id=sealed.key_id, ciphertext=sealed.ciphertext, context=b"event-2")
    with pytest.raises(SealBroken):
        keyring.open(key_id=other, ciphertext=sealed.ciphertext, context=b"event-1")
    with pytest.raises(SealBroken):
        keyring.open(key_id=sealed.key_id, ciphertext=b"short", context=b"event-1")


def test_an_unknown_key_is_named_as_such(keyring: Keyring) -> None:
    with pytest.raises(KeyUnknown):
        keyring.open(key_id="k-none", ciphertext=b"", context=b"")


def test_a_call_of_another_tenant_has_another_key(keyring: Keyring) -> None:
    assert keyring.ensure(tenant="acme", call_id="c1") != keyring.ensure(tenant="globex", call_id="c1")


def _seal(url: str, kek: Path, barrier: Barrier, answers: "Queue[tuple[str, bytes]]") -> None:
    barrier.wait(120)
    sealed = Keyring(engine=engine(url), kek=kek).seal(tenant="acme", call_id="c1", plaintext=WORDS, context=b"x")
    answers.put((sealed.key_id, sealed.ciphertext))


def test_processes_that_start_together_get_the_same_key(keyring: Keyring, database_url: str, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    barrier, answers = spawn.Barrier(2), spawn.Queue()
    kek = tmp_path / "fresh" / "kek.json"
    both = [spawn.Process(target=_seal, args=(database_url, kek, barrier, answers)) for _ in range(2)]
    for process in both:
        process.start()
    told = [answers.get(timeout=180) for _ in both]
    for process in both:
        process.join(60)
    third = Keyring(engine=engine(database_url), kek=kek)
    assert {key_id for key_id, _ in told} == {third.ensure(tenant="acme", call_id="c1")}
    assert [third.open(key_id=key_id, ciphertext=sealed, context=b"x") for key_id, sealed in told] == [WORDS, WORDS]


def test_a_destroyed_key_neither_opens_nor_seals_in_any_process(keyring: Keyring, pool: Engine, kek: Path) -> None:
    sealed = keyring.seal(tenant="acme", call_id="c1", plaintext=WORDS, context=b"x")
    with transaction(pool) as connection:
        assert keyring.destroy(connection, tenant="acme", call_id="c1", at=now()) == sealed.key_id
    for ring in (keyring, Keyring(engine=pool, kek=kek)):
        with pytest.raises(KeyDestroyed):
            ring.open(key_id=sealed.key_id, ciphertext=sealed.ciphertext, context=b"x")
        with pytest.raises(KeyDestroyed):
            ring.seal(tenant="acme", call_id="c1", plaintext=WORDS, context=b"x")
    with transaction(pool) as connection:
        assert keyring.destroy(connection, tenant="acme", call_id="c1", at=now()) == sealed.key_id  # again: the same


def test_a_call_forgotten_before_its_first_word_never_gets_a_key(keyring: Keyring, pool: Engine) -> None:
    with transaction(pool) as connection:
        keyring.destroy(connection, tenant="acme", call_id="c9", at=now())
    with pytest.raises(KeyDestroyed):
        keyring.ensure(tenant="acme", call_id="c9")


def test_a_destroyed_key_cannot_be_put_back(keyring: Keyring, pool: Engine) -> None:
    keyring.ensure(tenant="acme", call_id="c1")
    with transaction(pool) as connection:
        keyring.destroy(connection, tenant="acme", call_id="c1", at=now())
    for statement in ("UPDATE subject_key SET wrapped = 'x', destroyed_at = NULL", "DELETE FROM subject_key"):
        with pytest.raises(DBAPIError, match="stays destroyed"), transaction(pool) as connection:
            connection.execute(text(statement))


def test_a_destruction_rolled_back_has_not_happened(keyring: Keyring, pool: Engine) -> None:
    sealed = keyring.seal(tenant="acme", call_id="c1", plaintext=WORDS, context=b"x")
    with pool.connect() as connection:
        keyring.destroy(connection, tenant="acme", call_id="c1", at=now())
        connection.rollback()
    assert keyring.open(key_id=sealed.key_id, ciphertext=sealed.ciphertext, context=b"x") == WORDS


def test_a_key_file_that_others_can_read_is_refused(keyring: Keyring, pool: Engine, kek: Path) -> None:
    assert kek.stat().st_mode & 0o777 == 0o600
    for mode in (0o640, 0o604):
        kek.chmod(mode)
        with pytest.raises(InvariantError, match="0600"):
            Keyring(engine=pool, kek=kek)


def test_another_key_encryption_key_stops_the_process(keyring: Keyring, pool: Engine, tmp_path: Path) -> None:
    keyring.ensure(tenant="acme", call_id="c1")
    with pytest.raises(InvariantError, match="another key-encryption key"):
        Keyring(engine=pool, kek=tmp_path / "other.json").ensure(tenant="acme", call_id="c1")


def test_nothing_in_the_database_opens_without_the_file(keyring: Keyring, pool: Engine, kek: Path) -> None:
    keyring.ensure(tenant="acme", call_id="c1")
    with transaction(pool) as connection:
        wrapped = connection.execute(text("SELECT wrapped FROM subject_key")).scalar_one()
    assert b"keyset" not in wrapped
    assert b"primaryKeyId" in kek.read_bytes()


def test_pseudonyms_are_stable_in_one_tenant_only(keyring: Keyring, pool: Engine, kek: Path) -> None:
    number = "+15550100"
    named = keyring.pseudonym(tenant="acme", kind="caller", value=number)
    assert named.startswith("caller-")
    assert len(named) == len("caller-") + 16
    assert Keyring(engine=pool, kek=kek).pseudonym(tenant="acme", kind="caller", value=number) == named
    assert keyring.pseudonym(tenant="globex", kind="caller", value=number) != named


def test_digests_are_stable_in_a_call_and_differ_between_calls(keyring: Keyring) -> None:
    once, again, other = (keyring.digest(tenant="acme", call_id=each, value="4111") for each in ("c1", "c1", "c2"))
    assert once == again != other


def test_a_payload_commits_to_the_same_bytes_twice_and_opens_with_its_event_key(keyring: Keyring) -> None:
    kid = keyring.ensure(tenant="acme", call_id="c1")
    twice = [keyring.commit_payload(key_id=kid, tenant="acme", event_id="e1", plaintext=WORDS) for _ in range(2)]
    first, second = twice
    assert first == second
    assert WORDS not in first.ct
    assert first.size == len(WORDS)
    key = keyring.event_key(key_id=kid, event_id="e1")
    opened = open_payload(key, tenant="acme", event_id="e1", ct=first.ct, commitment=first.commitment)
    assert opened == WORDS
    other = keyring.event_key(key_id=kid, event_id="e2")
    with pytest.raises(SealBroken):
        open_payload(other, tenant="acme", event_id="e1", ct=first.ct, commitment=first.commitment)


@given(plaintext=st.binary(max_size=200), flipped=st.integers(min_value=0))
def test_a_changed_payload_is_refused(plaintext: bytes, flipped: int) -> None:
    key = event_key(bytes(32), "e1")
    sealed = seal_payload(key, kid="k", tenant="acme", event_id="e1", plaintext=plaintext)
    spoiled = bytearray(sealed.ct)
    spoiled[flipped % len(spoiled)] ^= 1
    with pytest.raises(SealBroken):
        open_payload(key, tenant="acme", event_id="e1", ct=bytes(spoiled), commitment=sealed.commitment)
    with pytest.raises(SealBroken):
        open_payload(key, tenant="globex", event_id="e1", ct=sealed.ct, commitment=sealed.commitment)
