"""Gathers the evidence of one call from one snapshot of the database, bound to the newest signed checkpoint."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy import Connection, Engine, select

from governance.audit.bundle import CALL, COLUMNS, TRANSCRIPT, VERDICTS, streams, write_manifest
from governance.audit.bundle_files import CHECKPOINT, ENTRIES, KEYS, MANIFEST, proof_path, read_entries, write_entries
from governance.audit.checkpoint import parse_text
from governance.audit.merkle import inclusion_proof
from governance.audit.note import parse_note
from governance.audit.proof import LogProof
from infra import audit_reader, audit_search, bundle_anchor, bundle_retention, calls_reader, chain_source, recordings
from infra.audit_reader import NotInLogError
from infra.audit_tables import LEAF
from infra.bundle_controls import CONTROLS
from infra.bundle_report import report
from infra.bundle_zip import pack
from infra.tenancy import tenant_transaction
from schemas.answers import SpokenLine, Transcript, TurnPage
from schemas.audit import AuditEntry, AuditFilter

HERE = Path(__file__)
PART_OF_IT = re.compile(r"^from infra\.\w+ import (\([^)]*\)|[^\n]*)\n", re.MULTILINE)
VERIFIER_PARTS = (
    "bundle_ed25519", "bundle_notes", "bundle_archive", "bundle_chain", "bundle_checks", "bundle_period",
    "bundle_verifier",
)
CHUNK = {"direction", "place", "number", "last", "start_ms", "end_ms", "encoding", "sample_rate", "sha256"}


def make(pool: Engine, tenant: str, call_id: str, *, kept: Sequence[bytes] = ()) -> bytes:
    """Give the archive, with proofs from checkpoints that were `kept`; the same bytes for the same checkpoint.

    NotInLogError without call, checkpoint or entries.
    """
    snapshot = pool.execution_options(isolation_level="REPEATABLE READ")
    with tenant_transaction(snapshot, tenant) as connection:
        return pack(gather(connection, tenant, call_id, kept=kept))


def gather(
    connection: Connection, tenant: str, call_id: str, *, kept: Sequence[bytes] = ()
) -> dict[str, bytes]:
    """Give every file of the bundle; what the checkpoint does not cover yet is left out."""
    call = calls_reader.call(connection, tenant, call_id) or bundle_retention.erased_call(connection, tenant, call_id)
    words = calls_reader.transcript(connection, tenant, call_id) or Transcript(call_id=call_id, lines=())
    turns = calls_reader.turns(connection, tenant, call_id) or TurnPage(call_id=call_id, turns=())
    if call is None:
        raise NotInLogError(f"tenant {tenant} has no call {call_id}")
    found = list(_entries(connection, tenant, call_id))
    anchor = bundle_anchor.choose(connection, tenant, reach=max((one.index for one in found), default=0))
    if anchor is None:
        raise NotInLogError(f"tenant {tenant} has no signed checkpoint")
    note, vkeys = anchor.note, anchor.vkeys
    checkpoint = parse_text(parse_note(note).text)
    entries = [one for one in found if one.index < checkpoint.size]
    if not entries:
        raise NotInLogError(f"the checkpoint of size {checkpoint.size} covers no entry of call {call_id} yet")
    covered = {entry.event_id for entry in entries}
    nodes = audit_reader.nodes(connection, tenant, size=checkpoint.size)
    leaves = write_entries(_leaves(connection, tenant, [entry.index for entry in entries]))
    files = {
        **anchor.files,
        **chain_source.gather(connection, tenant, anchor, first=entries[0].index, kept=kept),
        **bundle_anchor.heads(connection, tenant, anchor, streams(list(read_entries(leaves)))),
        CHECKPOINT: note,
        KEYS: vkeys.encode(),
        ENTRIES: leaves,
        COLUMNS: _json([entry.model_dump(mode="json", exclude={"purpose"}) for entry in entries]),
        CALL: _json(call.model_dump(mode="json", exclude={"verdicts", "handoffs", "turns"})),
        VERDICTS: _json([one.model_dump(mode="json") for one in call.verdicts if one.event_id in covered]),
        "handoffs.json": _json([one.model_dump(mode="json") for one in call.handoffs]),
        "turns.json": _json(turns.model_dump(mode="json")),
        TRANSCRIPT: _json(_covered(words, covered).model_dump(mode="json")),
        "controls.json": _json(list(CONTROLS)),
        "verify.py": verifier(),
    }
    retention = bundle_retention.state(connection, tenant, call_id)
    if retention:
        files["retention.json"] = _json(retention)
    recording = _recording(connection, tenant, call_id)
    if recording is not None:
        files["recording.json"] = _json(recording)
    for entry in entries:
        hashes = inclusion_proof(index=entry.index, size=checkpoint.size, read=nodes)
        files[proof_path(entry.index)] = LogProof(entry.index, tuple(hashes), note).to_bytes()
    files["report.html"] = report({name: json.loads(data) for name, data in files.items() if name.endswith(".json")},
                                  checkpoint, vkeys.strip(), sorted(files))
    return {**files, MANIFEST: write_manifest(files, call=call_id, checkpoint=checkpoint)}


def verifier() -> bytes:
    """Give the verifier as one file: its parts in order, without what each imports of the others."""
    parts = [HERE.with_name(f"{name}.py").read_text(encoding="utf-8") for name in VERIFIER_PARTS]
    return PART_OF_IT.sub("", "\n\n".join(parts)).encode()


def _entries(connection: Connection, tenant: str, call_id: str) -> Iterator[AuditEntry]:
    cursor: str | None = None
    while True:
        wanted, limit = AuditFilter(call=call_id), audit_search.MAX_LIMIT
        page = audit_search.search(connection, tenant, wanted, cursor=cursor, limit=limit)
        yield from page.entries
        cursor = page.cursor
        if cursor is None:
            return


def _leaves(connection: Connection, tenant: str, indices: list[int]) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for start in range(0, len(indices), audit_search.MAX_LIMIT):
        some = indices[start : start + audit_search.MAX_LIMIT]
        query = select(LEAF.c.idx, LEAF.c.entry).where(LEAF.c.tenant == tenant, LEAF.c.idx.in_(some))
        found += [(row.idx, bytes(row.entry)) for row in connection.execute(query.order_by(LEAF.c.idx))]
    return found


def _covered(words: Transcript, covered: set[str]) -> Transcript:
    """Leave out what was said after the checkpoint."""
    lines = [_line(line, covered) for line in words.lines]
    return words.model_copy(update={
        "lines": tuple(line for line in lines if line.stages),
        "briefings": tuple(one for one in words.briefings if one.event_id in covered),
    })


def _line(line: SpokenLine, covered: set[str]) -> SpokenLine:
    stages = {name: stage for name, stage in line.stages.items() if stage.event_id in covered}
    if len(stages) == len(line.stages):
        return line
    truth = next((stage for stage in calls_reader.TRUTH if stage in stages), None)
    text = stages[truth].text if truth else None
    heard = "heard" in stages
    return line.model_copy(update={
        "stages": stages, "text": text, "withheld": "withheld" in stages,
        "interrupted": heard and line.interrupted, "mismatch": heard and line.mismatch,
    })


def _recording(connection: Connection, tenant: str, call_id: str) -> dict[str, Any] | None:
    table = recordings.RECORDING
    mine = (table.c.tenant == tenant, table.c.call_id == call_id)
    state: str | None = connection.execute(select(table.c.state).where(*mine)).scalar()
    chunks = recordings.pieces(connection, tenant, call_id)
    if state is None and not chunks:
        return None
    return {"state": state, "chunks": [one.model_dump(mode="json", include=CHUNK) for one in chunks]}


def _json(value: Any) -> bytes:
    return rfc8785.dumps(value)
