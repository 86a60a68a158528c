"""A bundle's older checkpoints (C2SP tlog-witness; RFC 9162, 2.1.4.2) with nothing but Python: part of the verifier."""

import hashlib
import re

from infra.bundle_notes import Key, Wrong, check_signed, decode, parse_note

CHAIN = re.compile(r"chain/([1-9][0-9]{0,18})\.(?:checkpoint|consistency)")
State = tuple[str, int, bytes]  # origin, size and root of a checkpoint


def check_consistency(old: State, new: State, path: list[bytes], name: str) -> None:
    """Check that the newer tree begins with the older one."""
    wrong = Wrong(f"{name}: the log at {new[1]} does not extend the log at {old[1]}")
    if old[1] > new[1] or any(len(one) != 32 for one in path):
        raise wrong
    if old[1] == new[1]:
        if path or old[2] != new[2]:
            raise wrong
        return
    steps = path if old[1] & (old[1] - 1) else [old[2], *path]
    node, last = old[1] - 1, new[1] - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0] if steps else b""
    for step in steps[1:]:
        if last == 0:
            raise wrong
        if node & 1 or node == last:
            first, second = (hashlib.sha256(b"\x01" + step + one).digest() for one in (first, second))
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = hashlib.sha256(b"\x01" + second + step).digest()
        node, last = node >> 1, last >> 1
    if last or (first, second) != (old[2], new[2]):
        raise wrong


def check_signed_by_any(note: bytes, keys: list[Key], file: str) -> None:
    """Check that one of the log's keys signed: the older ones may be of before a rotation."""
    ids = signing(note, file)
    check_signed(note, next((key for key in keys if key[1] in ids), keys[0]), file)


def signing(note: bytes, file: str) -> list[bytes]:
    """List the ids of the keys that a note says signed it."""
    lines = note.decode("utf-8", "replace").rpartition("\n\n")[2].split("\n")
    return [decode(line.split(" ")[2], file)[:4] for line in lines if line.count(" ") == 2]


def check_chain(files: dict[str, bytes], keys: list[Key]) -> str:
    """Check every older checkpoint; answers which the log extends."""
    new = parse_note(files["checkpoint"], "checkpoint")
    sizes: set[int] = set()
    for name in sorted(name for name in files if name.startswith("chain/")):
        match = CHAIN.fullmatch(name)
        if match is None:
            raise Wrong(f"{name}: is no older checkpoint")
        sizes.add(int(match[1]))
    for size in sorted(sizes):
        note, proof = f"chain/{size}.checkpoint", f"chain/{size}.consistency"
        for name in (note, proof):
            if name not in files:
                raise Wrong(f"{name}: is missing")
        check_signed_by_any(files[note], keys, note)
        old = parse_note(files[note], note)
        if old[:2] != (new[0], size):
            raise Wrong(f"{note}: is of another log or size")
        head, _, shown = files[proof].partition(b"\n\n")
        first, *lines = head.decode("utf-8", "replace").split("\n")
        if first != f"old {size}" or shown != files["checkpoint"]:
            raise Wrong(f"{proof}: is of another checkpoint")
        check_consistency(old, new, [decode(one, proof) for one in lines], proof)
    return f"extends its checkpoints of size {', '.join(map(str, sorted(sizes)))}" if sizes else "shows no older one"


def check_kept(files: dict[str, bytes], kept: bytes, keys: list[Key]) -> None:
    """Check that the checkpoint that a verifier kept is one of those that were checked."""
    check_signed_by_any(kept, keys, "the kept checkpoint")
    mine = parse_note(kept, "the kept checkpoint")
    name = f"chain/{mine[1]}.checkpoint"
    if name not in files:
        raise Wrong(f"{name}: is missing, so nothing shows that the log extends the kept checkpoint: "
                    "have the bundle made with it")
    if parse_note(files[name], name) != mine:
        raise Wrong(f"{name}: is not the kept checkpoint: the log has two histories")
