"""Signed notes: text, signature lines and verifier keys (C2SP signed-note)."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from governance.audit.cosignature import (
    ED25519_COSIGNATURE,
    MLDSA44,
    MLDSA44_KEY_BYTES,
    check_ed25519_cosignature,
    check_mldsa44,
)
from governance.audit.errors import VerificationError

ED25519 = 0x01
ED25519_KEY_BYTES = 32
KEY_ID_BYTES = 4
MAX_SIGNATURES = 100
SIGNATURE_MARK = "\u2014 "  # an em dash: bytes E2 80 94, then a space


class Check(Protocol):
    """Tells whether a signature body is the key's over a note text."""

    def __call__(self, *, name: str, public_key: bytes, text: str, body: bytes) -> bool:
        """Judge one signature."""
        ...


class Signer(Protocol):
    """Holds a private key; the body it returns is what follows the key id in a signature line."""

    @property
    def key(self) -> "VerifierKey":
        """Name the public half."""
        ...

    def sign(self, text: str) -> bytes:
        """Sign a note text that ends in a newline."""
        ...


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named public key: what an auditor holds to check a log."""

    name: str
    kind: int
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """Compute the four bytes that lead a signature of this key."""
        preimage = self.name.encode() + b"\n" + bytes((self.kind,)) + self.public_key
        return hashlib.sha256(preimage).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        """Write the key as a vkey."""
        return f"{self.name}+{self.key_id.hex()}+{encode64(bytes((self.kind,)) + self.public_key)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, its signature not yet judged."""

    name: str
    key_id: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signature lines; the text ends in a newline."""

    text: str
    signatures: tuple[Signature, ...]


def encode64(data: bytes) -> str:
    """Write standard base64 with padding."""
    return base64.b64encode(data).decode()


def decode64(text: str) -> bytes:
    """Read base64 that has one spelling only."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise VerificationError("not base64") from None
    if encode64(data) != text:  # decoders accept non-zero pad bits: AAB= would read as AAA=
        raise VerificationError("not canonical base64")
    return data


def check_ed25519(*, name: str, public_key: bytes, text: str, body: bytes) -> bool:
    """Check a plain Ed25519 signature over the note text."""
    del name
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(body, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


# A further kind is one more line in both and one more signer.
CHECKS: Mapping[int, Check] = {
    ED25519: check_ed25519, ED25519_COSIGNATURE: check_ed25519_cosignature, MLDSA44: check_mldsa44,
}  # fmt: skip
KEY_BYTES = {
    ED25519: ED25519_KEY_BYTES, ED25519_COSIGNATURE: ED25519_KEY_BYTES, MLDSA44: MLDSA44_KEY_BYTES,
}  # fmt: skip


def is_name(name: str) -> bool:
    """Tell whether a text may name a key."""
    return bool(name) and "+" not in name and not any(each.isspace() or each < " " for each in name)


def parse_vkey(text: str) -> VerifierKey:
    """Read a vkey and check its key id."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise VerificationError("verifier key: not name+id+key")
    data = decode64(parts[2])
    if not data or data[0] not in CHECKS:
        raise VerificationError("verifier key: its kind of signature is not known here")
    if len(data) != 1 + KEY_BYTES[data[0]]:
        raise VerificationError("verifier key: wrong length")
    key = VerifierKey(parts[0], data[0], data[1:])
    if key.key_id.hex() != parts[1]:
        raise VerificationError("verifier key: the id does not belong to the key")
    return key


def sign_note(text: str, signers: Sequence[Signer]) -> str:
    """Write a note with one signature line of each signer."""
    lines = [f"{SIGNATURE_MARK}{each.key.name} {encode64(each.key.key_id + each.sign(text))}\n" for each in signers]
    note = f"{text}\n{''.join(lines)}"
    parse_note(note.encode())
    return note


def parse_note(data: bytes) -> Note:
    """Read a note's text and signature lines, strictly."""
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise VerificationError("note: not UTF-8") from None
    if any(each < " " and each != "\n" for each in whole):
        raise VerificationError("note: holds a control character")
    text, gap, tail = whole.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise VerificationError("note: no signature lines after an empty line")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise VerificationError("note: too many signature lines")
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines))


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(SIGNATURE_MARK).partition(" ")
    if not line.startswith(SIGNATURE_MARK) or not is_name(name):
        raise VerificationError("note: malformed signature line")
    body = decode64(encoded)
    if len(body) <= KEY_ID_BYTES:
        raise VerificationError("note: a signature is too short")
    return Signature(name, body[:KEY_ID_BYTES], body[KEY_ID_BYTES:])


def verify_note(data: bytes, keys: Iterable[VerifierKey]) -> tuple[str, list[VerifierKey]]:
    """Check the signatures of known keys; answers the text and the keys that signed it."""
    note = parse_note(data)
    known = {(key.name, key.key_id): key for key in keys}
    signed: list[VerifierKey] = []
    for each in note.signatures:
        key = known.get((each.name, each.key_id))
        if key is None or key in signed:
            continue
        if not CHECKS[key.kind](name=key.name, public_key=key.public_key, text=note.text, body=each.body):
            raise VerificationError(f"note: the signature of {key.name} is wrong")
        signed.append(key)
    if not signed:
        raise VerificationError("note: no signature of a known key")
    return note.text, signed
