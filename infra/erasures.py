"""Requests for erasure and their certificates: what was asked, what is gone, what still waits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, text, tuple_

from governance.errors import InputError
from infra import cursors, retention_entries, retention_lock
from infra.keys import Keyring
from infra.retention_tables import ERASURE, RECEIPT
from schemas.base import derived_id
from schemas.retention import CallRuling, Certificate, CertificatePage, Receipt, Target

State = Literal["waiting", "completed"]
MAX_LIMIT = 100
NEWEST = text(
    "SELECT erasure FROM erasure WHERE tenant = :tenant AND subject IS NOT DISTINCT FROM :subject "
    "AND call_id IS NOT DISTINCT FROM :call ORDER BY completed_at IS NULL DESC, requested_at DESC LIMIT 1"
)
# Calls that began after the request are not meant by it: they are new data, of which the caller has not spoken.
TO_DO = text(
    "SELECT e.erasure, c.call_id FROM erasure AS e JOIN call AS c ON c.tenant = e.tenant "
    "AND (c.call_id = e.call_id OR (c.caller_pseudonym = e.subject AND c.started_at <= e.requested_at)) "
    "WHERE e.tenant = :tenant AND e.erasure = ANY(:erasures) ORDER BY c.started_at, c.call_id"
)
# The second half: a call of the subject arrived after the request was completed.
STANDING = text(
    "SELECT tenant, erasure FROM erasure WHERE completed_at IS NULL UNION "
    "SELECT e.tenant, e.erasure FROM erasure AS e JOIN call AS c ON c.tenant = e.tenant "
    "AND (c.caller_pseudonym = e.subject AND c.started_at <= e.requested_at OR c.call_id = e.call_id) "
    "ORDER BY tenant, erasure"
)
LEFT = text(
    "SELECT EXISTS (SELECT FROM call WHERE tenant = :tenant AND (call_id = :call OR caller_pseudonym = :subject))"
)
KNOWN = text(
    "SELECT EXISTS (SELECT FROM call WHERE tenant = :tenant AND (call_id = :call OR caller_pseudonym = :subject)) "
    "OR EXISTS (SELECT FROM subject_key WHERE tenant = :tenant AND call = :call AND call <> '') "
    "OR EXISTS (SELECT FROM erasure WHERE tenant = :tenant AND (subject = :subject OR call_id = :call))"
)


class SubjectUnknown(InputError):
    """This tenant has no call of this subject, or no such call."""


class ErasureUnknown(InputError):
    """This tenant has no such erasure."""


def request(
    connection: Connection, keyring: Keyring, target: Target, *, tenant: str, reason: str, by: str, at: datetime
) -> str:
    """Write down and record that an erasure is asked for; one that is open, or left nothing to erase, is that one.

    Raises SubjectUnknown.
    """
    retention_lock.take(connection, tenant)
    wanted = {"tenant": tenant, "subject": target.subject, "call": target.call}
    if not connection.execute(KNOWN, wanted).scalar_one():
        raise SubjectUnknown("there is no such call, or no call of this subject")
    before: str | None = connection.execute(NEWEST, wanted).scalar()
    if before is not None:
        row = _row(connection, tenant, before)
        if row.completed_at is None or not _new_calls(connection, tenant, target):
            return before
    name = derived_id(f"{tenant}/{target.subject}/{target.call}/{at.isoformat()}", "erasure", 0)
    connection.execute(ERASURE.insert().values(
        tenant=tenant, erasure=name, subject=target.subject, call_id=target.call, requested_by=by, requested_at=at
    ))
    facts = {"erasure": name, "subject": target.subject, "call": target.call, "reason": reason}
    retention_entries.record(
        connection, keyring, retention_entries.REQUESTED, tenant=tenant, by=by, about=name, facts=facts, at=at,
        subject=target.subject, call=target.call,
    )
    return name


def to_do(connection: Connection, tenant: str, erasure: str) -> list[str]:
    """Give the calls that are not wholly gone yet."""
    calls = to_do_each(connection, tenant, [erasure])
    if erasure not in calls:
        raise ErasureUnknown("there is no such erasure")
    return calls[erasure]


def to_do_each(connection: Connection, tenant: str, names: Sequence[str]) -> dict[str, list[str]]:
    """Give the calls of each of these erasures that are not wholly gone yet."""
    rows = _rows(connection, tenant, names)
    calls: dict[str, list[str]] = {row.erasure: [] for row in rows}
    for found in connection.execute(TO_DO, {"tenant": tenant, "erasures": list(names)}):
        calls[found.erasure].append(found.call_id)
    for row in rows:
        if row.call_id is not None and row.completed_at is None and row.call_id not in calls[row.erasure]:
            calls[row.erasure].append(row.call_id)  # known by its key only: nothing of it has been recorded yet
    return calls


def standing(connection: Connection) -> list[tuple[str, str]]:
    """Give the erasures of all tenants that have something to do."""
    return [(row.tenant, row.erasure) for row in connection.execute(STANDING)]


def complete(connection: Connection, keyring: Keyring, *, tenant: str, erasure: str, by: str, at: datetime) -> bool:
    """Record the certificate, once; the caller has seen that nothing is left, under the tenant's lock."""
    row = _row(connection, tenant, erasure)
    if row.completed_at is not None:
        return False
    mine = (ERASURE.c.tenant == tenant, ERASURE.c.erasure == erasure)
    connection.execute(ERASURE.update().where(*mine).values(completed_at=at))
    facts = certificate(connection, tenant, erasure).model_dump(mode="json", exclude={"entry", "index", "waiting"})
    retention_entries.record(
        connection, keyring, retention_entries.ERASED, tenant=tenant, by=by, about=erasure, facts=facts, at=at,
        subject=row.subject, call=row.call_id,
    )
    return True


