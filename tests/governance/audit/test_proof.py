"""Proofs on their own: what a stranger checks with the key and the entry alone."""

import pytest

from governance.audit.errors import VerificationError
from governance.audit.merkle import inclusion_proof, leaf_hash
from governance.audit.proof import LogProof, parse_proof, verify_proof
from governance.audit.tiles import node_reader
from tests.support.audit_log import SeedSigner, entries, folder

pytestmark = pytest.mark.pure

SIZE = 300
WRITTEN = entries(SIZE)
FILES = folder(WRITTEN)
KEY = SeedSigner().key


def proof_of(index: int, extra: bytes | None = None) -> LogProof:
    read = node_reader(SIZE, lambda tile: FILES[tile.path])
    return LogProof(index, tuple(inclusion_proof(index=index, size=SIZE, read=read)), FILES["checkpoint"], extra)


@pytest.mark.parametrize("index", [0, 1, 255, 256, 299])
def test_a_proof_verifies_for_its_entry_only(index: int) -> None:
    data = proof_of(index).to_bytes()
    assert verify_proof(data, leaf=leaf_hash(WRITTEN[index]), keys=[KEY]).size == SIZE
    with pytest.raises(VerificationError):
        verify_proof(data, leaf=leaf_hash(WRITTEN[index - 1]), keys=[KEY])


def test_a_proof_reads_as_it_was_written() -> None:
    for extra in (None, b"", b"carried along"):
        assert parse_proof(proof_of(7, extra).to_bytes()) == proof_of(7, extra)


def test_every_flipped_byte_of_a_proof_is_found() -> None:
    data = proof_of(256).to_bytes()
    for at in range(len(data)):
        broken = bytearray(data)
        broken[at] ^= 1
        with pytest.raises(VerificationError):
            verify_proof(bytes(broken), leaf=leaf_hash(WRITTEN[256]), keys=[KEY])


@pytest.mark.parametrize("data", [b"", b"c2sp.org/tlog-proof@v1\n", b"c2sp.org/tlog-proof@v1\n\n", b"\xff\n\n"])
def test_what_is_not_a_proof_is_refused(data: bytes) -> None:
    with pytest.raises(VerificationError):
        parse_proof(data)
