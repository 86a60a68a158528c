"""Checks a bundle of evidence, of a call or a period, with nothing but Python: RFC 8032, RFC 6962, C2SP notes.

python3 verify.py BUNDLE(.zip or folder) --key VKEY|@FILE [--key VKEY|@FILE]... [--old CHECKPOINT]...
The first key is that of the log. Further ones of the same log are those of before a rotation; of the log of logs
or of witnesses (type 0x04), they must have signed, too. An `--old` checkpoint must be one that the bundle extends.
They must come from elsewhere than the bundle. Exit 0 all holds, 1 the first wrong thing is named, 2 unreadable.
"""

import hashlib
import sys
from pathlib import Path
from typing import Any

from infra.bundle_archive import OF_A_CALL, Unreadable, read
from infra.bundle_chain import check_chain, check_kept
from infra.bundle_checks import HEADS, Placed, check_checkpoint, check_files, check_heads, check_logs, check_page
from infra.bundle_notes import Key, Wrong, check_proof, load, of_others, of_the_log, parse_key
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
    manifest = check_files(files, FORMAT, NEEDED, OF_A_CALL)
    origin, size, root = check_checkpoint(files, manifest, keys[0])
    rows = check_entries(files, manifest)
    for name in sorted(name for name in files if name.startswith("proofs/")):
        if name not in {f"proofs/{row[0]}.tlog-proof" for row in rows}:
            raise Wrong(f"{name}: proves no entry of entries.jsonl")
    columns, call, transcript, verdicts = (load(files[name], name) for name in NEEDED[3:])
    if not all(isinstance(one, list) for one in (columns, transcript["lines"], verdicts)):
        raise Wrong("columns.json, transcript.json or verdicts.json: is no list")
    if [[row[name] for name in ("index", "event_id", "type", "actor", "leaf_hash")] for row in columns] != rows:
        raise Wrong("columns.json: does not say what the entries say")
    about = {"call.json": call, "transcript.json": transcript}
    if "turns.json" in files:
        about["turns.json"] = load(files["turns.json"], "turns.json")
    for name, value in about.items():
        if value["call_id"] != manifest["call"]:
            raise Wrong(f"{name}: is of another call than manifest.json says")
    stages = [stage["event_id"] for line in transcript["lines"] for stage in line["stages"].values()]
    for name, ids in (("transcript.json", stages), ("verdicts.json", [each["event_id"] for each in verdicts])):
        if not {row[1] for row in rows}.issuperset(ids):
            raise Wrong(f"{name}: cites an event that has no entry here")
    check_page(files, root, [manifest["call"]])
    logs, ends = check_logs(files, of_others(keys)), "complete" if HEADS[0] in files else "not shown"
    chain = check_chain(files, of_the_log(keys))
    return (f"ok call {manifest['call']}: {len(rows)} entries of {origin} at size {size}, {len(files)} files; "
            f"ends of streams: {ends}; log of logs: {logs}; {chain}")


def check(files: dict[str, bytes], keys: list[Key]) -> str:
    """Run every check of a bundle of its kind; answers what was found right."""
    if "manifest.json" not in files:
        raise Wrong("manifest.json: is missing")
    said = load(files["manifest.json"], "manifest.json")
    if not isinstance(said, dict):
        raise Wrong("manifest.json: is not a manifest")
    return check_period(files, keys) if said.get("format") == PERIOD else check_call(files, keys)


def plain(text: object) -> str:
    """Write on one line of plain characters: what a forger put into names must not look like an answer."""
    return "".join(one if " " <= one <= "~" else ascii(one)[1:-1] for one in str(text)) + "\n"


def given(arguments: list[str]) -> tuple[Path, list[Key], list[bytes]]:
    """Read the bundle's place, the keys and the kept checkpoints from the arguments; raises where they are wrong."""
    places: list[Path] = []
    keys: list[Key] = []
    kept: list[bytes] = []
    rest = iter(arguments)
    for one in rest:
        if one == "--key":
            text = next(rest)
            keys.append(parse_key(Path(text[1:]).read_text().split()[0] if text.startswith("@") else text))
        elif one == "--old":
            kept.append(Path(next(rest)).read_bytes())
        else:
            places.append(Path(one))
    (place,) = places
    if not keys or keys[0][3] != 1:
        raise ValueError(arguments)
    return place, keys, kept


def main(arguments: list[str]) -> int:
    """Check what the arguments name."""
    try:
        place, keys, kept = given(arguments)
    except (Wrong, ValueError, LookupError, OSError, StopIteration):
        sys.stderr.write("usage: verify.py BUNDLE --key VKEY|@FILE [--key ...] [--old CHECKPOINT ...], "
                         "the keys as the logs publish them\n")
        return 2
    try:
        files = read(place)
        said = check(files, keys)
        for one in kept:
            check_kept(files, one, of_the_log(keys))
    except Wrong as error:
        sys.stdout.write(plain(f"WRONG {error}"))
        return 1
    except (OSError, Unreadable) as error:
        sys.stderr.write(plain(f"cannot read: {error}"))
        return 2
    except Exception as error:  # noqa: BLE001 - whatever a forger thinks of is a no, and no trace of the program
        sys.stdout.write(plain(f"WRONG a file is not of its format ({type(error).__name__} {error})"))
        return 1
    sys.stdout.write(plain(said))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