def certificate(
    connection: Connection, tenant: str, erasure: str, *, waiting: tuple[CallRuling, ...] = ()
) -> Certificate:
    """Give the certificate as it stands; raises ErasureUnknown."""
    (made,) = _certificates(connection, tenant, [_row(connection, tenant, erasure)])
    return made.model_copy(update={"waiting": waiting})


def listing(
    connection: Connection, tenant: str, *, state: State | None = None, cursor: str | None = None, limit: int = 50
) -> CertificatePage:
    """Give one page of erasures, newest first."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be between 1 and {MAX_LIMIT}")
    query = select(ERASURE).where(ERASURE.c.tenant == tenant)
    if state is not None:
        done = ERASURE.c.completed_at
        query = query.where(done.is_(None) if state == "waiting" else done.is_not(None))
    if cursor is not None:
        query = query.where(tuple_(ERASURE.c.requested_at, ERASURE.c.erasure) < cursors.read_place(cursor))
    order = (ERASURE.c.requested_at.desc(), ERASURE.c.erasure.desc())
    rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return CertificatePage(
        erasures=tuple(_certificates(connection, tenant, rows[:limit])),
        cursor=cursors.write((last.requested_at.isoformat(), last.erasure)) if last is not None else None,
    )


def _certificates(connection: Connection, tenant: str, rows: Sequence[Row[Any]]) -> list[Certificate]:
    """Give the certificates of these, with as many questions as for one."""
    names = [row.erasure for row in rows]
    gone: dict[str, list[Receipt]] = {name: [] for name in names}
    receipts = select(RECEIPT).where(RECEIPT.c.tenant == tenant, RECEIPT.c.erasure.in_(names))
    for found in connection.execute(receipts.order_by(RECEIPT.c.call_id, RECEIPT.c.data_class)):
        gone[found.erasure].append(receipt(found))
    entries = {
        name: derived_id(f"{tenant}/{retention_entries.ERASED}/{name}", retention_entries.ROOM, 0) for name in names
    }
    places = retention_entries.places(connection, tenant, list(entries.values()))
    made = []
    for row in rows:
        index = places.get(entries[row.erasure])
        made.append(Certificate(
            erasure=row.erasure, tenant=tenant, subject=row.subject, call=row.call_id,
            state="waiting" if row.completed_at is None else "completed", requested_by=row.requested_by,
            requested_at=row.requested_at, completed_at=row.completed_at, erased=tuple(gone[row.erasure]),
            entry=entries[row.erasure] if index is not None else None, index=index,
        ))
    return made


def receipt(row: Row[Any]) -> Receipt:
    """Give a receipt's row as its shape."""
    return Receipt(
        call_id=row.call_id, data_class=row.data_class, outcome=row.outcome, because=row.because, key_id=row.key_id,
        deleted=row.deleted, swept_at=row.swept_at,
    )


def _new_calls(connection: Connection, tenant: str, target: Target) -> bool:
    wanted = {"tenant": tenant, "subject": target.subject, "call": target.call}
    return bool(connection.execute(LEFT, wanted).scalar_one())


def _row(connection: Connection, tenant: str, erasure: str) -> Row[Any]:
    rows = _rows(connection, tenant, [erasure])
    if not rows:
        raise ErasureUnknown("there is no such erasure")
    return rows[0]


def _rows(connection: Connection, tenant: str, names: Sequence[str]) -> Sequence[Row[Any]]:
    mine = (ERASURE.c.tenant == tenant, ERASURE.c.erasure.in_(names))
    return connection.execute(select(ERASURE).where(*mine)).all()
