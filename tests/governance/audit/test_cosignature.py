"""Signatures with a time: the bytes that are signed, both kinds, and everything that does not verify."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from governance.audit.cosignature import ED25519_COSIGNATURE, MLDSA44, ed25519_message, mldsa44_message
from governance.audit.errors import VerificationError
from governance.audit.note import Signer, VerifierKey, parse_vkey, sign_note, verify_note
from infra.audit_keys import Mldsa44Signer
from tests.support.audit_log import NOON, ORIGIN, SeedSigner

pytestmark = pytest.mark.pure

ROOT = bytes(range(32))
HEAD = Checkpoint(ORIGIN, 70_000, ROOT)


class WitnessSigner:
    """Cosigns as a witness does."""

    def __init__(self, name: str, *, byte: int = 5) -> None:
        """Make the key."""
        self._private = Ed25519PrivateKey.from_private_bytes(bytes((byte,)) * 32)
        self.key = VerifierKey(name, ED25519_COSIGNATURE, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """Sign the time and the text."""
        at_s = int(NOON.timestamp())
        return at_s.to_bytes(8, "big") + self._private.sign(ed25519_message(text, at_s=at_s))


def both() -> list[Signer]:
    return [SeedSigner(), Mldsa44Signer(name=ORIGIN, seed=b"\x07" * 32, clock=lambda: NOON)]


def test_the_message_of_ml_dsa_is_laid_out_as_the_standard_says() -> None:
    said = mldsa44_message(str(HEAD), name="w", at_s=3)
    name = bytes((len(ORIGIN),)) + ORIGIN.encode()
    numbers = (0).to_bytes(8, "big") + (70_000).to_bytes(8, "big")
    assert said == b"subtree/v1\n\x00" + b"\x01w" + (3).to_bytes(8, "big") + name + numbers + ROOT


def test_a_checkpoint_of_both_keys_opens_with_either_and_with_both() -> None:
    ours = both()
    note = sign_checkpoint(HEAD, ours).encode()
    for keys in ([ours[0].key], [ours[1].key], [each.key for each in ours]):
        assert open_checkpoint(note, keys) == HEAD
        assert len(verify_note(note, keys)[1]) == len(keys)
    line = note.decode().splitlines()[-1]
    assert len(line) > 3000  # 4 + 8 + 2420 bytes
    assert ours[1].key.kind == MLDSA44
    assert parse_vkey(str(ours[1].key)) == ours[1].key


def test_signing_again_later_gives_other_bytes_for_the_same_checkpoint() -> None:
    first = Mldsa44Signer(name=ORIGIN, seed=b"\x07" * 32, clock=lambda: NOON)
    later = Mldsa44Signer(name=ORIGIN, seed=b"\x07" * 32)
    notes = [sign_checkpoint(HEAD, [each]).encode() for each in (first, later)]
    assert notes[0] != notes[1]
    assert {open_checkpoint(note, [first.key]) for note in notes} == {HEAD}


@pytest.mark.parametrize("at", [4, 11, 12, 1000, 2431])
def test_a_changed_byte_of_the_ml_dsa_signature_is_found_though_the_other_is_right(at: int) -> None:
    ours = both()
    bad = bytearray(ours[1].key.key_id + ours[1].sign(str(HEAD)))
    bad[at] ^= 1

    class Broken(SeedSigner):
        key = ours[1].key

        def sign(self, text: str) -> bytes:
            return bytes(bad[4:])

    broken = Broken()
    broken.key = ours[1].key
    note = sign_checkpoint(HEAD, [ours[0], broken]).encode()
    assert open_checkpoint(note, [ours[0].key]) == HEAD
    with pytest.raises(VerificationError, match="is wrong"):
        open_checkpoint(note, [each.key for each in ours])


def test_a_witness_cosigns_but_never_speaks_for_the_log() -> None:
    witness = WitnessSigner("witness.example")
    note = sign_checkpoint(HEAD, both()).encode()
    line = sign_note_line(witness)
    _, signed = verify_note(note + line, [SeedSigner().key, witness.key])
    assert signed == [SeedSigner().key, witness.key]
    with pytest.raises(VerificationError, match="another log"):
        open_checkpoint(note + line, [witness.key])


def sign_note_line(witness: WitnessSigner) -> bytes:
    return sign_note(str(HEAD), [witness]).encode().rpartition(b"\n\n")[2]
