"""The checks that bundles of a call and of a period share, with nothing but Python: a part of the verifier."""

import base64
import hashlib
import html
import json
from typing import Any

from infra.bundle_archive import check_names
from infra.bundle_notes import Key, Wrong, check_inclusion, check_proof, check_signed, decode, load, parse_note

HEADS = ("heads/entry", "heads/entry.tlog-proof", "heads/streams.json")
LOGS = ("logs/entry", "logs/entry.tlog-proof", "logs/checkpoint")
Placed = tuple[int, int, str]  # index, number in its stream and leaf hash of an entry


def check_files(files: dict[str, bytes], form: str, needed: tuple[str, ...], others: str) -> dict[str, Any]:
    """Check the manifest and the hash of every file, and that it is one of a bundle of this kind."""
    manifest: dict[str, Any] = load(files["manifest.json"], "manifest.json")
    written = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if written != files["manifest.json"] or manifest["format"] != form:
        raise Wrong(f"manifest.json: is not a canonical manifest of the format {form}")
    listed: dict[str, Any] = manifest["files"]
    for name in sorted({*listed, *needed}):
        if name not in files:
            raise Wrong(f"{name}: is missing")
        if listed.get(name) != {"sha256": hashlib.sha256(files[name]).hexdigest(), "size": len(files[name])}:
            raise Wrong(f"{name}: its SHA-256 or size is not the one in manifest.json")
    for name in sorted(set(files) - set(listed) - {"manifest.json"}):
        raise Wrong(f"{name}: is not in manifest.json")
    check_names(files, others)
    return manifest


def check_checkpoint(files: dict[str, bytes], manifest: dict[str, Any], key: Key) -> tuple[str, int, bytes]:
    """Check that the key signed the checkpoint that the manifest names; answers origin, size and root."""
    check_signed(files["checkpoint"], key, "checkpoint")
    origin, size, root = parse_note(files["checkpoint"], "checkpoint")
    vkey = f"{key[0]}+{key[1].hex()}+" + base64.b64encode(b"\x01" + key[2]).decode()
    if vkey not in files["log.pub"].decode().splitlines():
        raise Wrong("log.pub: does not hold the key that signed the checkpoint")
    if manifest["checkpoint"] != {"origin": origin, "root": base64.b64encode(root).decode(), "size": size}:
        raise Wrong("manifest.json: names another checkpoint than the one beside it")
    return origin, size, root


def check_page(files: dict[str, bytes], root: bytes, names: list[str]) -> None:
    """Check that the page to read names this checkpoint and these things: it is not that of another bundle."""
    for said in (root.hex(), *(html.escape(name) for name in names)):
        if "report.html" in files and said.encode() not in files["report.html"]:
            raise Wrong(f"report.html: is of another bundle: it does not name {said}")


def check_heads(files: dict[str, bytes], manifest: dict[str, Any], streams: dict[str, list[Placed]]) -> int:
    """Check that the streams go as far as the log committed to, and nothing was left out at their ends; says when."""
    entry, proof, ends = HEADS
    at = check_proof(files, proof, entry=files[entry], index=None, under="checkpoint")
    leaf, proven = load(files[entry], entry), {one["stream"]: one for one in load(files[ends], ends)}
    payload = leaf["payload"]
    if (leaf["type"], payload["alg"], leaf["tenant"]) != ("stream.heads", "stream-heads/1", manifest["tenant"]):
        raise Wrong(f"{entry}: commits to no stream heads of this tenant")
    for stream, entries in streams.items():
        covered = [each for each in entries if each[0] < at]
        said = proven.pop(stream, None)
        if said is None and not covered:
            continue
        if said is None or not covered or (said["seq"], said["hash"]) != covered[-1][1:]:
            raise Wrong(f"{ends}: stream {stream} ends elsewhere than the entries here: some are missing")
        data = f"{stream}\n{said['seq']}\n{said['hash']}\n".encode()
        path = [decode(one, ends) for one in said["proof"]]
        root = bytes.fromhex(payload["pt_hmac"])
        check_inclusion(hashlib.sha256(b"\x00" + data).digest(), said["position"], payload["size"], path, root, ends)
    if proven:
        raise Wrong(f"{ends}: names a stream that has no entry here: some are missing")
    return at


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
