"""Measures the audit log on an embedded PostgreSQL of its own, beside plain inserts of the same rows."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from time import perf_counter, sleep
from typing import NamedTuple

from sqlalchemy import Engine, text

from governance.audit.leaf import write_leaf
from infra import audit_reader, embedded_database
from infra.audit_keys import Ed25519Signer, log_signer
from infra.audit_store import append
from infra.bench.audit_figures import AuditReport, Step
from infra.bench.audit_queries import cold, pages, searches
from infra.bench.figures import spread
from infra.bench.machine import this_machine
from infra.checkpoints import publish
from infra.clock import now
from infra.database import engine, migrate, transaction
from infra.rollback_guard import RollbackGuard
from schemas.audit import Commitment, Draft, Source
from schemas.base import derived_id

TENANT, ORIGIN = "bench", "callwarden.local/audit/bench"
BATCH, STEPS, PER_CALL = 256, 10, 40
PACED_PER_S, PACED_S, EVERY_S = 2000, 10, 0.5  # the publisher's own rhythm
TYPES = ("utterance_redacted.v1", "turn_completed.v1", "verdict_reached.v1", "redaction_amended.v1")
RULES = ("explicit_request", "emergency", "ai_disclosure", None)
TYPED = (
    "text", "bigint", "text", "bytea", "bytea", "text", "text", "text", "text", "text", "text", "text", "timestamptz",
    "timestamptz", "bytea",
)  # fmt: skip
PLAIN = """
CREATE TABLE {name} (
    tenant text, idx bigint, event_id text, leaf_hash bytea, entry bytea, type text, call text, actor text,
    actor_label text, subject text, rule text, policy text, occurred_at timestamptz, recorded_at timestamptz,
    ct bytea, PRIMARY KEY (tenant, idx)
)
"""
ONE = f"INSERT INTO plain_each VALUES ({', '.join(['%s'] * len(TYPED))})"  # noqa: S608 - our own names
ARRAYS = f"INSERT INTO plain_arrays SELECT * FROM unnest({', '.join(f'%b::{each}[]' for each in TYPED)})"  # noqa: S608 - as above
SIZES = text(
    "SELECT sum(pg_total_relation_size(c.oid)) FILTER (WHERE relname LIKE 'audit\\_%') AS log, "
    "sum(pg_total_relation_size(c.oid)) FILTER (WHERE relname = 'plain_each') AS plain "
    "FROM pg_class AS c WHERE relkind = 'r'"
)
MIB = 1 << 20


class Signing(NamedTuple):
    """What signs the bench's log."""

    signer: Ed25519Signer
    guard: RollbackGuard


def measure(entries: int, *, folder: Path, command: str, tell: Callable[[str], None]) -> AuditReport:
    """Grow one log to `entries`, then sign under a paced load, search, export and verify it."""
    database = embedded_database.start(folder / "data")
    machine = this_machine()
    try:
        migrate(database.url)
        pool = engine(database.url)
        with transaction(pool) as connection:
            for name in ("plain_each", "plain_arrays"):
                connection.execute(text(PLAIN.format(name=name)))
        signing = Signing(log_signer(folder, origin=ORIGIN), RollbackGuard(folder / "guard"))
        steps, acknowledged = _grow(pool, entries, tell)
        _sign(pool, signing)
        tell(f"{PACED_PER_S} entries/s for {PACED_S} s, signed every {EVERY_S} s")
        paced, signed = _paced(pool, entries, signing)
        asked = searches(pool, TENANT, tell)
        found = pages(pool, TENANT, asked, tell)
        verified, verify_s, said = _verify(pool, folder / "log", tell)
        pool.dispose()
        database.stop()
        found = cold(folder / "data", TENANT, asked, found, tell)
    finally:
        database.stop()
    return AuditReport(
        command=command, date=now().date().isoformat(), machine=machine, batch=BATCH, steps=tuple(steps),
        acknowledged=spread(acknowledged), paced_per_s=PACED_PER_S, paced_acknowledged=spread(paced),
        acknowledged_to_signed=spread(signed), verified=verified, verify_s=verify_s, verify_said=said, pages=found,
    )


def drafts(first: int, count: int) -> list[Draft]:
    """Make drafts as the recorder does: pseudonyms, a commitment, a place in the stream, sealed bytes."""
    return [_draft(number) for number in range(first, first + count)]


