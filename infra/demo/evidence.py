"""What can be known of the demo's calls from outside: over HTTP, and from the exported log."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from governance.audit.checkpoint import parse_text
from governance.audit.errors import VerificationError
from governance.audit.merkle import leaf_hash
from governance.audit.note import parse_note, parse_vkey
from governance.audit.proof import parse_proof, verify_proof
from governance.audit.tiles import ENTRIES, decode_bundle, tile_holding
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_source import source
from infra.database import engine, transaction
from infra.demo.desk import Taken
from infra.demo.scenes import Scene

SETTLE_WITHIN_S = 20.0
LOOK_EVERY_S = 0.5
PAGE = 200
TENANT = "default"


@dataclass
class CallEvidence:
    """One call as the read side and the audit log tell it."""

    scene: Scene
    detail: dict[str, Any]
    turns: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    taken: Taken | None = None
    proof: str = ""
    proven_index: int = -1
    log_size: int = 0
    proven: bool = False


@dataclass
class LogEvidence:
    """The exported log and what its verifier said."""

    size: int = 0
    root: str = ""
    origin: str = ""
    report: str = ""
    verified: bool = False


async def of_call(
    reader: httpx.AsyncClient, officer: httpx.AsyncClient, scene: Scene, taken: Taken | None
) -> CallEvidence:
    """Read a call once its end is in the audit log; raises TimeoutError when it does not get there."""
    async with asyncio.timeout(SETTLE_WITHIN_S):
        while True:
            entries = await _entries(officer, scene.call_id)
            if any(one["type"] == "call_ended" for one in entries):
                break
            await asyncio.sleep(LOOK_EVERY_S)
    await asyncio.sleep(LOOK_EVERY_S)  # what follows the end: withdrawn handoffs, the last measurement
    path = f"/v1/calls/{scene.call_id}"
    evidence = CallEvidence(
        scene=scene,
        detail=(await _get(reader, path)).json(),
        turns=(await _get(reader, f"{path}/turns")).json()["turns"],
        lines=(await _get(reader, f"{path}/transcript")).json()["lines"],
        entries=await _entries(officer, scene.call_id),
        taken=taken,
    )
    await _prove(officer, evidence)
    return evidence


async def _prove(officer: httpx.AsyncClient, evidence: CallEvidence) -> None:
    """Fetch and check the inclusion proof of the entry that matters most in this call."""
    wanted = ("handoff_requested", "emergency_detected", "barge_in_detected", "utterance_redacted")
    for kind in wanted:
        found = [one for one in evidence.entries if one["type"] == kind]
        if found:
            break
    index = found[0]["index"] if found else 0
    async with asyncio.timeout(SETTLE_WITHIN_S):
        while True:
            answer = await officer.get(f"/v1/audit/entries/{index}/proof")
            if answer.status_code == httpx.codes.OK:
                break
            await asyncio.sleep(LOOK_EVERY_S)
    log = f"/v1/audit/{TENANT}"
    key = (await _get(officer, f"{log}/key")).text.splitlines()[0]
    size = parse_text(parse_note(parse_proof(answer.content).checkpoint).text).size
    tile = tile_holding(index, level=ENTRIES, size=size)
    entries = decode_bundle((await _get(officer, f"{log}/{tile.path}")).content, width=tile.width)
    evidence.proof, evidence.proven_index, evidence.log_size = answer.text, index, size
    evidence.proven = verifies(answer.content, leaf=leaf_hash(entries[index - tile.start]), key=key)


def verifies(proof: bytes, *, leaf: bytes, key: str) -> bool:
    """Tell whether a C2SP tlog-proof holds for an entry."""
    try:
        verify_proof(proof, leaf=leaf, keys=[parse_vkey(key)])
    except VerificationError:
        return False
    return True


def export_and_verify(database_url: str, tenant: str, out: Path) -> LogEvidence:
    """Export the log as a folder and verify every part of it, as a stranger would."""
    pool = engine(database_url, pool_size=1)
    with transaction(pool) as connection:
        head = audit_reader.export(connection, tenant, out)
    pool.dispose()
    key = (out / "log.pub").read_text().splitlines()[0]
    try:
        report = verify_log(source(str(out)), keys=[parse_vkey(key)])
    except VerificationError as wrong:
        return LogEvidence(size=head.size, report=str(wrong))
    told = f"{report.bundles} bundles, {report.tiles} tiles, {report.streams} streams"
    return LogEvidence(size=report.size, root=report.root, origin=report.origin, report=told, verified=True)


async def _entries(officer: httpx.AsyncClient, call_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        given = {"call": call_id, "limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
        page = (await _get(officer, "/v1/audit/entries", given)).json()
        found += page["entries"]
        cursor = page.get("cursor")
        if not cursor:
            return found


async def _get(client: httpx.AsyncClient, path: str, given: dict[str, str] | None = None) -> httpx.Response:
    answer = await client.get(path, params=given)
    answer.raise_for_status()
    return answer
