"""Checks a bundle of evidence with nothing but Python: Ed25519 (RFC 8032), RFC 6962 proofs, C2SP notes.

python3 verify.py BUNDLE(.zip or folder) --key VKEY|@FILE
The key must come from elsewhere than the bundle. Exit 0 all holds, 1 the first wrong thing is named, 2 unreadable.
"""

import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

FORMAT = "callwarden-bundle/1"
NEEDED = ("checkpoint", "log.pub", "entries.jsonl", "columns.json", "call.json", "transcript.json", "verdicts.json")
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
Key = tuple[str, bytes, bytes]  # name, key id, public key


class Wrong(Exception):
    """Something in the bundle is not as it must be."""


def add(p: Point, q: Point) -> Point:
    """Add two points in extended coordinates (RFC 8032, 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(s: int, p: Point) -> Point:
    """Multiply a point."""
    q: Point = (0, 1, 1, 0)
    while s:
        if s & 1:
            q = add(q, p)
        p, s = add(p, p), s >> 1
    return q


def point(data: bytes) -> Point | None:
    """Read a point (RFC 8032, 5.1.3)."""
    y, sign = int.from_bytes(data, "little") & ((1 << 255) - 1), data[31] >> 7
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    x = root if root * root % P == square % P else root * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y, 1, (P - x if x & 1 != sign else x) * y % P


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Check an Ed25519 signature (RFC 8032, 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    if a is None or r is None or base is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, base), add(r, times(h, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def decode(text: str, name: str) -> bytes:
    """Read base64 in its one spelling."""
    data = base64.b64decode(text + "==")
    if base64.b64encode(data).decode() != text:
        raise Wrong(f"{name}: holds base64 that is not in its one spelling")
    return data


def parse_key(text: str) -> Key:
    """Read a verifier key (C2SP signed-note)."""
    parts = text.split("+", 2)
    data = decode(parts[2], "--key") if len(parts) == 3 else b""
    if len(data) != 33 or data[0] != 1:
        raise Wrong("not an Ed25519 verifier key")
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if key_id.hex() != parts[1]:
        raise Wrong("the id does not belong to the key")
    return parts[0], key_id, data[1:]


def check_note(note: bytes, key: Key) -> tuple[str, int, bytes]:
    """Check the log's signature; answers origin, size and root."""
    text, gap, tail = note.decode("utf-8", "replace").rpartition("\n\n")
    good = False
    for line in tail.removesuffix("\n").split("\n"):
        mark, _, rest = line.partition(" ")
        name, _, body = rest.partition(" ")
        data = decode(body, "checkpoint") if mark == "\u2014" else b""
        if (name, data[:4]) == key[:2]:
            if not signed_by(key[2], (text + "\n").encode(), data[4:]):
                raise Wrong(f"checkpoint: the signature of {name} is wrong")
            good = True
    lines = text.split("\n")
    if not gap or not good:
        raise Wrong("checkpoint: no signature of the given key")
    if len(lines) < 3 or lines[0] != key[0] or not lines[1].isdecimal():
        raise Wrong("checkpoint: does not say origin, size and root of the log that the key belongs to")
    return lines[0], int(lines[1]), decode(lines[2], "checkpoint")


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


def load(data: bytes, name: str) -> Any:
    """Read JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Wrong(f"{name}: is not JSON") from None


def check_files(files: dict[str, bytes]) -> dict[str, Any]:
    """Check the manifest and the hash of every file."""
    manifest: dict[str, Any] = load(files["manifest.json"], "manifest.json")
    written = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if written != files["manifest.json"] or manifest["format"] != FORMAT:
        raise Wrong(f"manifest.json: is not a canonical manifest of the format {FORMAT}")
    listed: dict[str, Any] = manifest["files"]
    for name in sorted({*listed, *NEEDED}):
        if name not in files:
            raise Wrong(f"{name}: is missing")
        if listed.get(name) != {"sha256": hashlib.sha256(files[name]).hexdigest(), "size": len(files[name])}:
            raise Wrong(f"{name}: its SHA-256 or size is not the one in manifest.json")
    for name in sorted(set(files) - set(listed) - {"manifest.json"}):
        raise Wrong(f"{name}: is not in manifest.json")
    return manifest


def check_entries(files: dict[str, bytes], manifest: dict[str, Any], size: int, root: bytes) -> list[Any]:
    """Check every entry, its proof and the call's streams; answers the rows that columns.json must hold."""
    rows: list[Any] = []
    heads: dict[str, tuple[int, str]] = {}
    for line in files["entries.jsonl"].splitlines():
        entry, index = (load(line, "entries.jsonl")[name] for name in ("entry", "index"))
        name, leaf = f"proofs/{index}.tlog-proof", load(entry.encode(), "entries.jsonl")
        hashed = hashlib.sha256(b"\x00" + entry.encode()).digest()
        head, _, note = files.get(name, b"").partition(b"\n\n")
        lines = [one for one in head.decode().split("\n") if not one.startswith("extra ")]
        if lines[:2] != ["c2sp.org/tlog-proof@v1", f"index {index}"] or note != files["checkpoint"]:
            raise Wrong(f"{name}: is missing, or of another entry or checkpoint")
        check_inclusion(hashed, index, size, [decode(one, name) for one in lines[2:]], root, name)
        if leaf["tenant"] != manifest["tenant"] or (rows and index <= rows[-1][0]):
            raise Wrong(f"entries.jsonl: entry {index} is of another tenant or out of order")
        if leaf["src"] is not None:
            seq, prev = heads.get(leaf["stream"], (-1, None))
            if (leaf["seq"], leaf["prev"]) != (seq + 1, prev):
                raise Wrong(f"entries.jsonl: before entry {index} an entry of the call is missing")
            heads[leaf["stream"]] = (leaf["seq"], hashed.hex())
        rows.append([index, leaf["event_id"], leaf["type"], leaf["actor"], hashed.hex()])
    if not rows or (manifest["entries"], manifest["streams"]) != (len(rows), sorted(heads)):
        raise Wrong("manifest.json: does not count the entries and streams of entries.jsonl")
    return rows


