"""Checkpoints: three lines, one spelling, signed in the log's own name."""

import pytest

from governance.audit.checkpoint import Checkpoint, open_checkpoint, parse_text, sign_checkpoint
from governance.audit.errors import VerificationError
from governance.audit.merkle import EMPTY_ROOT
from governance.audit.note import encode64, sign_note
from tests.support.audit_log import ORIGIN, SeedSigner

pytestmark = pytest.mark.pure

EMPTY = f"{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
ROOT = encode64(b"r" * 32)


def test_an_empty_log_has_the_text_of_the_standard() -> None:
    assert str(Checkpoint(ORIGIN, 0, EMPTY_ROOT)) == EMPTY
    assert parse_text(EMPTY) == Checkpoint(ORIGIN, 0, EMPTY_ROOT)


def test_a_signed_checkpoint_opens_with_its_key() -> None:
    signer = SeedSigner()
    head = Checkpoint(ORIGIN, 70_000, b"r" * 32)
    assert open_checkpoint(sign_checkpoint(head, [signer]).encode(), [signer.key]) == head


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n1\n", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n", f"a\n+1\n{ROOT}\n", f"a\n1 \n{ROOT}\n", f"\n1\n{ROOT}\n",
        f"a\n1\n{ROOT}", f"a\n1\n{encode64(b'r' * 31)}\n", f"a\n1\n{ROOT}\n\nb\n", f"a\n٣\n{ROOT}\n",
        f"a\n9223372036854775808\n{ROOT}\n", f"a\n1\nrr{ROOT}\n",
    ],
)  # fmt: skip
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(VerificationError):
        parse_text(text)


def test_extension_lines_of_others_are_read_over() -> None:
    assert parse_text(f"a\n1\n{ROOT}\nextension\n").size == 1


def test_a_checkpoint_signed_in_another_name_is_refused() -> None:
    other = SeedSigner(name="callwarden.local/audit/other")
    head = Checkpoint(ORIGIN, 1, b"r" * 32)
    with pytest.raises(VerificationError):
        sign_checkpoint(head, [other])
    with pytest.raises(VerificationError, match="another log"):
        open_checkpoint(sign_note(str(head), [other]).encode(), [other.key])
