"""A log over six minutes that a publisher signs, the evidence of periods of it, and forgeries of such evidence."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy import Engine
from typer.testing import CliRunner

from governance.audit.bundle_files import digest
from governance.audit.merkle import leaf_hash
from governance.audit.period import write_tiles
from infra import stream_heads
from infra.audit_keys import log_signers
from infra.audit_store import append
from infra.bundle_source import verifier
from infra.bundle_zip import pack, unpack
from infra.cli_bundle import bundle_app
from infra.database import engine, transaction
from infra.keys import Keyring
from streams.publisher import Publisher
from tests.support.audit_log import NOON, TENANT, draft

PER_MINUTE, MINUTES = 100, 6
HEADS_AFTER = 4  # minutes, each with its entries


@dataclass
class PeriodLog:
    """100 entries a minute, one of stream heads after the fourth."""

    url: str
    folder: Path

    def __post_init__(self) -> None:
        self.pool: Engine = engine(self.url)
        self.keyring = Keyring(engine=self.pool, kek=self.folder / "keys" / "kek.json")
        keys = self.folder / "keys"
        self.publisher = Publisher(
            engine=self.pool, keys=keys, guard=self.folder / "guard", origin_prefix="callwarden.local/audit"
        )
        mine, logs = (log_signers(keys, origin=f"callwarden.local/audit/{name}") for name in (TENANT, "_logs"))
        self.key, self.logs_key = str(mine[0].key), str(logs[0].key)

    def fill(self) -> None:
        """Write the log and sign it."""
        for minute in range(MINUTES):
            at = NOON + timedelta(minutes=minute)
            with transaction(self.pool) as connection:
                if minute == HEADS_AFTER:
                    stream_heads.record(connection, self.keyring, tenant=TENANT, at=at)
                numbers = range(minute * PER_MINUTE, (minute + 1) * PER_MINUTE)
                append(connection, TENANT, [draft(number) for number in numbers], at)
        self.publisher.once()

    def run(self, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(bundle_app(lambda option: option or self.url), list(arguments))
        return result.exit_code, result.output

    def take(self, first: float, last: float, name: str = "a.zip") -> tuple[int, str]:
        """Ask for the evidence between two minutes after noon."""
        since, until = (_said(NOON + timedelta(minutes=one)) for one in (first, last))
        archive = str(self.folder / name)
        return self.run("bundle", "--from", since, "--to", until, "--out", archive, "--tenant", TENANT)

    def files(self, first: float, last: float) -> dict[str, bytes]:
        code, said = self.take(first, last)
        assert code == 0, said
        return unpack(self.folder / "a.zip")

    def judge(self, archive: str, *keys: str) -> list[tuple[int, str]]:
        """Ask both verifiers."""
        (self.folder / "verify.py").write_bytes(verifier())
        given = [part for key in (self.key, *keys) for part in ("--key", key)]
        place = str(self.folder / archive)
        alone = [sys.executable, "-I", "-S", str(self.folder / "verify.py"), place, *given]
        done = subprocess.run(alone, capture_output=True, text=True, check=False, timeout=60)
        return [self.run("verify-bundle", place, *given), (done.returncode, done.stdout + done.stderr)]

    def judge_forged(self, files: dict[str, bytes], **said: object) -> list[tuple[int, str]]:
        """Pack the files under a manifest that fits them, saying these things of them, and ask both verifiers."""
        manifest = json.loads(files["manifest.json"]) | said
        manifest["files"] = {name: digest(data) for name, data in files.items() if name != "manifest.json"}
        (self.folder / "b.zip").write_bytes(pack({**files, "manifest.json": rfc8785.dumps(manifest)}))
        return self.judge("b.zip")


def lines_of(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    """Read a file of JSON Lines."""
    return [json.loads(line) for line in files[name].splitlines()]


def with_lines(files: dict[str, bytes], name: str, lines: list[dict[str, Any]]) -> dict[str, bytes]:
    """Write a file of JSON Lines again."""
    return {**files, name: b"".join(rfc8785.dumps(line) + b"\n" for line in lines)}


def rewritten(
    files: dict[str, bytes], change: Callable[[list[dict[str, Any]]], None]
) -> dict[str, bytes]:
    """Change the entries as a forger does who numbers and names the rest anew: columns and tiles say the same."""
    entries = lines_of(files, "entries.jsonl")
    first = entries[0]["index"]
    change(entries)
    for number, one in enumerate(entries, start=first):
        one["index"] = number
    hashes = {one["index"]: leaf_hash(one["entry"].encode()) for one in entries}
    columns = lines_of(files, "columns.jsonl")[: len(entries)]
    columns = [one | {"leaf_hash": hashes[one["index"]].hex()} for one in columns if one["index"] in hashes]
    files = with_lines(with_lines(files, "entries.jsonl", entries), "columns.jsonl", columns)
    return {**files, "tiles.json": write_tiles(first=first, leaves=list(hashes.values()))}


def _said(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")
