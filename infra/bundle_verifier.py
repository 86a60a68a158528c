"""Checks a bundle of evidence, of a call or a period, with nothing but Python: RFC 8032, RFC 6962, C2SP notes.

python3 verify.py BUNDLE(.zip or folder) --key VKEY|@FILE [--key VKEY|@FILE]...
The first key is that of the log. Further ones, of the log of logs or of witnesses (type 0x04), must have signed, too.
They must come from elsewhere than the bundle. Exit 0 all holds, 1 the first wrong thing is named, 2 unreadable.
"""

import hashlib
import sys
import zipfile
from pathlib import Path
from typing import Any

from infra.bundle_checks import HEADS, Placed, check_checkpoint, check_files, check_heads, check_logs
from infra.bundle_notes import Key, Wrong, check_proof, load, parse_key
from infra.bundle_period import PERIOD, check_period

FORMAT = "callwarden-bundle/1"
NEEDED = ("checkpoint", "log.pub", "entries.jsonl", "columns.json", "call.json", "transcript.json", "verdicts.json")


def check_entries(files: dict[str, bytes], manifest: dict[str, Any]) -> list[Any]:
    """Check every entry, its proof and the call's streams; answers the rows that columns.json must hold."""
    rows: list[Any] = []
    streams: dict[str, list[Placed]] = {}
    for line in files["entries.jsonl"].splitlines():
        entry, index = (load(line, "entries.jsonl")[name] for name in ("entry", "index"))
        leaf = load(entry.encode(), "entries.jsonl")
        hashed = hashlib.sha256(b"\x00" + entry.encode()).hexdigest()
        check_proof(files, f"proofs/{index}.tlog-proof", entry=entry.encode(), index=index, under="checkpoint")
        if leaf["tenant"] != manifest["tenant"] or (rows and index <= rows[-1][0]):
            raise Wrong(f"entries.jsonl: entry {index} is of another tenant or out of order")
        if leaf["src"] is not None:
            stream = streams.setdefault(leaf["stream"], [])
            if (leaf["seq"], leaf["prev"]) != (len(stream), stream[-1][2] if stream else None):
                raise Wrong(f"entries.jsonl: before entry {index} an entry of the call is missing")
            stream.append((index, leaf["seq"], hashed))
        rows.append([index, leaf["event_id"], leaf["type"], leaf["actor"], hashed])
    if not rows or (manifest["entries"], manifest["streams"]) != (len(rows), sorted(streams)):
        raise Wrong("manifest.json: does not count the entries and streams of entries.jsonl")
    if HEADS[0] in files:
        check_heads(files, manifest, streams)
    return rows


def check_call(files: dict[str, bytes], keys: list[Key]) -> str:
    """Check the evidence of a call; answers what was found right."""
    manifest = check_files(files, FORMAT, NEEDED)
    origin, size, _ = check_checkpoint(files, manifest, keys[0])
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


def check(files: dict[str, bytes], keys: list[Key]) -> str:
    """Run every check of a bundle of its kind; answers what was found right."""
    form = load(files["manifest.json"], "manifest.json")["format"]
    return check_period(files, keys) if form == PERIOD else check_call(files, keys)


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
