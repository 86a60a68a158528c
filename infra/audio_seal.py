"""Audio records on their topics: sealed under a key of the call or of its payment window, bound to their place."""

import asyncio
from collections.abc import Mapping
from typing import Literal

from governance.errors import InputError
from infra.keys import Keyring
from schemas.audio import AudioRecord

Direction = Literal["in", "out"]
Headers = list[tuple[str, bytes]]
MOST_DIGITS = 18


def seal(
    keyring: Keyring, record: AudioRecord, *, direction: Direction, under: str | None = None
) -> tuple[Headers, bytes]:
    """Give headers and value of a record; `under` names another key than the call's own."""
    context = _context(record.call_id, direction, str(record.number), record.leg)
    sealed = keyring.seal(
        tenant=record.tenant, call_id=under or record.call_id, plaintext=record.payload, context=context
    )
    return record.headers(key_id=sealed.key_id), sealed.ciphertext


def unseal(keyring: Keyring, headers: Mapping[str, str], value: bytes, *, direction: Direction) -> AudioRecord:
    """Give the record; raises InputError for a value that does not open, ValidationError for wrong headers."""
    context = _context(headers.get("call", ""), direction, headers.get("number", ""), headers.get("leg", ""))
    payload = keyring.open(key_id=headers.get("ce_keyid", ""), ciphertext=value, context=context)
    return AudioRecord.read(dict(headers), payload)


async def unseal_aside(
    keyring: Keyring, headers: Mapping[str, str], value: bytes, *, direction: Direction
) -> AudioRecord:
    """Do the same, in a thread where the database has to be asked for the key; raises DBAPIError, too."""
    if keyring.holds_id(headers.get("ce_keyid", "")):
        return unseal(keyring, headers, value, direction=direction)
    return await asyncio.to_thread(unseal, keyring, headers, value, direction=direction)


def number_of(headers: Mapping[str, str]) -> int:
    """Give the place of a sealed record among those of its call and direction; raises InputError."""
    number = headers.get("number", "")
    if not number.isascii() or not number.isdigit() or len(number) > MOST_DIGITS:
        raise InputError("an audio record has its number")
    return int(number)


def _context(call_id: str, direction: Direction, number: str, leg: str) -> bytes:
    # Each leg counts its own records: of another one's the same number is another place.
    return f"{call_id}/{direction}/{leg}/{number}".encode() if leg else f"{call_id}/{direction}/{number}".encode()
