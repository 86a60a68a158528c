"""Signed notes: the vector of the standard, and everything a reader must refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit import note
from governance.audit.errors import VerificationError
from tests.support.audit_log import SeedSigner

pytestmark = pytest.mark.pure

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
LINE = (
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
TEXT = "This is an example message.\n"
NOTE = f"{TEXT}\n{LINE}".encode()


def test_the_vector_of_the_standard_verifies() -> None:
    key = note.parse_vkey(VKEY)
    assert str(key) == VKEY
    assert note.verify_note(NOTE, [key]) == (TEXT, [key])


def test_every_flipped_bit_of_a_note_is_found() -> None:
    key = note.parse_vkey(VKEY)
    for at in range(len(NOTE)):
        for bit in range(8):
            broken = bytearray(NOTE)
            broken[at] ^= 1 << bit
            with pytest.raises(VerificationError):
                note.verify_note(bytes(broken), [key])


@pytest.mark.parametrize(
    "vkey",
    [
        "", "example.com/foo", VKEY.replace("530d903a", "530d903b"), VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("example", "exbmple"), VKEY[:-1] + "=", VKEY + "\n", " " + VKEY,
        VKEY.replace("AekyeRrm", "B+kyeRrm"), "a b+530d903a+AA==",
    ],
)  # fmt: skip
def test_a_vkey_that_is_not_quite_right_is_refused(vkey: str) -> None:
    with pytest.raises(VerificationError):
        note.parse_vkey(vkey)


def test_unknown_signatures_are_passed_over_and_a_wrong_known_one_is_not() -> None:
    ours, other = SeedSigner(name="a"), SeedSigner(name="b", byte=9)
    signed = note.sign_note(TEXT, [other, ours]).encode()
    assert note.verify_note(signed, [ours.key]) == (TEXT, [ours.key])
    wrong = note.encode64(other.key.key_id + b"\x00" * 64)
    forged = f"{TEXT}\n— b {wrong}\n".encode() + ours_line(ours)
    with pytest.raises(VerificationError, match="signature of b is wrong"):
        note.verify_note(forged, [ours.key, other.key])
    with pytest.raises(VerificationError, match="no signature of a known key"):
        note.verify_note(signed, [SeedSigner(name="c").key])
    same_name = SeedSigner(name="a", byte=3)
    with pytest.raises(VerificationError, match="no signature of a known key"):
        note.verify_note(signed, [same_name.key])


def ours_line(signer: SeedSigner) -> bytes:
    return note.sign_note(TEXT, [signer]).encode().removeprefix(f"{TEXT}\n".encode())


def test_seventeen_signatures_are_taken() -> None:
    signers = [SeedSigner(name=f"key-{number}", byte=number + 1) for number in range(17)]
    text, signed = note.verify_note(note.sign_note(TEXT, signers).encode(), [each.key for each in signers])
    assert (text, len(signed)) == (TEXT, 17)


@pytest.mark.parametrize("broken", ["AAB=", "AAA", "AAA=\n", "AA A=", "-_-_", "AAA=="])
def test_base64_has_one_spelling(broken: str) -> None:
    with pytest.raises(VerificationError):
        note.decode64(broken)


@given(st.binary())
def test_base64_gives_back_what_it_was_given(data: bytes) -> None:
    assert note.decode64(note.encode64(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"", b"text\n", b"text\n\n", NOTE[:-1], NOTE + b"\n", NOTE.replace(b"message", b"mess\tage"),
        NOTE.replace(b"\n\n", b"\n"), NOTE.replace("—".encode(), b"-"), b"\xff" + NOTE, NOTE.replace(b"Uw2Q", b"U w2Q"),
    ],
)  # fmt: skip
def test_what_is_not_a_note_is_refused(data: bytes) -> None:
    with pytest.raises(VerificationError):
        note.verify_note(data, [note.parse_vkey(VKEY)])


def test_a_text_may_hold_empty_lines() -> None:
    signer = SeedSigner(name="a")
    text = "one\n\ntwo\n"
    assert note.verify_note(note.sign_note(text, [signer]).encode(), [signer.key])[0] == text
