"""Checks a bundle of evidence with nothing but Python: Ed25519 (RFC 8032), RFC 6962 proofs, C2SP notes.

python3 verify.py BUNDLE(.zip or folder) --key VKEY|@FILE [--key VKEY|@FILE]...
The first key is that of the log. Further ones, of the log of logs or of witnesses (type 0x04), must have signed, too.
They must come from elsewhere than the bundle. Exit 0 all holds, 1 the first wrong thing is named, 2 unreadable.
"""

import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from infra.bundle_notes import (
    Key,
    Wrong,
    check_inclusion,
    check_proof,
    check_signed,
    decode,
    load,
    parse_key,
    parse_note,
)

FORMAT = "callwarden-bundle/1"
HEADS = ("heads/entry", "heads/entry.tlog-proof", "heads/streams.json")
LOGS = ("logs/entry", "logs/entry.tlog-proof", "logs/checkpoint")
NEEDED = ("checkpoint", "log.pub", "entries.jsonl", "columns.json", "call.json", "transcript.json", "verdicts.json")
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


def check_entries(files: dict[str, bytes], manifest: dict[str, Any]) -> list[Any]:
    """Check every entry, its proof and the call's streams; answers the rows that columns.json must hold."""
    rows: list[Any] = []
    heads: dict[str, list[tuple[int, str]]] = {}
    for line in files["entries.jsonl"].splitlines():
        entry, index = (load(line, "entries.jsonl")[name] for name in ("entry", "index"))
        leaf = load(entry.encode(), "entries.jsonl")
        hashed = hashlib.sha256(b"\x00" + entry.encode()).hexdigest()
        check_proof(files, f"proofs/{index}.tlog-proof", entry=entry.encode(), index=index, under="checkpoint")
        if leaf["tenant"] != manifest["tenant"] or (rows and index <= rows[-1][0]):
            raise Wrong(f"entries.jsonl: entry {index} is of another tenant or out of order")
        if leaf["src"] is not None:
            stream = heads.setdefault(leaf["stream"], [])
            if (leaf["seq"], leaf["prev"]) != (len(stream), stream[-1][1] if stream else None):
                raise Wrong(f"entries.jsonl: before entry {index} an entry of the call is missing")
            stream.append((index, hashed))
        rows.append([index, leaf["event_id"], leaf["type"], leaf["actor"], hashed])
    if not rows or (manifest["entries"], manifest["streams"]) != (len(rows), sorted(heads)):
        raise Wrong("manifest.json: does not count the entries and streams of entries.jsonl")
    if HEADS[0] in files:
        check_heads(files, manifest, heads)
    return rows


def check_heads(files: dict[str, bytes], manifest: dict[str, Any], heads: dict[str, list[tuple[int, str]]]) -> None:
    """Check that the call's streams go as far as the log committed to, so that nothing was left out at their ends."""
    entry, proof, ends = HEADS
    at = check_proof(files, proof, entry=files[entry], index=None, under="checkpoint")
    leaf, proven = load(files[entry], entry), {one["stream"]: one for one in load(files[ends], ends)}
    payload = leaf["payload"]
    if (leaf["type"], payload["alg"], leaf["tenant"]) != ("stream.heads", "stream-heads/1", manifest["tenant"]):
        raise Wrong(f"{entry}: commits to no stream heads of this tenant")
    for stream, entries in heads.items():
        covered = [hashed for index, hashed in entries if index < at]
        said = proven.pop(stream, None)
        if said is None and not covered:
            continue
        if said is None or (said["seq"], said["hash"]) != (len(covered) - 1, covered[-1] if covered else None):
            raise Wrong(f"{ends}: stream {stream} ends elsewhere than the entries here: some are missing")
        data = f"{stream}\n{said['seq']}\n{said['hash']}\n".encode()
        path = [decode(one, ends) for one in said["proof"]]
        root = bytes.fromhex(payload["pt_hmac"])
        check_inclusion(hashlib.sha256(b"\x00" + data).digest(), said["position"], payload["size"], path, root, ends)
    if proven:
        raise Wrong(f"{ends}: names a stream that has no entry here: some are missing")


def check_logs(files: dict[str, bytes], keys: list[Key]) -> str:
    """Check that the checkpoint is an entry of the log of logs, which the further keys signed."""
    entry, proof, above = LOGS
    if above not in files:
        if keys:
            raise Wrong(f"{above}: is missing, though a key of the log of logs was given")
        return "its checkpoint is shown in no log of logs"
    if files[entry].partition(b"\n\n")[0] != files["checkpoint"].partition(b"\n\n")[0]:
        raise Wrong(f"{entry}: is not the checkpoint of this bundle")
    index = check_proof(files, proof, entry=files[entry], index=None, under=above)
    for key in keys:
        check_signed(files[above], key, above)
    said = f"entry {index} of {parse_note(files[above], above)[0]}"
    return f"{said}, signed by {', '.join(key[0] for key in keys)}" if keys else f"{said}, whose key was not given"


def check(files: dict[str, bytes], keys: list[Key]) -> str:
    """Run every check; answers what was found right."""
    manifest, key = check_files(files), keys[0]
    check_signed(files["checkpoint"], key, "checkpoint")
    origin, size, root = parse_note(files["checkpoint"], "checkpoint")
    vkey = f"{key[0]}+{key[1].hex()}+" + base64.b64encode(b"\x01" + key[2]).decode()
    if vkey not in files["log.pub"].decode().splitlines():
        raise Wrong("log.pub: does not hold the key that signed the checkpoint")
    if manifest["checkpoint"] != {"origin": origin, "root": base64.b64encode(root).decode(), "size": size}:
        raise Wrong("manifest.json: names another checkpoint than the one beside it")
    rows = check_entries(files, manifest)
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
    logs, ends = check_logs(files, keys[1:]), "complete" if HEADS[0] in files else "not shown"
    return (f"ok call {manifest['call']}: {len(rows)} entries of {origin} at size {size}, {len(files)} files; "
            f"ends of streams: {ends}; log of logs: {logs}")


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
        (place,) = (one for at, one in enumerate(arguments) if one != "--key" and arguments[at - 1 : at] != ["--key"])
        texts = [arguments[at + 1] for at, one in enumerate(arguments) if one == "--key"]
        keys = [parse_key(Path(one[1:]).read_text().split()[0] if one.startswith("@") else one) for one in texts]
    except (Wrong, ValueError, LookupError, OSError):
        place, keys = "", []
    if not keys or keys[0][3] != 1:
        sys.stderr.write("usage: verify.py BUNDLE --key VKEY|@FILE [--key ...], the keys as the logs publish them\n")
        return 2
    try:
        sys.stdout.write(check(read(Path(place)), keys) + "\n")
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