def _draft(number: int) -> Draft:
    call, digest = number // PER_CALL, sha256(str(number).encode()).hexdigest()
    return Draft(
        tenant=TENANT, stream=sha256(f"s{call}".encode()).hexdigest()[:32], event_id=derived_id(digest, "bench", 0),
        type=TYPES[number % 4], occurred_at=now(), actor=sha256(f"a{call % 50}".encode()).hexdigest()[:32],
        subject=sha256(f"c{call % 5000}".encode()).hexdigest()[:32], cause=derived_id(digest, "cause", 0),
        policy_version=f"house@{1 + number // 200_000}",
        payload=Commitment(alg="A256GCM", kid=digest[:16], ct_sha256=digest, pt_hmac=digest[::-1], size=300),
        src=Source(cluster="callwarden", topic_id="bench", partition=0, offset=number), call=f"call-{call}",
        rule=RULES[number % 4] if number % 4 == 2 or number % 97 == 0 else None,
        actor_label=f"agent-{call % 50}", ct=bytes.fromhex(digest) * 10,
    )


def _grow(pool: Engine, entries: int, tell: Callable[[str], None]) -> tuple[list[Step], list[float]]:
    steps: list[Step] = []
    acknowledged: list[float] = []
    each = max(entries // STEPS // BATCH, 1) * BATCH
    for first in range(0, each * STEPS, each):
        ours = one_by_one = arrays = 0.0
        for start in range(first, first + each, BATCH):
            batch = drafts(start, BATCH)
            rows = _rows(batch, start)
            took = _append(pool, batch)
            acknowledged.append(took)
            ours += took
            one_by_one += _plain(pool, ONE, rows)
            arrays += _plain(pool, ARRAYS, tuple(map(list, zip(*rows, strict=True))))
        with transaction(pool) as connection:
            size = connection.execute(SIZES).one()
        steps.append(Step(
            size=first + each, log_per_s=round(each / ours), plain_per_s=round(each / one_by_one),
            plain_arrays_per_s=round(each / arrays), log_mib=round(size.log / MIB, 1),
            plain_mib=round(size.plain / MIB, 1),
        ))  # fmt: skip
        tell(f"{steps[-1].size} entries: {steps[-1].log_per_s}/s, plain insert {steps[-1].plain_per_s}/s")
    return steps, acknowledged


def _append(pool: Engine, batch: Sequence[Draft]) -> float:
    started = perf_counter()
    with transaction(pool) as connection:
        append(connection, TENANT, batch, now())
    return perf_counter() - started


def _rows(batch: Sequence[Draft], first: int) -> list[tuple[object, ...]]:
    """Write the same columns with the same bytes, so that the plain insert is spared all but the writing."""
    at = now()
    rows: list[tuple[object, ...]] = []
    for number, each in enumerate(batch, start=first):
        entry = write_leaf(each, seq=number, prev=b"\x01" * 32, recorded_at="2026-03-01T12:00:00.000000Z")
        rows.append((
            TENANT, number, each.event_id, sha256(entry).digest(), entry, each.type, each.call, each.actor,
            each.actor_label, each.subject, each.rule, each.policy_version, each.occurred_at, at, each.ct,
        ))  # fmt: skip
    return rows


def _plain(pool: Engine, statement: str, rows: Sequence[tuple[object, ...]] | tuple[list[object], ...]) -> float:
    started = perf_counter()
    with transaction(pool) as connection:
        connection.exec_driver_sql(statement, rows)
    return perf_counter() - started


def _paced(pool: Engine, first: int, signing: Signing) -> tuple[list[float], list[float]]:
    """Append at a steady rate while every half second a checkpoint is signed; tells the waits for each."""
    took: list[float] = []
    waiting: list[float] = []
    signed: list[float] = []
    count, small = 0, PACED_PER_S // 40
    began = last = perf_counter()
    while count < PACED_PER_S * PACED_S or waiting:
        if perf_counter() >= last + EVERY_S:  # first: an append that is late must not keep the publisher waiting
            covered = len(waiting)
            _sign(pool, signing)
            last = perf_counter()
            signed += [last - at for at in waiting[:covered]]
            del waiting[:covered]
        elif count < PACED_PER_S * PACED_S and perf_counter() >= began + count / PACED_PER_S:
            took.append(_append(pool, drafts(first + count, small)))
            waiting.append(perf_counter())
            count += small
        else:
            sleep(0.001)
    return took, signed


def _sign(pool: Engine, signing: Signing) -> None:
    with transaction(pool) as connection:
        publish(
            connection, tenant=TENANT, origin=ORIGIN, signers=[signing.signer], guard=signing.guard, signed_at=now()
        )


def _verify(pool: Engine, out: Path, tell: Callable[[str], None]) -> tuple[int, float, str]:
    with transaction(pool) as connection:
        size = audit_reader.export(connection, TENANT, out).size
    tell(f"callwarden audit verify, {size} entries")
    command = [sys.executable, "-m", "infra.cli", "audit", "verify", "--log", str(out), "--key", f"@{out / 'log.pub'}"]
    started = perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=3600)
    return size, round(perf_counter() - started, 1), done.stdout.strip()
