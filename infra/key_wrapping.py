"""A call's key material (a Tink AEAD keyset and a secret for derivation), and how a key-encryption key wraps it."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import tink
from tink import aead, json_proto_keyset_format, secret_key_access

from governance.errors import InvariantError
from infra.private_file import read_or_create

DEK_BYTES = 32
aead.register()  # Tink looks implementations up in its own registry; registering twice is harmless


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """What the key of one call is made of; `dek` is the secret that event keys and digests derive from."""

    key_id: str
    keyset: str = field(repr=False)
    dek: bytes = field(repr=False)
    cipher: aead.Aead = field(repr=False)


def load_kek(path: Path) -> aead.Aead:
    """Open the key-encryption key in a file of mode 0600, created once."""
    content = read_or_create(path, lambda: _new_keyset().encode())
    try:
        return _primitive(content.decode())
    except (tink.TinkError, UnicodeDecodeError):
        raise InvariantError(f"{path.name} holds no Tink keyset in JSON") from None


def new_key_id() -> str:
    """Make an id; random, because a digest of a call id could be guessed."""
    return f"k-{secrets.token_hex(12)}"


def new_material() -> KeyMaterial:
    """Make a key."""
    keyset = _new_keyset()
    return KeyMaterial(new_key_id(), keyset, secrets.token_bytes(DEK_BYTES), _primitive(keyset))


def wrap(kek: aead.Aead, material: KeyMaterial, *, tenant: str) -> bytes:
    """Encrypt a key for its row; it opens only under its own id and tenant."""
    content = {"keyset": material.keyset, "dek": base64.b64encode(material.dek).decode()}
    wrapped: bytes = kek.encrypt(json.dumps(content).encode(), _context(material.key_id, tenant))
    return wrapped


def unwrap(kek: aead.Aead, wrapped: bytes, *, key_id: str, tenant: str) -> KeyMaterial:
    """Decrypt a row's key; raises tink.TinkError where it was not wrapped by this key for this row."""
    content = json.loads(kek.decrypt(wrapped, _context(key_id, tenant)))
    keyset = content["keyset"]
    return KeyMaterial(key_id, keyset, base64.b64decode(content["dek"]), _primitive(keyset))


def _new_keyset() -> str:
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    serialized: str = json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    return serialized


def _primitive(keyset: str) -> aead.Aead:
    return json_proto_keyset_format.parse(keyset, secret_key_access.TOKEN).primitive(aead.Aead)


def _context(key_id: str, tenant: str) -> bytes:
    return f"subject_key\x00{tenant}\x00{key_id}".encode()
