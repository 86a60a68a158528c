"""Gathers the evidence of a period from one snapshot of the database: every entry of a tenant's log in it."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

import orjson
import rfc8785
from sqlalchemy import Connection, Engine, Row, select

from governance.audit.bundle_files import CHECKPOINT, ENTRIES, KEYS, MANIFEST, digest, proof_path, write_entries
from governance.audit.checkpoint import Checkpoint, parse_text
from governance.audit.leaf import instant
from governance.audit.merkle import inclusion_proof
from governance.audit.note import parse_note
from governance.audit.period import COLUMNS, TILES, write_manifest, write_tiles
from governance.audit.proof import LogProof
from governance.errors import InputError
from infra import audit_reader, audit_search, bundle_anchor, bundle_zip, chain_source, stream_heads
from infra.audit_reader import NotInLogError
from infra.audit_tables import HEAD, INDEX, LEAF
from infra.bundle_anchor import Anchor
from infra.bundle_controls import PERIOD_CONTROLS
from infra.bundle_source import verifier
from infra.period_report import Tally, report
from infra.tenancy import tenant_transaction

MAX_ENTRIES = 100_000  # a verifier holds them all at once
PAGE = 1000
PIECE = 1 << 20
HEADS_REACH = 200_000  # so many entries after them are read at most to know where the streams ended
COPIED = ("actor_label", "call", "rule")


@dataclass(frozen=True, slots=True)
class Period:
    """An archive on disk that is gone when it is closed, and which entries of the log it holds."""

    archive: BinaryIO
    size: int
    first: int
    entries: int

    def found(self) -> list[str]:
        """List the entries for the record of the read."""
        return [str(index) for index in range(self.first, self.first + self.entries)]

    def pieces(self) -> Iterator[bytes]:
        """Give the archive in pieces, and let it go."""
        with self.archive:
            self.archive.seek(0)
            while piece := self.archive.read(PIECE):
                yield piece


@dataclass(slots=True)
class _Shown:
    """The entries that are shown: those of the period, and the neighbour on each side where there is one."""

    since: datetime
    until: datetime
    begins: int  # index of the period's first entry
    ends: int  # and of the one after its last
    checkpoint: Checkpoint
    leaves: list[bytes] = field(default_factory=list)
    began: dict[str, int] = field(default_factory=dict)  # each stream's first entry here
    tally: Tally = field(default_factory=Tally)

    @property
    def first(self) -> int:
        return max(self.begins - 1, 0)

    @property
    def last(self) -> int:
        return min(self.ends, self.checkpoint.size - 1)

    def take(self, row: Row[Any], entries: BinaryIO, columns: BinaryIO) -> None:
        entry = bytes(row.entry)
        entries.write(write_entries([(row.idx, entry)]))
        self.leaves.append(bytes(row.leaf_hash))
        leaf = orjson.loads(entry)
        self.began.setdefault(leaf["stream"], row.idx)
        if self.begins <= row.idx < self.ends:
            said = {name: getattr(row, name) for name in COPIED}
            said |= {"index": row.idx, "leaf_hash": row.leaf_hash.hex()}
            columns.write(rfc8785.dumps(said) + b"\n")
            self.tally.take(leaf, said)


def make(
    pool: Engine, tenant: str, *, since: datetime, until: datetime, kept: Sequence[bytes] = ()
) -> Period:
    """Give the archive; the same bytes again. NotInLogError without a checkpoint, InputError where it is too long."""
    if since >= until:
        raise InputError("the period ends before it begins: `from` must be before `to`")
    snapshot = pool.execution_options(isolation_level="REPEATABLE READ")
    with (
        tempfile.TemporaryFile() as entries, tempfile.TemporaryFile() as columns,
        tenant_transaction(snapshot, tenant) as connection,
    ):
        anchor, shown = _place(connection, tenant, since, until)
        for row in _rows(connection, tenant, shown.first, shown.last):
            shown.take(row, entries, columns)
        files: dict[str, bytes | BinaryIO] = {
            **_beside(connection, tenant, anchor, shown), ENTRIES: entries, COLUMNS: columns,
            **chain_source.gather(connection, tenant, anchor, first=shown.begins, kept=kept),
        }
        bounds = {"tenant": tenant, "since": instant(since), "until": instant(until)}
        files["report.html"] = report(
            shown.tally, shown.checkpoint, anchor.vkeys.strip(), sorted(files), **bounds,
            first=shown.first, last=shown.last, open_end=shown.ends == shown.checkpoint.size,
        )
        files[MANIFEST] = write_manifest(
            {name: _digest(content) for name, content in files.items()}, **bounds, entries=shown.ends - shown.begins,
            checkpoint=shown.checkpoint,
        )
        archive = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
        bundle_zip.write(archive, files)
        return Period(archive, archive.tell(), shown.begins, shown.ends - shown.begins)


def _place(connection: Connection, tenant: str, since: datetime, until: datetime) -> tuple[Anchor, _Shown]:
    begins, ends = (audit_search.first_since(connection, at) for at in (since, until))
    anchor = bundle_anchor.settled(connection, tenant, covers=ends) or bundle_anchor.choose(connection, tenant, reach=0)
    if anchor is None:
        raise NotInLogError(f"tenant {tenant} has no signed checkpoint")
    checkpoint = parse_text(parse_note(anchor.note).text)
    shown = _Shown(since, until, min(begins, checkpoint.size), min(ends, checkpoint.size), checkpoint)
    held = shown.ends - shown.begins
    if held > MAX_ENTRIES:
        raise InputError(f"the period holds {held} entries, a bundle at most {MAX_ENTRIES}: ask for shorter periods")
    return anchor, shown


def _rows(connection: Connection, tenant: str, first: int, last: int) -> Iterator[Row[Any]]:
    query = select(LEAF.c.idx, LEAF.c.entry, LEAF.c.leaf_hash, *(INDEX.c[name] for name in COPIED)).join(
        INDEX, (INDEX.c.tenant == LEAF.c.tenant) & (INDEX.c.idx == LEAF.c.idx)
    ).where(LEAF.c.tenant == tenant).order_by(LEAF.c.idx)
    for start in range(first, last + 1, PAGE):
        yield from connection.execute(query.where(LEAF.c.idx >= start, LEAF.c.idx <= min(start + PAGE - 1, last)))


def _beside(connection: Connection, tenant: str, anchor: Anchor, shown: _Shown) -> dict[str, bytes]:
    nodes = audit_reader.nodes(connection, tenant, size=shown.checkpoint.size)
    files = {
        **anchor.files, **_heads(connection, tenant, anchor, shown), CHECKPOINT: anchor.note,
        KEYS: anchor.vkeys.encode(), TILES: write_tiles(first=shown.first, leaves=shown.leaves),
        "controls.json": rfc8785.dumps(list(PERIOD_CONTROLS)), "verify.py": verifier(),
    }
    for index in {shown.first, shown.last}:
        hashes = inclusion_proof(index=index, size=shown.checkpoint.size, read=nodes)
        files[proof_path(index)] = LogProof(index, tuple(hashes), anchor.note).to_bytes()
    return files


def _heads(connection: Connection, tenant: str, anchor: Anchor, shown: _Shown) -> dict[str, bytes]:
    """Show where the streams ended at the period's last entry of stream heads, unless that is too long ago."""
    at = stream_heads.newest(connection, tenant, below=shown.ends)
    size = connection.execute(select(HEAD.c.size).where(HEAD.c.tenant == tenant)).scalar_one()
    if at is None or at < shown.begins or size - at > HEADS_REACH:
        return {}
    streams = [stream for stream, began in shown.began.items() if began < at]
    return bundle_anchor.heads(connection, tenant, anchor, streams, below=shown.ends)


def _digest(content: bytes | BinaryIO) -> dict[str, Any]:
    if isinstance(content, bytes):
        return digest(content)
    content.seek(0)
    hashed = hashlib.file_digest(content, "sha256")  # type: ignore[arg-type]  # a temporary file is one
    return {"sha256": hashed.hexdigest(), "size": content.tell()}
