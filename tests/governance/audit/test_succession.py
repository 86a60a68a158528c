"""A successor's entry names one last checkpoint, and older checkpoints of the former log are checked like its own."""

import pytest

from governance.audit.checkpoint import Checkpoint
from governance.audit.errors import VerificationError
from governance.audit.succession import check_former, commitment
from governance.audit.verify import verify_log
from tests.support.audit_log import SeedSigner, checkpoint, entries, folder

pytestmark = pytest.mark.pure

LAST = Checkpoint("callwarden.local/audit/acme", 9, b"\x01" * 32)
OTHERS = (
    Checkpoint("callwarden.local/audit/other", 9, LAST.root), Checkpoint(LAST.origin, 8, LAST.root),
    Checkpoint(LAST.origin, 9, b"\x02" * 32),
)  # fmt: skip


def test_the_entry_binds_origin_size_and_root_of_what_was_signed_last() -> None:
    said = commitment(LAST)
    check_former(said, LAST)
    for other in OTHERS:
        with pytest.raises(VerificationError):
            check_former(said, other)
    with pytest.raises(VerificationError):
        check_former(None, LAST)


def test_an_older_checkpoint_of_the_former_log_is_checked_where_the_verifier_is_told_of_it() -> None:
    successor = SeedSigner(name="callwarden.local/audit-2/acme")
    former = SeedSigner()
    written = entries(20)
    old = checkpoint(written[:9], signer=former)
    files = folder(written, signer=successor)
    keys = [successor.key, former.key]
    assert verify_log(files.get, keys=keys, older=[old], former=[former.key.name]).older_checkpoints == 1
    with pytest.raises(VerificationError, match=r"is of the log callwarden\.local/audit/acme"):
        verify_log(files.get, keys=keys, older=[old])
    lost = checkpoint([*written[:9], *entries(3, first=50)], signer=former)
    with pytest.raises(VerificationError, match="not an extension of the older checkpoint of size 12"):
        verify_log(files.get, keys=keys, older=[lost], former=[former.key.name])
