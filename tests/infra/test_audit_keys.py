"""The log's key: created once, readable by its owner alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from governance.audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from governance.audit.cosignature import MLDSA44
from governance.audit.merkle import EMPTY_ROOT
from governance.audit.note import ED25519, parse_vkey, sign_note, verify_note
from governance.errors import InvariantError
from infra.audit_keys import (
    MLDSA44_NEXT_SEED_FILE,
    NEXT_SEED_FILE,
    SEED_FILE,
    load_or_create_seed,
    log_signer,
    log_signers,
    origin_of,
)

pytestmark = pytest.mark.contract


def test_a_key_stays_the_same_and_signs(tmp_path: Path) -> None:
    origin = origin_of("acme")
    signer, again = log_signer(tmp_path, origin=origin), log_signer(tmp_path, origin=origin)
    assert signer.key == again.key == parse_vkey(str(signer.key))
    assert signer.key.name == "callwarden.local/audit/acme"
    assert verify_note(sign_note("text\n", [signer]).encode(), [signer.key])[0] == "text\n"


def test_the_seed_is_for_its_owner_alone(tmp_path: Path) -> None:
    log_signer(tmp_path, origin="a")
    assert [path.name for path in tmp_path.iterdir()] == [SEED_FILE]
    assert (tmp_path / SEED_FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / SEED_FILE).chmod(0o644)
    with pytest.raises(InvariantError, match="0600"):
        log_signer(tmp_path, origin="a")


def test_processes_that_start_together_share_one_seed(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        seeds = set(threads.map(load_or_create_seed, [tmp_path / "seed"] * 32))
    assert len(seeds) == 1


def test_a_damaged_seed_is_refused(tmp_path: Path) -> None:
    (tmp_path / SEED_FILE).touch(0o600)
    with pytest.raises(InvariantError, match="32 bytes"):
        log_signer(tmp_path, origin="a")


def test_a_log_signs_with_both_kinds_and_with_two_keys_during_a_rotation(tmp_path: Path) -> None:
    first = log_signers(tmp_path, origin="a")
    assert [each.key.kind for each in first] == [ED25519, MLDSA44]
    assert [each.key for each in log_signers(tmp_path, origin="a")] == [each.key for each in first]
    load_or_create_seed(tmp_path / NEXT_SEED_FILE)
    load_or_create_seed(tmp_path / MLDSA44_NEXT_SEED_FILE)
    during = log_signers(tmp_path, origin="a")
    assert [each.key.kind for each in during] == [ED25519, ED25519, MLDSA44, MLDSA44]
    note = sign_checkpoint(Checkpoint("a", 0, EMPTY_ROOT), during).encode()
    for each in during:
        assert open_checkpoint(note, [each.key]).size == 0
