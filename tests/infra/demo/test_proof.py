"""The proof of a demo call's entry holds for that entry alone."""

from typing import Any

import pytest

from governance.audit.merkle import inclusion_proof, leaf_hash
from governance.audit.proof import LogProof
from governance.audit.tiles import node_reader
from infra.demo.proof import most_telling, verifies
from tests.support.audit_log import SeedSigner, checkpoint, entries, folder

pytestmark = pytest.mark.pure

SIZE, INDEX = 9, 4
WRITTEN = entries(SIZE)
KEY = str(SeedSigner().key)


def proof_of(index: int) -> bytes:
    files = folder(WRITTEN)
    read = node_reader(SIZE, lambda tile: files[tile.path])
    return LogProof(index, tuple(inclusion_proof(index=index, size=SIZE, read=read)), checkpoint(WRITTEN)).to_bytes()


def shown(index: int) -> dict[str, Any]:
    return {"index": index, "leaf_hash": leaf_hash(WRITTEN[index]).hex()}


def test_an_entry_of_the_log_is_proven() -> None:
    assert verifies(proof_of(INDEX), entry=shown(INDEX), content=WRITTEN[INDEX], key=KEY)


def test_other_content_is_not() -> None:
    assert not verifies(proof_of(INDEX), entry=shown(INDEX), content=WRITTEN[INDEX] + b" ", key=KEY)


def test_the_proof_of_another_entry_is_not() -> None:
    assert not verifies(proof_of(INDEX), entry=shown(INDEX + 1), content=WRITTEN[INDEX], key=KEY)


def test_a_search_that_showed_other_content_is_not() -> None:
    lied = {**shown(INDEX), "leaf_hash": "00" * 32}
    assert not verifies(proof_of(INDEX), entry=lied, content=WRITTEN[INDEX], key=KEY)


def test_a_log_of_another_key_is_not() -> None:
    stranger = str(SeedSigner(byte=8).key)
    assert not verifies(proof_of(INDEX), entry=shown(INDEX), content=WRITTEN[INDEX], key=stranger)


def test_the_first_entry_of_the_most_telling_kind_is_proven() -> None:
    kinds = ["call_admitted", "utterance_redacted", "handoff_requested", "handoff_requested"]
    found = [{"index": at, "type": kind} for at, kind in enumerate(kinds)]
    assert most_telling(found)["index"] == 2
    assert most_telling(found[:1])["index"] == 0
