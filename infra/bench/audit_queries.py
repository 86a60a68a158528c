"""First pages of searches over a large log: every filter, rare and frequent values, words of redacted texts.

Each is asked again and again, and once on a server that was just started with cold caches.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

from sqlalchemy import Engine, text

from infra import audit_warming
from infra.audit_search import search
from infra.bench.audit_figures import Page
from infra.bench.cold import first_ms
from infra.bench.figures import spread
from infra.database import transaction
from infra.tenancy import tenant_transaction
from schemas.audit import AuditFilter

REPEATS = 20
# A text for every fourth entry: "hello" in all, "parcel" in one of a hundred, "giraffe" in one of 50,000.
TEXTS = text(
    "INSERT INTO utterance SELECT tenant, event_id, call, idx, 'caller', 'final', 'u', 1, "
    "'hello i am [PERSON_1] and my number is [PHONE_NUMBER_1] order ' || idx % 9973 || "
    "CASE WHEN idx % 400 = 0 THEN ' about a parcel' ELSE '' END || "
    "CASE WHEN idx % 200000 = 0 THEN ' with a giraffe' ELSE '' END, '{}', occurred_at "
    "FROM audit_index WHERE tenant = :tenant AND type = 'utterance_redacted.v1'"
)
SOME = text(
    "SELECT * FROM audit_index WHERE tenant = :tenant AND idx IN (SELECT max(idx) / 2 FROM audit_index)"
)
BOUND = text("SET LOCAL statement_timeout = 0")


def searches(pool: Engine, tenant: str, tell: Callable[[str], None]) -> dict[str, AuditFilter]:
    """Write texts and statistics, and choose what is asked for."""
    tell("texts and statistics")
    with transaction(pool) as connection:
        connection.execute(BOUND)
        connection.execute(TEXTS, {"tenant": tenant})
    with transaction(pool) as connection:
        connection.execute(BOUND)
        for table in ("audit_index", "audit_leaf", "audit_words", "utterance"):
            connection.execute(text(f"ANALYZE {table}"))
        some = connection.execute(SOME, {"tenant": tenant}).one()
    return {
        "no filter": AuditFilter(),
        "call": AuditFilter(call=some.call),
        "actor (login)": AuditFilter(actor=some.actor_label),
        "actor (pseudonym)": AuditFilter(actor=some.actor),
        "subject": AuditFilter(subject=some.subject),
        "type": AuditFilter(type="verdict_reached.v1"),
        "rule": AuditFilter(rule="ai_disclosure"),
        "policy version, the newest": AuditFilter(policy=_newest_policy(pool, tenant)),
        "from the middle": AuditFilter(from_at=some.recorded_at),
        "a minute in the middle, a type": AuditFilter(
            from_at=some.recorded_at, to_at=some.recorded_at + timedelta(minutes=1), type="turn_completed.v1"
        ),
        "actor and rule": AuditFilter(actor=some.actor_label, rule="ai_disclosure"),
        "word in every text": AuditFilter(q="hello"),
        "word in one of a hundred": AuditFilter(q="parcel"),
        "word in one of 50,000": AuditFilter(q="giraffe"),
        "word in none": AuditFilter(q="zebra"),
        "word, actor, from the middle": AuditFilter(q="parcel", actor=some.actor_label, from_at=some.recorded_at),
        "part of a rule": AuditFilter(q="disclosure"),
    }


def pages(pool: Engine, tenant: str, asked: Mapping[str, AuditFilter], tell: Callable[[str], None]) -> tuple[Page, ...]:
    """Time the first page of 100 for each search, as the API asks: under row security, in the tenant's role."""
    found = []
    for name, wanted in asked.items():
        took: list[float] = []
        count = 0
        for _ in range(REPEATS):
            started = perf_counter()
            count = _first(pool, tenant, wanted)
            took.append(perf_counter() - started)
        found.append(Page(asked=name, found=count, times=spread(took)))
        tell(f"{name}: {count} found, p50 {found[-1].times.p50_ms} ms, max {found[-1].times.max_ms} ms")
    return tuple(found)


def cold(
    data: Path, tenant: str, asked: Mapping[str, AuditFilter], warm: Sequence[Page], tell: Callable[[str], None]
) -> tuple[Page, ...]:
    """Time each search on cold caches, and once the service has warmed them; its server must be stopped."""
    found = []
    for page in warm:
        work = partial(_first, tenant=tenant, wanted=asked[page.asked])
        took, warmed = first_ms(data, work), first_ms(data, work, before=audit_warming.warm)
        found.append(page.model_copy(update={"cold_ms": round(took, 1), "warmed_ms": round(warmed, 1)}))
        tell(f"{page.asked}: cold {took:.0f} ms, warmed {warmed:.0f} ms")
    return tuple(found)


def _first(pool: Engine, tenant: str, wanted: AuditFilter) -> int:
    with tenant_transaction(pool, tenant) as connection:
        return len(search(connection, tenant, wanted).entries)


def _newest_policy(pool: Engine, tenant: str) -> str:
    with transaction(pool) as connection:
        newest: str = connection.execute(
            text("SELECT max(policy) FROM audit_index WHERE tenant = :tenant"), {"tenant": tenant}
        ).scalar_one()
    return newest
