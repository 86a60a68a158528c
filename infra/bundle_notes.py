"""C2SP notes, keys and RFC 6962 proofs with nothing but Python: a part of a bundle's verifier."""

import base64
import hashlib
import json
import re
from typing import Any

from infra.bundle_ed25519 import signed_by

Key = tuple[str, bytes, bytes, int]  # name, key id, public key, kind of signature: 1 a log's, 4 a witness's


class Wrong(Exception):
    """Something in the bundle is not as it must be."""


def decode(text: str, name: str) -> bytes:
    """Read base64 in its one spelling."""
    try:
        data = base64.b64decode(text + "==")
    except ValueError:
        data = b""
    if base64.b64encode(data).decode() != text:
        raise Wrong(f"{name}: holds base64 that is not in its one spelling")
    return data


def parse_key(text: str) -> Key:
    """Read a verifier key (C2SP signed-note)."""
    parts = text.split("+", 2)
    data = decode(parts[2], "--key") if len(parts) == 3 else b""
    if len(data) != 33 or data[0] not in (1, 4):
        raise Wrong("not an Ed25519 verifier key")
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if key_id.hex() != parts[1]:
        raise Wrong("the id does not belong to the key")
    return parts[0], key_id, data[1:], data[0]


def of_the_log(keys: list[Key]) -> list[Key]:
    """Give the keys of the log that the first one is of."""
    return [key for key in keys if key[0] == keys[0][0]]


def of_others(keys: list[Key]) -> list[Key]:
    """Give the keys of the log of logs and of witnesses."""
    return [key for key in keys if key[0] != keys[0][0]]


def parse_note(note: bytes, file: str) -> tuple[str, int, bytes]:
    """Read origin, size and root; no signature is judged."""
    lines = note.decode("utf-8", "replace").partition("\n\n")[0].split("\n")
    if len(lines) < 3 or re.fullmatch(r"[0-9]{1,19}", lines[1]) is None:
        raise Wrong(f"{file}: does not say origin, size and root")
    return lines[0], int(lines[1]), decode(lines[2], file)


def check_signed(note: bytes, key: Key, file: str) -> None:
    """Check a log's signature, or a witness's (C2SP tlog-cosignature)."""
    text, gap, tail = note.decode("utf-8", "replace").rpartition("\n\n")
    good = False
    for line in tail.removesuffix("\n").split("\n"):
        mark, _, rest = line.partition(" ")
        name, _, body = rest.partition(" ")
        data = decode(body, file) if mark == "\u2014" else b""
        if (name, data[:4]) == key[:2]:
            message, signature = text + "\n", data[4:]
            if key[3] == 4:
                message, signature = f"cosignature/v1\ntime {int.from_bytes(data[4:12], 'big')}\n{message}", data[12:]
            if not signed_by(key[2], message.encode(), signature):
                raise Wrong(f"{file}: the signature of {name} is wrong")
            good = True
    if not gap or not good:
        raise Wrong(f"{file}: no signature of the given key {key[0]}")
    if key[3] == 1 and parse_note(note, file)[0] != key[0]:
        raise Wrong(f"{file}: is not of the log that the key belongs to")


def check_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes, name: str) -> None:
    """Check an audit path (RFC 9162, 2.1.3.2)."""
    node, last = index, size - 1
    if not 0 <= index < size:
        raise Wrong(f"{name}: entry {index} is not in a log of {size}")
    for step in path:
        if last == 0 or len(step) != 32:
            raise Wrong(f"{name}: the proof is too long, or a line is not a hash")
        if node & 1 or node == last:
            leaf = hashlib.sha256(b"\x01" + step + leaf).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            leaf = hashlib.sha256(b"\x01" + leaf + step).digest()
        node, last = node >> 1, last >> 1
    if last or leaf != root:
        raise Wrong(f"{name}: entry {index} does not lead to the root")


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is there twice: two readers would read two things."""
    if len(said := dict(pairs)) != len(pairs):
        raise ValueError("a name is there twice")
    return said


def no_number(text: str) -> Any:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(text)


def load(data: bytes, name: str) -> Any:
    """Read JSON in UTF-8."""
    try:
        return json.loads(data.decode(), object_pairs_hook=once, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise Wrong(f"{name}: is not JSON in UTF-8, or says something twice") from None


def check_proof(files: dict[str, bytes], name: str, *, entry: bytes, index: int | None, under: str) -> int:
    """Check the proof of an entry under the checkpoint of that name; answers the entry's index."""
    head, _, note = files.get(name, b"").partition(b"\n\n")
    lines = [one for one in head.decode().split("\n") if not one.startswith("extra ")]
    if len(lines) < 2 or lines[0] != "c2sp.org/tlog-proof@v1" or note != files[under]:
        raise Wrong(f"{name}: is missing, or of another entry or checkpoint")
    mark, _, number = lines[1].partition(" ")
    if mark != "index" or re.fullmatch(r"[0-9]{1,19}", number) is None or (index is not None and number != str(index)):
        raise Wrong(f"{name}: is missing, or of another entry or checkpoint")
    _, size, root = parse_note(note, under)
    path = [decode(one, name) for one in lines[2:]]
    check_inclusion(hashlib.sha256(b"\x00" + entry).digest(), int(number), size, path, root, name)
    return int(number)
