"""Compares what was accepted with what the audit log and the read model hold: nothing lost, doubled or reordered."""

import asyncio
from collections import Counter
from pathlib import Path

from sqlalchemy import Engine, text

from governance.audit.leaf import parse_leaf
from governance.audit.note import parse_vkey
from governance.audit.verify import VerificationReport, verify_log
from infra import audit_reader
from infra.database import transaction
from schemas.turns import UtteranceFinalized
from tests.support.upstream import Upstream

LOOK_EVERY_S = 0.25
WRONG = ("ingest.gap", "ingest.unreadable", "dedup.conflict")
HEAD = text("SELECT coalesce(max(size), 0) FROM audit_head WHERE tenant = :tenant")
ENTRIES = text("""
SELECT said.event_id, said.call, leaf.entry
FROM audit_index AS said JOIN audit_leaf AS leaf USING (tenant, idx)
WHERE said.tenant = :tenant ORDER BY idx
""")
NOTES = text("SELECT note FROM audit_checkpoint WHERE tenant = :tenant ORDER BY size")
ODD = text("SELECT type, count(*) FROM audit_index WHERE type = ANY(:wrong) GROUP BY type")
UTTERANCES = text("SELECT call_id, utterance FROM utterance WHERE tenant = :tenant AND stage IN ('final', 'withheld')")


def size(pool: Engine, tenant: str) -> int:
    """Tell how many entries the log has."""
    with transaction(pool) as connection:
        found: int = connection.execute(HEAD, {"tenant": tenant}).scalar_one()
    return found


async def until_grown(pool: Engine, tenant: str, *, by: int = 1, within_s: float) -> int:
    """Wait until the log has grown; gives its size."""
    before = await asyncio.to_thread(size, pool, tenant)
    async with asyncio.timeout(within_s):
        while (now := await asyncio.to_thread(size, pool, tenant)) < before + by:
            await asyncio.sleep(LOOK_EVERY_S)
    return now


async def until_recorded(pool: Engine, tenant: str, upstream: Upstream, *, within_s: float) -> None:
    """Wait until every accepted event has an entry; says how many have none."""
    wanted = {sent.foot for call in upstream.accepted.values() for sent in call}
    missing = wanted
    try:
        async with asyncio.timeout(within_s):
            while missing := wanted - set(await asyncio.to_thread(_ids, pool, tenant)):
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        raise AssertionError(f"{len(missing)} of {len(wanted)} accepted events are not in the log") from None


def compare(pool: Engine, tenant: str, upstream: Upstream) -> None:
    """Find every accepted event exactly once and in the order of its call; nothing else came in."""
    with transaction(pool) as connection:
        rows = connection.execute(ENTRIES, {"tenant": tenant}).all()
        odd = connection.execute(ODD, {"wrong": list(WRONG)}).all()
        heard = Counter((row.call_id, row.utterance) for row in connection.execute(UTTERANCES, {"tenant": tenant}))
    assert not odd
    ids = [row.event_id for row in rows]
    doubled = [one for one, times in Counter(ids).items() if times > 1]
    assert not doubled
    leaves = {row.event_id: parse_leaf(row.entry) for row in rows}
    place = {one: index for index, one in enumerate(ids)}
    for call_id, call in upstream.accepted.items():
        order = [place[sent.foot] for sent in call]
        assert order == sorted(order), f"{call_id} is out of order"
        assert {rows[index].call for index in order} == {call_id}
        changed = [sent for sent in call if sent.foot != sent.id]
        assert all(leaves[sent.foot].cause == sent.id for sent in changed)
    known = {sent.foot for call in upstream.accepted.values() for sent in call}
    strangers = [leaf.type for leaf in leaves.values() if leaf.cause is None and leaf.event_id not in known]
    assert set(strangers) <= {"deadline_passed"}
    spoken = Counter(
        (call_id, sent.data.utterance)
        for call_id, call in upstream.accepted.items() for sent in call if isinstance(sent.data, UtteranceFinalized)
    )
    assert heard == spoken


async def verify(pool: Engine, tenant: str, folder: Path, *, within_s: float = 90) -> VerificationReport:
    """Verify the exported log against every checkpoint that was ever signed; waits until one covers it all."""
    whole = await asyncio.to_thread(size, pool, tenant)
    async with asyncio.timeout(within_s):
        while await asyncio.to_thread(_signed, pool, tenant, folder) < whole:
            await asyncio.sleep(LOOK_EVERY_S)
    with transaction(pool) as connection:
        notes = [bytes(note) for note in connection.execute(NOTES, {"tenant": tenant}).scalars()]
        keys = [parse_vkey(line) for line in (audit_reader.key(connection, tenant) or "").split()]

    def read(path: str) -> bytes | None:
        return (folder / path).read_bytes() if (folder / path).is_file() else None

    return await asyncio.to_thread(verify_log, read, keys=keys, older=notes[:-1])


def _signed(pool: Engine, tenant: str, folder: Path) -> int:
    with transaction(pool) as connection:
        return audit_reader.export(connection, tenant, folder).size


def _ids(pool: Engine, tenant: str) -> list[str]:
    with transaction(pool) as connection:
        return list(connection.execute(ENTRIES, {"tenant": tenant}).scalars())
