"""The original of a pseudonym, sealed under its call's key; it opens for that call and pseudonym only."""

from base64 import b64decode, b64encode

from infra.keys import Keyring
from schemas.redacted import EntitySealed


def seal_original(
    keyring: Keyring, *, tenant: str, call_id: str, pseudonym: str, entity: str, value: str
) -> EntitySealed:
    """Seal what a pseudonym stands for."""
    sealed = keyring.seal(
        tenant=tenant, call_id=call_id, plaintext=value.encode(), context=_context(call_id, pseudonym)
    )
    return EntitySealed(
        pseudonym=pseudonym, entity=entity, key_id=sealed.key_id, sealed=b64encode(sealed.ciphertext).decode()
    )


def open_original(keyring: Keyring, *, call_id: str, pseudonym: str, key_id: str, sealed: str) -> str:
    """Open it; raises KeyDestroyed, KeyUnknown or SealBroken."""
    opened = keyring.open(key_id=key_id, ciphertext=b64decode(sealed), context=_context(call_id, pseudonym))
    return opened.decode()


def _context(call_id: str, pseudonym: str) -> bytes:
    return f"{call_id}/{pseudonym}".encode()
