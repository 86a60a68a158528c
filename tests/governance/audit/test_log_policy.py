"""Policies of verifiers: written and read, quorums, and everything that is refused."""

import pytest

from governance.audit.checkpoint import sign_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.log_policy import LogPolicy, Witness, cosigned, parse_policy
from governance.audit.note import sign_note
from tests.governance.audit.test_cosignature import HEAD, WitnessSigner, both
from tests.support.audit_log import SeedSigner

pytestmark = pytest.mark.pure

SIGNERS = [WitnessSigner(f"w{number}.example", byte=number) for number in (1, 2, 3)]
WITNESSES = tuple(Witness(f"w{number}", each.key, "https://w.example") for number, each in enumerate(SIGNERS))
POLICY = LogPolicy(tuple(each.key for each in both()), WITNESSES, 2)


def test_a_policy_reads_back_as_it_was_written() -> None:
    assert parse_policy(str(POLICY)) == POLICY
    assert parse_policy(f"# ours\n\n{POLICY}") == POLICY
    alone = LogPolicy((SeedSigner().key,))
    assert str(alone) == f"log {SeedSigner().key}\nquorum none\n"
    assert parse_policy(str(alone)) == alone


def test_a_quorum_counts_witnesses_and_not_keys_of_the_log() -> None:
    notes = [sign_checkpoint(HEAD, both()).encode()]
    for each in SIGNERS:
        notes.append(notes[-1] + sign_note(str(HEAD), [each]).encode().rpartition(b"\n\n")[2])
    for note in notes[:2]:
        with pytest.raises(VerificationError, match="of 2 witnesses"):
            cosigned(note, POLICY)
    assert cosigned(notes[2], POLICY) == ["w0", "w1"]
    assert cosigned(notes[3], POLICY) == ["w0", "w1", "w2"]


@pytest.mark.parametrize(
    "change",
    [("quorum witnesses", ""), ("quorum witnesses", "quorum others"), ("group witnesses 2", "group witnesses 4"),
     ("group witnesses 2", "group witnesses 0"), ("log ", "logs "), ("w0 w1 w2", "w0 w1")],
)  # fmt: skip
def test_what_is_not_understood_is_refused_rather_than_read_as_less(change: tuple[str, str]) -> None:
    with pytest.raises(VerificationError):
        parse_policy(str(POLICY).replace(*change))