def check(files: dict[str, bytes], key: Key) -> str:
    """Run every check; answers what was found right."""
    manifest = check_files(files)
    origin, size, root = check_note(files["checkpoint"], key)
    vkey = f"{key[0]}+{key[1].hex()}+" + base64.b64encode(b"\x01" + key[2]).decode()
    if vkey not in files["log.pub"].decode().splitlines():
        raise Wrong("log.pub: does not hold the key that signed the checkpoint")
    if manifest["checkpoint"] != {"origin": origin, "root": base64.b64encode(root).decode(), "size": size}:
        raise Wrong("manifest.json: names another checkpoint than the one beside it")
    rows = check_entries(files, manifest, size, root)
    for name in sorted(name for name in files if name.startswith("proofs/")):
        if name not in {f"proofs/{row[0]}.tlog-proof" for row in rows}:
            raise Wrong(f"{name}: proves no entry of entries.jsonl")
    columns, call, transcript, verdicts = (load(files[name], name) for name in NEEDED[3:])
    if [[row[name] for name in ("index", "event_id", "type", "actor", "leaf_hash")] for row in columns] != rows:
        raise Wrong("columns.json: does not say what the entries say")
    for name, value in (("call.json", call), ("transcript.json", transcript)):
        if value["call_id"] != manifest["call"]:
            raise Wrong(f"{name}: is of another call than manifest.json says")
    stages = [stage["event_id"] for line in transcript["lines"] for stage in line["stages"].values()]
    for name, ids in (("transcript.json", stages), ("verdicts.json", [each["event_id"] for each in verdicts])):
        if not {row[1] for row in rows}.issuperset(ids):
            raise Wrong(f"{name}: cites an event that has no entry here")
    return f"ok call {manifest['call']}: {len(rows)} entries of {origin} at size {size}, {len(files)} files"


def read(place: Path) -> dict[str, bytes]:
    """Read a folder or an archive."""
    if place.is_dir():
        return {one.relative_to(place).as_posix(): one.read_bytes() for one in place.rglob("*") if one.is_file()}
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(place) as archive:
        for info in archive.infolist():
            if info.filename in files or info.compress_type != zipfile.ZIP_STORED:
                raise Wrong(f"{info.filename}: is in the archive twice, or compressed")
            try:
                files[info.filename] = archive.read(info)
            except (zipfile.BadZipFile, EOFError, RuntimeError):
                raise Wrong(f"{info.filename}: was changed in the archive (its checksum is wrong)") from None
    return files


def main(arguments: list[str]) -> int:
    """Check what the arguments name."""
    try:
        at = arguments.index("--key")
        text, (place,) = arguments[at + 1], arguments[:at] + arguments[at + 2 :]
        key = parse_key(Path(text[1:]).read_text().split()[0] if text.startswith("@") else text)
    except (Wrong, ValueError, IndexError, OSError):
        sys.stderr.write("usage: verify.py BUNDLE --key VKEY|@FILE, the key as the log publishes it\n")
        return 2
    try:
        sys.stdout.write(check(read(Path(place)), key) + "\n")
    except Wrong as error:
        sys.stdout.write(f"WRONG {error}\n")
        return 1
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        sys.stdout.write(f"WRONG a file is missing or not of its format ({type(error).__name__} {error})\n")
        return 1
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        sys.stderr.write(f"cannot read: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
