"""The evidence of a call out of a log in memory, and both verifiers asked in this process."""

import io
import json
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import rfc8785
from typer.testing import CliRunner

from governance.audit.bundle import write_manifest
from governance.audit.bundle_chain import note_path, proof_path, write_consistency
from governance.audit.bundle_files import digest, write_entries
from governance.audit.bundle_files import proof_path as entry_path
from governance.audit.checkpoint import open_checkpoint
from governance.audit.leaf import parse_leaf
from governance.audit.merkle import Node, consistency_proof, inclusion_proof, leaf_hash, root_of
from governance.audit.proof import LogProof
from infra import bundle_verifier
from infra.bundle_source import verifier
from infra.cli_bundle import bundle_app
from tests.support.audit_log import SeedSigner, checkpoint, entries

KEY = str(SeedSigner().key)
OLDER = 4


def bundle(call: str = "call-1", *, count: int = 10, first: int = 0) -> dict[str, bytes]:
    """Give every file of a bundle of a log that is one call's."""
    written = entries(count, first=first)
    hashes = [leaf_hash(one) for one in written]

    def read(nodes: Sequence[Node]) -> list[bytes]:
        return [root_of(hashes[at << level : (at + 1) << level]) for level, at in nodes]

    note = checkpoint(written)
    signed = open_checkpoint(note, [SeedSigner().key])
    leaves = [parse_leaf(one) for one in written]
    columns = [
        {"index": at, "event_id": leaf.event_id, "type": leaf.type, "actor": leaf.actor, "leaf_hash": hashes[at].hex()}
        for at, leaf in enumerate(leaves)
    ]
    said: dict[str, object] = {
        "columns.json": columns, "call.json": {"call_id": call}, "transcript.json": {"call_id": call, "lines": []},
        "verdicts.json": [{"event_id": leaves[0].event_id}], "turns.json": {"call_id": call, "turns": []},
        "handoffs.json": [], "controls.json": [],
    }
    files = {name: rfc8785.dumps(value) for name, value in said.items()}  # type: ignore[arg-type]  # plain JSON
    files |= {
        "checkpoint": note, "log.pub": f"{KEY}\n".encode(), "entries.jsonl": write_entries(list(enumerate(written))),
        "verify.py": verifier(), "report.html": f"<h1>{call}</h1><p>{signed.root.hex()}</p>".encode(),
        note_path(OLDER): checkpoint(written[:OLDER]),
        proof_path(OLDER): write_consistency(OLDER, consistency_proof(old=OLDER, new=count, read=read), note),
    }
    for at in range(count):
        files[entry_path(at)] = LogProof(at, tuple(inclusion_proof(index=at, size=count, read=read)), note).to_bytes()
    return files | {"manifest.json": write_manifest(files, call=call, checkpoint=signed)}


def under_a_new_manifest(files: dict[str, bytes]) -> dict[str, bytes]:
    """Do as a forger does: say in the manifest what there is now, and nothing else anew."""
    said = json.loads(files["manifest.json"])
    said["files"] = {name: digest(data) for name, data in files.items() if name != "manifest.json"}
    return {**files, "manifest.json": rfc8785.dumps(said)}


def judge(place: Path, *arguments: str) -> list[tuple[int, str]]:
    """Ask both verifiers; gives exit codes and all that was said."""
    given = [str(place), "--key", KEY, *arguments]
    result = CliRunner().invoke(bundle_app(lambda option: option or ""), ["verify-bundle", *given])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = bundle_verifier.main(given)
    return [(result.exit_code, result.output), (code, out.getvalue() + err.getvalue())]
