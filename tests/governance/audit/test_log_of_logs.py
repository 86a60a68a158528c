"""The log of logs: its entries are checkpoints, and a log that shrinks or forks shows."""

import pytest

from governance.audit.errors import VerificationError
from governance.audit.log_of_logs import Ledger, entry_of, is_of_logs, read_entry
from governance.audit.verify import verify_log
from tests.support.audit_log import ORIGIN, SeedSigner, checkpoint, entries, folder

pytestmark = pytest.mark.pure

LOGS_ORIGIN = "callwarden.local/audit/_logs"
SIGNER = SeedSigner(name=LOGS_ORIGIN)
WRITTEN = entries(20)


def noted(size: int, *, name: str = ORIGIN, first: int = 0) -> bytes:
    """Give the entry that a checkpoint of a log of `size` becomes."""
    return entry_of(checkpoint(WRITTEN[first : first + size], signer=SeedSigner(name=name)))


def test_an_entry_is_a_note_of_its_own_and_reads_back() -> None:
    note = checkpoint(WRITTEN[:3])
    more = note + "\u2014 witness.example/w AAAAAAAA\n".encode()
    assert entry_of(note) == entry_of(more) == note
    assert (read_entry(note).origin, read_entry(note).size) == (ORIGIN, 3)
    assert is_of_logs(LOGS_ORIGIN)
    assert not is_of_logs(ORIGIN)


def test_a_log_of_logs_verifies_and_counts_the_logs_it_holds() -> None:
    held = [noted(1), noted(4), noted(2, name=f"{ORIGIN}2"), noted(4), noted(9)]
    report = verify_log(folder(held, signer=SIGNER).get, keys=[SIGNER.key])
    assert (report.origin, report.size, report.streams) == (LOGS_ORIGIN, 5, 2)


@pytest.mark.parametrize(
    ("held", "says"),
    [
        ([noted(9), noted(4)], "entry 1 shows callwarden.local/audit/acme cut from 9 to 4"),
        ([noted(4), noted(4, first=3)], "entry 1 shows another history of callwarden.local/audit/acme at 4"),
        ([noted(4), WRITTEN[0]], "entry 1 is not a signed checkpoint"),
        ([noted(4) + "\u2014 witness.example/w AAAAAAAA\n".encode()], "entry 0 is not a checkpoint as a log of logs"),
        ([noted(1, name=LOGS_ORIGIN)], "entry 0 is not a checkpoint as a log of logs"),
    ],
)
def test_what_does_not_belong_there_is_named(held: list[bytes], says: str) -> None:
    with pytest.raises(VerificationError, match=says):
        verify_log(folder(held, signer=SIGNER).get, keys=[SIGNER.key])


def test_a_checkpoint_without_its_own_signature_is_no_entry() -> None:
    other = checkpoint(WRITTEN[:3]).replace(f"\u2014 {ORIGIN}".encode(), "\u2014 somebody.else/x".encode())
    with pytest.raises(VerificationError, match="no Ed25519 signature of its own log"):
        entry_of(other)


def test_the_ledger_knows_the_newest_of_each_log() -> None:
    ledger = Ledger()
    for entry in (noted(1), noted(3), noted(2, name=f"{ORIGIN}2")):
        ledger.extend(entry, b"")
    assert {origin: one.size for origin, one in ledger.heads.items()} == {ORIGIN: 3, f"{ORIGIN}2": 2}
