"""A call in a log that a publisher signs, its bundle, and both verifiers of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from governance.audit.bundle import write_manifest
from governance.audit.checkpoint import parse_text
from governance.audit.note import parse_note
from infra.audit_keys import log_signers
from infra.audit_store import append
from infra.bundle_source import verifier
from infra.bundle_zip import pack, unpack
from infra.cli_bundle import bundle_app
from infra.database import engine, transaction
from infra.keys import Keyring
from infra.read_model import apply
from schemas.audit import Source
from streams.entries import draft
from streams.heads import HeadsTimer
from streams.publisher import Publisher
from tests.support import calls
from tests.support.audit_log import NOON, TENANT
from tests.support.audit_log import draft as other_draft

LOGS_ORIGIN = "callwarden.local/audit/_logs"
CALL = "call-1"


@contextmanager
def anchored(database_url: str, folder: Path) -> Iterator["AnchoredCall"]:
    """Open a log that a publisher signs, for the time of a test."""
    pool = engine(database_url)
    keyring = Keyring(engine=pool, kek=folder / "keys" / "kek.json")
    publisher = Publisher(
        engine=pool, keys=folder / "keys", guard=folder / "guard", origin_prefix="callwarden.local/audit"
    )
    made = AnchoredCall(database_url, folder, publisher, HeadsTimer(engine=pool, keyring=keyring, every_s=1), keyring)
    yield made
    made.pool.dispose()
    pool.dispose()


@dataclass
class AnchoredCall:
    """A call in a log that a publisher signs, with what runs beside it."""

    url: str
    folder: Path
    publisher: Publisher
    heads: HeadsTimer
    keyring: Keyring

    def __post_init__(self) -> None:
        self.pool = engine(self.url)
        keys = self.folder / "keys"
        mine, logs = (log_signers(keys, origin=f"callwarden.local/audit/{name}") for name in (TENANT, "_logs"))
        self.key, self.logs_key = str(mine[0].key), logs[0].key

    def happen(self, first: int, last: int) -> None:
        """Let the call's story go on, between events of other calls."""
        events = calls.story()[first:last]
        src = [Source(cluster="c1", topic_id="g", partition=0, offset=n) for n in range(first, first + len(events))]
        drafts = [draft(event, src=one, keyring=self.keyring) for event, one in zip(events, src, strict=True)]
        with transaction(self.pool) as connection:
            for event in events:
                apply(connection, event)
            append(connection, TENANT, [*drafts, other_draft(1000 + first), other_draft(2000 + last)], NOON)

    def bundle(self) -> dict[str, bytes]:
        archive = str(self.folder / "a.zip")
        result = self.run("bundle", CALL, "--out", archive, "--tenant", TENANT)
        assert result[0] == 0, result
        return unpack(Path(archive))

    def run(self, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(bundle_app(lambda option: option or self.url), list(arguments))
        return result.exit_code, result.output

    def judge(self, files: dict[str, bytes], *extra: str, keys: tuple[str, ...] = ()) -> list[tuple[int, str]]:
        """Pack the files under a manifest that fits them and ask both verifiers."""
        files = {name: data for name, data in files.items() if name != "manifest.json"}
        checkpoint = parse_text(parse_note(files["checkpoint"]).text)
        files["manifest.json"] = write_manifest(files, call=CALL, checkpoint=checkpoint)
        archive = self.folder / "b.zip"
        archive.write_bytes(pack(files))
        (self.folder / "verify.py").write_bytes(verifier())
        given = [part for key in (self.key, *keys) for part in ("--key", key)]
        alone = [sys.executable, "-I", "-S", str(self.folder / "verify.py"), str(archive), *given]
        done = subprocess.run(alone, capture_output=True, text=True, check=False, timeout=60)
        return [self.run("verify-bundle", str(archive), *given, *extra), (done.returncode, done.stdout + done.stderr)]


def without_last_entry(files: dict[str, bytes]) -> dict[str, bytes]:
    """Take the call's last own entry out, with its proof and everything that cites it."""
    lines = files["entries.jsonl"].splitlines(keepends=True)
    gone = json.loads(lines[-1])
    event = json.loads(gone["entry"])["event_id"]
    less = {name: data for name, data in files.items() if name != f"proofs/{gone['index']}.tlog-proof"}
    less["entries.jsonl"] = b"".join(lines[:-1])
    less["columns.json"] = json.dumps(
        [row for row in json.loads(files["columns.json"]) if row["event_id"] != event]
    ).encode()
    return less
