"""Fills a database with the calls of a centre, so that pages and routes are measured over as many as it will have."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Engine, text

from governance.audit.merkle import Frontier
from infra.bench import centre_rows
from infra.bench.sentences import SENTENCES
from infra.clock import now
from infra.database import transaction
from infra.tenancy import declare
from schemas.handoffs import CitedSentence, HandoffPacket, HandoffReason, TranscriptLine
from schemas.verdicts import Evidence

OVER = timedelta(days=30)
LIVE, WAITING, TURNS, ENTRIES = 40, 40, 2, 6
SMALL = 5000  # below it the indexes stay while the rows are written
STEPS = (
    "CALLS", "TURNS", "UTTERANCES", "VERDICTS", "HANDOFFS", "DISCLOSURES", "EMERGENCIES", "PROCESSORS", "DELIVERIES",
    "AUDIT", "LEAVES", "WORDS",
)
HEAD = text("INSERT INTO audit_head VALUES (:tenant, :size, :frontier, :at)")
BOUND = text(
    "SELECT set_config('statement_timeout', '0', true), set_config('maintenance_work_mem', '256MB', true), "
    "set_config('callwarden.migration', 'on', true)"  # without which the audit log's tables refuse any DDL
)
# Made again once the rows are there: one row after the other takes longer.
INDEXES = text("""
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table AND schemaname = current_schema()
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
""")
LARGE = {"UTTERANCES": "utterance", "AUDIT": "audit_index", "WORDS": "audit_words"}


def fill(pool: Engine, tenant: str, calls: int, tell: Callable[[str], None]) -> int:
    """Write that many calls of the last thirty days; gives how many rows that were."""
    at, rows = now(), 0
    asked = {
        "tenant": tenant, "calls": calls, "live": min(LIVE, calls // 4), "waiting": min(WAITING, calls // 50), "at": at,
        "apart": OVER / calls, "turns": TURNS, "sentences": list(SENTENCES), "many": len(SENTENCES),
        "packet": _packet(tenant).model_dump_json(),
    }
    for step in STEPS:
        statement = text(getattr(centre_rows, step))
        wanted = {name: asked[name] for name in statement.compile().params}
        with transaction(pool) as connection:
            connection.execute(BOUND)
            declare(connection, tenant)
            indexes = connection.execute(INDEXES, {"table": LARGE.get(step, "")}).all() if calls > SMALL else ()
            for index in indexes:
                connection.execute(text(f"DROP INDEX {index.indexname}"))
            rows += connection.execute(statement, wanted).rowcount
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # no index is made while rows wait for it
            for index in indexes:
                connection.execute(text(index.indexdef))
        tell(f"{calls} calls of {tenant}: {step.lower()}, {rows} rows")
    with transaction(pool) as connection:
        declare(connection, tenant)
        size = calls * ENTRIES
        connection.execute(HEAD, {"tenant": tenant, "size": size, "frontier": _frontier(size), "at": at})
    return rows


def settle(pool: Engine) -> None:
    """Do what autovacuum does within minutes: statistics, and which pages everybody may see."""
    with pool.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM (ANALYZE)"))
        connection.execute(text("CHECKPOINT"))
        connection.invalidate()  # the session's own timeout is not put back otherwise


def _frontier(size: int) -> bytes:
    """Give the subtrees of a log of that size, so that it can be appended to; nothing below them can be proven."""
    levels = [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]
    return Frontier([(level, sha256(bytes((level,))).digest()) for level in levels]).to_bytes()


def _packet(tenant: str) -> HandoffPacket:
    at = now()
    lines = tuple(
        TranscriptLine(
            event_id=f"line-{number}", participant="assistant" if number % 2 else "caller", turn=number // 2 + 1,
            text=words, occurred_at=at,
        )
        for number, words in enumerate(SENTENCES[:12])
    )
    return HandoffPacket(
        handoff="h", call_id="call", tenant=tenant, queue="orders", priority=2, language="en", channel="phone",
        caller_pseudonym="caller-1",
        reason=HandoffReason(
            rule="escalation.explicit_request", text="The caller asked for a person.", policy_version="house@1",
            because=(Evidence(event_id="line-0", turn=1, start=0, end=5),),
        ),
        summary=(CitedSentence(text=SENTENCES[0], turns=(1,)),), transcript=lines, pseudonyms=("<LOCATION_1>",),
        disclosure_heard=True, trace_id="0" * 32, audit_position=f"{tenant}/call/1", requested_at=at,
    )
