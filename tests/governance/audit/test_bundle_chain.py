"""Older checkpoints of a bundle: each of every size is shown to be the log's beginning, and nothing else passes."""

from collections.abc import Sequence

import pytest

from governance.audit.bundle_chain import (
    check_chain,
    check_kept,
    note_path,
    proof_path,
    read_consistency,
    write_consistency,
)
from governance.audit.checkpoint import open_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.merkle import Node, consistency_proof, leaf_hash, root_of
from governance.audit.note import VerifierKey
from infra.bundle_chain import check_chain as check_alone
from infra.bundle_chain import check_kept as check_kept_alone
from infra.bundle_notes import Key, Wrong, parse_key
from tests.support.audit_log import SeedSigner, checkpoint, entries

pytestmark = pytest.mark.pure
SIZE = 21
WRITTEN = entries(SIZE)
HASHES = [leaf_hash(entry) for entry in WRITTEN]
NEW = checkpoint(WRITTEN)
KEY: VerifierKey = SeedSigner().key
ALONE: Key = parse_key(str(KEY))


def chain(size: int, *, new: bytes = NEW, old: bytes | None = None) -> dict[str, bytes]:
    def read(nodes: Sequence[Node]) -> list[bytes]:
        return [root_of(HASHES[at << level : (at + 1) << level]) for level, at in nodes]

    proof = consistency_proof(old=size, new=SIZE, read=read)
    note = old or checkpoint(WRITTEN[:size])
    return {note_path(size): note, proof_path(size): write_consistency(size, proof, new), "checkpoint": new}


def judge(files: dict[str, bytes]) -> list[str]:
    """Ask both; gives what each found wrong, or nothing."""
    said = []
    try:
        check_chain(files, keys=[KEY], checkpoint=open_checkpoint(files["checkpoint"], [KEY]), note=files["checkpoint"])
        said.append("")
    except VerificationError as error:
        said.append(error.diagnostic)
    try:
        check_alone(files, [ALONE])
        said.append("")
    except Wrong as error:
        said.append(str(error))
    return said


def test_a_log_extends_each_of_its_older_checkpoints() -> None:
    files = {"checkpoint": NEW}
    for size in range(1, SIZE + 1):
        files |= chain(size)
    assert judge(files) == ["", ""]
    found = check_chain(files, keys=[KEY], checkpoint=open_checkpoint(NEW, [KEY]), note=NEW)
    assert found == tuple(range(1, SIZE + 1))
    assert check_alone({"checkpoint": NEW}, [ALONE]) == "shows no older one"


@pytest.mark.parametrize("size", [1, 2, 7, 8, 16, 20, 21])
def test_another_history_another_key_and_another_size_are_named(size: int) -> None:
    rewritten = entries(size - 1, first=100) + WRITTEN[size - 1 : size]
    stranger = SeedSigner(byte=9)
    for files in (
        chain(size, old=checkpoint(rewritten if size > 1 else entries(1, first=100))),
        chain(size, old=checkpoint(WRITTEN[:size], signer=stranger)),
        chain(size) | {note_path(size): checkpoint(WRITTEN[: size - 1] or WRITTEN[:2])},
        chain(size) | {proof_path(size): chain(size % SIZE + 1)[proof_path(size % SIZE + 1)]},
    ):
        for said in judge(files):
            assert said.startswith("chain/"), said


def test_every_flipped_bit_of_a_proof_and_a_missing_half_are_named() -> None:
    files = chain(13)
    data = files[proof_path(13)]
    for at in range(len(data.partition(b"\n\n")[0])):
        bad = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        for said in judge({**files, proof_path(13): bad}):
            assert said, at
    for name in (note_path(13), proof_path(13)):
        less = {key: value for key, value in files.items() if key != name}
        assert judge(less) == [f"{name}: is missing"] * 2
    for name in ("chain/x.checkpoint", "chain/013.checkpoint", "chain/0.checkpoint", "chain/13.more"):
        assert judge({**files, name: b""}) == [f"{name}: is no older checkpoint"] * 2


def test_what_a_witness_is_sent_is_read_strictly() -> None:
    assert read_consistency(write_consistency(3, [b"\x01" * 32], NEW)) == (3, (b"\x01" * 32,), NEW)
    cases = (b"", b"old 3", b"old 03\n\n" + NEW, b"new 3\n\n" + NEW, b"old 3\nAAAA\n\n" + NEW, b"old \xff\n\n" + NEW)
    for bad in cases:
        with pytest.raises(VerificationError):
            read_consistency(bad)


def test_a_checkpoint_that_was_kept_must_be_one_of_them() -> None:
    files = chain(13)
    mine, other = checkpoint(WRITTEN[:13]), checkpoint(entries(13, first=100))
    check_kept(files, mine, keys=[KEY])
    check_kept_alone(files, mine, [ALONE])
    for kept, named in ((checkpoint(WRITTEN[:12]), "is missing, so nothing shows"), (other, "two histories")):
        with pytest.raises(VerificationError, match=named):
            check_kept(files, kept, keys=[KEY])
        with pytest.raises(Wrong, match=named):
            check_kept_alone(files, kept, [ALONE])
    with pytest.raises(VerificationError, match="the kept checkpoint"):
        check_kept(files, b"nonsense", keys=[KEY])
    with pytest.raises(Wrong, match="the kept checkpoint"):
        check_kept_alone(files, b"nonsense", [ALONE])
