"""The check of a period's evidence with nothing but Python: a part of the verifier."""

import hashlib
from collections.abc import Callable
from typing import Any

from infra.bundle_archive import OF_A_PERIOD
from infra.bundle_chain import check_chain
from infra.bundle_checks import HEADS, Placed, check_checkpoint, check_files, check_heads, check_logs, check_page
from infra.bundle_notes import Key, Wrong, check_proof, decode, load, of_others, of_the_log

PERIOD = "callwarden-period/1"
PERIOD_NEEDED = ("checkpoint", "log.pub", "entries.jsonl", "columns.jsonl", "tiles.json")
TILE = 256
Shown = tuple[int, str, bytes]  # index, time of recording and leaf hash of an entry


def join(hashes: list[bytes]) -> bytes:
    """Compute the root over leaf hashes (RFC 6962, 2.1): pairs are joined, a last one alone goes up as it is."""
    while len(hashes) > 1:
        pairs = [hashes[at : at + 2] for at in range(0, len(hashes), 2)]
        hashes = [hashlib.sha256(b"\x01" + b"".join(one)).digest() if len(one) == 2 else one[0] for one in pairs]
    return hashes[0]


def range_root(low: int, high: int, ends: tuple[int, int], paths: list[list[bytes]],
               inside: Callable[[int, int], bytes]) -> bytes:
    """Compute the root over [low, high): what lies outside of the ends comes from their paths, the rest from leaves."""
    if ends[0] <= low and high - 1 <= ends[1]:
        return inside(low, high)
    middle = low + (1 << (high - low - 1).bit_length() - 1)
    beside = [path.pop() if low <= end < high else b"" for end, path in zip(ends, paths, strict=True)]
    left = beside[0] if middle <= ends[0] else range_root(low, middle, ends, paths, inside)
    right = beside[1] if ends[1] < middle else range_root(middle, high, ends, paths, inside)
    return hashlib.sha256(b"\x01" + left + right).digest()


def read_period(files: dict[str, bytes], tenant: str) -> tuple[list[Shown], dict[str, list[Placed]]]:
    """Read the entries and check that nothing is missing between two of them, in the log or in a stream."""
    shown: list[Shown] = []
    streams: dict[str, list[Placed]] = {}
    for line in files["entries.jsonl"].splitlines():
        said = load(line, "entries.jsonl")
        index, entry = said["index"], said["entry"].encode()
        leaf, hashed = load(entry, "entries.jsonl"), hashlib.sha256(b"\x00" + entry).digest()
        if leaf["tenant"] != tenant:
            raise Wrong(f"entries.jsonl: entry {index} is of another tenant than manifest.json says")
        if shown and index != shown[-1][0] + 1:
            raise Wrong(f"entries.jsonl: before entry {index} entry {shown[-1][0] + 1} is left out")
        if shown and leaf["recorded_at"] < shown[-1][1]:
            raise Wrong(f"entries.jsonl: entry {index} was recorded before the one in front of it")
        stream = streams.setdefault(leaf["stream"], [])
        if stream and (leaf["seq"], leaf["prev"]) != (stream[-1][1] + 1, stream[-1][2]):
            raise Wrong(f"entries.jsonl: entry {index} does not follow entry {stream[-1][0]} of its stream: "
                        "one of them is another")
        stream.append((index, leaf["seq"], hashed.hex()))
        shown.append((index, leaf["recorded_at"], hashed))
    if not shown:
        raise Wrong("entries.jsonl: holds no entry")
    return shown, streams


def check_bounds(shown: list[Shown], manifest: dict[str, Any], size: int) -> list[Shown]:
    """Check that the entries reach over both bounds, or to the ends of the log; answers those of the period."""
    since, until = manifest["from"], manifest["to"]
    if since >= until:
        raise Wrong("manifest.json: the period ends before it begins")
    early, late = [one for one in shown if one[1] < since], [one for one in shown if one[1] >= until]
    if len(early) > 1 or len(late) > 1:
        raise Wrong("manifest.json: the bound was shifted: entries.jsonl holds more than the period's neighbours")
    for missing, index, at, word in ((not early and shown[0][0] != 0, shown[0][0], "begins", "before"),
                                     (not late and shown[-1][0] != size - 1, shown[-1][0], "ends", "after")):
        if missing:
            raise Wrong(f"entries.jsonl: does not show that the period {at} at entry {index}: "
                        f"the one {word} is not there")
    inside = [one for one in shown if since <= one[1] < until]
    if manifest["entries"] != len(inside):
        raise Wrong("manifest.json: does not count the entries of the period in entries.jsonl")
    return inside


