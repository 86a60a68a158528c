"""Reads recorded calls for a back-test: redacted words and verdicts from the read model, once the read is on record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, select

from governance.backtest import RecordedCall, Report, Tally, Verdict
from governance.policy import Heard
from infra.access_log import AccessLog
from infra.read_tables import CALL, UTTERANCE, VERDICT
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.policies import Policy
from schemas.verdicts import Evidence, VerdictReached

WHAT = "backtest"
BATCH = 200  # calls held at once
Watch = Callable[[Iterator[RecordedCall], int], Iterable[RecordedCall]]


def unwatched(calls: Iterator[RecordedCall], total: int) -> Iterable[RecordedCall]:
    """Nobody looks on."""
    del total
    return calls


def run(
    pool: Engine, access: AccessLog, who: Principal, policy: Policy, *, since: datetime | None, at: datetime,
    watch: Watch = unwatched,
) -> Report:
    """The decision diff of every call that has ended; `watch` sees each call pass, of so many."""
    tally = Tally(policy)
    call_ids = choose(pool, access, who, policy, since=since, at=at)
    for call in watch(read(pool, who.tenant, call_ids), len(call_ids)):
        tally.add(call)
    return tally.report()


def choose(
    pool: Engine, access: AccessLog, who: Principal, policy: Policy, *, since: datetime | None, at: datetime
) -> list[str]:
    """Ids of the calls that have ended, oldest first; who reads them, and for which policy, is committed first."""
    query = select(CALL.c.call_id).where(CALL.c.tenant == who.tenant, CALL.c.ended_at.is_not(None))
    if since is not None:
        query = query.where(CALL.c.started_at >= since)
    with tenant_transaction(pool, who.tenant) as connection:
        found = list(connection.execute(query.order_by(CALL.c.started_at, CALL.c.call_id)).scalars())
    asked = {"policy": policy.label, **({} if since is None else {"since": since.isoformat()})}
    access.read(who, what=WHAT, asked=asked, found=found, at=at)
    return found


def read(pool: Engine, tenant: str, call_ids: Sequence[str]) -> Iterator[RecordedCall]:
    """The calls in the order of their ids given, a batch at a time."""
    for start in range(0, len(call_ids), BATCH):
        batch = call_ids[start : start + BATCH]
        with tenant_transaction(pool, tenant) as connection:
            heard, verdicts = _heard(connection, tenant, batch), _verdicts(connection, tenant, batch)
        for call_id in batch:
            yield RecordedCall(
                call_id=call_id, heard=tuple(heard.get(call_id, ())), verdicts=tuple(verdicts.get(call_id, ()))
            )


def _heard(connection: Connection, tenant: str, batch: Sequence[str]) -> dict[str, list[Heard]]:
    query = select(UTTERANCE).where(UTTERANCE.c.tenant == tenant, UTTERANCE.c.call_id.in_(batch))
    found: dict[str, list[Heard]] = {}
    # The sequence is the place on call.governed, which keeps the order in which the policy room heard them.
    for row in connection.execute(query.order_by(UTTERANCE.c.call_id, UTTERANCE.c.sequence, UTTERANCE.c.occurred_at)):
        if _listened_to(row):
            found.setdefault(row.call_id, []).append(Heard.model_validate({
                "event_id": row.event_id, "participant": row.participant, "text": row.text,
                "final": row.stage != "interim", "turn": row.turn, "at": row.occurred_at,
                "confidence": row.facts.get("confidence"), "noticed": row.facts.get("noticed") or (),
            }))
    return found


def _listened_to(row: Row[tuple[object, ...]]) -> bool:
    """Tell whether the rules hear it: as `heard_in` of governance/verdicts.py does for events."""
    if row.text is None:
        return False
    if row.stage == "heard":
        return not row.facts.get("interrupted", False)
    return row.stage in ("final", "interim")


def _verdicts(connection: Connection, tenant: str, batch: Sequence[str]) -> dict[str, list[Verdict]]:
    mine = (VERDICT.c.tenant == tenant, VERDICT.c.call_id.in_(batch), VERDICT.c.type == VerdictReached.type)
    found: dict[str, list[Verdict]] = {}
    for row in connection.execute(select(VERDICT).where(*mine).order_by(VERDICT.c.call_id, VERDICT.c.occurred_at)):
        evidence = tuple(Evidence.model_validate(each) for each in row.because)
        found.setdefault(row.call_id, []).append(Verdict(rule=row.rule, reason=row.reason or "", evidence=evidence))
    return found
