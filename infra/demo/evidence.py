"""What can be known of the demo's calls from outside: over HTTP, and from the exported log."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from governance.audit.errors import VerificationError
from governance.audit.note import parse_vkey
from governance.audit.verify import verify_log
from infra import audit_reader
from infra.audit_source import source
from infra.call_script import CallResult
from infra.database import engine, transaction
from infra.demo.desk import Taken
from infra.demo.proof import Proof, prove
from infra.demo.scenes import Scene

SETTLE_WITHIN_S = 20.0
LOOK_EVERY_S = 0.5
PAGE = 200


@dataclass(frozen=True, slots=True)
class CallEvidence:
    """One call as the caller's telephone, the read side and the audit log tell it."""

    scene: Scene
    result: CallResult
    detail: dict[str, Any]
    turns: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    proof: Proof
    taken: Taken | None = None


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """The exported log and what its verifier said."""

    size: int = 0
    root: str = ""
    origin: str = ""
    report: str = ""
    verified: bool = False


async def of_call(
    reader: httpx.AsyncClient, officer: httpx.AsyncClient, scene: Scene, *, result: CallResult, taken: Taken | None,
    tenant: str,
) -> CallEvidence:
    """Read a call once its end is in the audit log; raises TimeoutError when it does not get there."""
    async with asyncio.timeout(SETTLE_WITHIN_S):
        while True:
            if any(one["type"] == "call_ended" for one in await _entries(officer, scene.call_id)):
                break
            await asyncio.sleep(LOOK_EVERY_S)
    await asyncio.sleep(LOOK_EVERY_S)  # what follows the end: withdrawn handoffs, the last measurement
    path = f"/v1/calls/{scene.call_id}"
    detail = (await _get(reader, path)).json()
    turns = (await _get(reader, f"{path}/turns")).json()["turns"]
    lines = (await _get(reader, f"{path}/transcript")).json()["lines"]
    entries = await _entries(officer, scene.call_id)  # last, so that it has all that was told before
    return CallEvidence(
        scene=scene, result=result, detail=detail, turns=turns, lines=lines, entries=entries, taken=taken,
        proof=await prove(officer, entries, tenant=tenant),
    )


def export_and_verify(database_url: str, tenant: str, out: Path, *, older: Sequence[bytes]) -> LogEvidence:
    """Export the log as a folder and verify every part of it, as a stranger would who kept older checkpoints."""
    pool = engine(database_url, pool_size=1)
    try:
        with transaction(pool) as connection:
            head = audit_reader.export(connection, tenant, out)
    finally:
        pool.dispose()
    key = (out / audit_reader.KEY_FILE).read_text().split()[0]
    try:
        report = verify_log(source(str(out)), keys=[parse_vkey(key)], older=older)
    except VerificationError as wrong:
        return LogEvidence(size=head.size, report=str(wrong))
    told = (
        f"{report.size} entries, {report.bundles} bundles, {report.tiles} tiles, {report.streams} streams, "
        f"{report.older_checkpoints} older checkpoints"
    )
    return LogEvidence(size=report.size, root=report.root, origin=report.origin, report=told, verified=True)


async def _entries(officer: httpx.AsyncClient, call_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    given = {"call": call_id, "limit": str(PAGE)}
    while True:
        page = (await _get(officer, "/v1/audit/entries", given)).json()
        found += page["entries"]
        if not page.get("cursor"):
            return found
        given["cursor"] = page["cursor"]


async def _get(client: httpx.AsyncClient, path: str, given: dict[str, str] | None = None) -> httpx.Response:
    answer = await client.get(path, params=given)
    answer.raise_for_status()
    return answer