def check_columns(files: dict[str, bytes], inside: list[Shown]) -> None:
    """Check that the columns name each entry's hash."""
    lines = files["columns.jsonl"].splitlines()
    for number, (index, _, hashed) in enumerate(inside):
        said = load(lines[number], "columns.jsonl") if number < len(lines) else {"index": None}
        if said["index"] != index:
            raise Wrong(f"columns.jsonl: does not name entry {index} in its place")
        if said["leaf_hash"] != hashed.hex():
            raise Wrong(f"entries.jsonl: entry {index} is not the one that columns.jsonl names")
    if len(lines) != len(inside):
        raise Wrong("columns.jsonl: names more entries than the period has")


def check_root(files: dict[str, bytes], shown: list[Shown], size: int, root: bytes) -> None:
    """Check that the first and the last entry lead to the root, and all between them give it."""
    first, last = shown[0][0], shown[-1][0]
    lines = files["entries.jsonl"].splitlines()
    paths: list[list[bytes]] = []
    for index, line in ((first, lines[0]), (last, lines[-1])):
        name = f"proofs/{index}.tlog-proof"
        check_proof(files, name, entry=load(line, "entries.jsonl")["entry"].encode(), index=index, under="checkpoint")
        head = [one for one in files[name].partition(b"\n\n")[0].decode().split("\n") if not one.startswith("extra ")]
        paths.append([decode(one, name) for one in head[2:]])
    for name in sorted(files):
        if name.startswith("proofs/") and name not in {f"proofs/{one}.tlog-proof" for one in (first, last)}:
            raise Wrong(f"{name}: proves neither the first nor the last entry")

    def inside(low: int, high: int) -> bytes:
        return join([one[2] for one in shown[low - first : high - first]])

    numbers = range(-(-first // TILE), (last + 1) // TILE)
    tiles: list[list[Any]] = [[number, inside(number * TILE, (number + 1) * TILE).hex()] for number in numbers]
    said = load(files["tiles.json"], "tiles.json")
    if range_root(0, size, (first, last), paths, inside) != root:
        wrong = next((one[0] for one in tiles if one not in said), None)
        low, high = (first, last) if wrong is None else (wrong * TILE, wrong * TILE + TILE - 1)
        raise Wrong(f"entries.jsonl: entries {low} to {high} do not lead to the root: "
                    "one was changed, swapped or left out")
    if said != tiles:
        raise Wrong("tiles.json: does not say what the entries give")


def check_period(files: dict[str, bytes], keys: list[Key]) -> str:
    """Check the evidence of a period; answers what was found right."""
    manifest = check_files(files, PERIOD, PERIOD_NEEDED, OF_A_PERIOD)
    origin, size, root = check_checkpoint(files, manifest, keys[0])
    shown, streams = read_period(files, manifest["tenant"])
    inside = check_bounds(shown, manifest, size)
    check_columns(files, inside)
    check_root(files, shown, size, root)
    ends = "not shown"
    if HEADS[0] in files:
        at = check_heads(files, manifest, streams)
        if at not in {one[0] for one in inside}:
            raise Wrong(f"{HEADS[0]}: is no entry of the period")
        ends = "complete"
    check_page(files, root, [manifest["from"], manifest["to"]])
    chain, logs = check_chain(files, of_the_log(keys)), check_logs(files, of_others(keys))
    behind = "" if shown[-1][1] >= manifest["to"] else ", where the log ended when it was signed"
    return (f"ok period {manifest['from']} to {manifest['to']}: all {len(inside)} entries of {origin} at size {size}, "
            f"shown from entry {shown[0][0]} to {shown[-1][0]}{behind}; {len(files)} files; "
            f"ends of streams: {ends}; log of logs: {logs}; {chain}")
