"""Reads which calls went without a heard disclosure, and why; a table of states, without a word that was said."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, literal_column, select, text, tuple_, union_all

from governance.errors import InputError
from infra import cursors
from infra.audit_rows import cell
from infra.disclosure_tables import DISCLOSURE
from schemas.base import Frozen
from schemas.disclosure_answers import DisclosureCount, DisclosureReport, UnheardDisclosure, UnheardReason

MAX_LIMIT, DEFAULT_LIMIT = 1000, 100
WHAT = "report.disclosures"
T = DISCLOSURE.c
HEARD, UNHEARD = text("disclosure.state = 'heard'"), text("disclosure.state <> 'heard'")  # as their indexes say it
COLUMNS = tuple(UnheardDisclosure.model_fields)


class Asked(Frozen):
    """Which statements: those that became due from then to then, of one kind or all."""

    from_at: datetime | None = None
    to_at: datetime | None = None
    kind: str | None = None

    def said(self) -> dict[str, str]:
        """Give it as the audit log has it."""
        return {name: str(value) for name, value in self.model_dump(mode="json", exclude_none=True).items()}


def report(
    connection: Connection, tenant: str, asked: Asked, *, at: datetime, cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> DisclosureReport:
    """Give one page; what is not yet due at `at` is pending and not on the list."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be between 1 and {MAX_LIMIT}")
    mine = [T.tenant == tenant]
    mine += [] if asked.from_at is None else [T.required_at >= asked.from_at]
    mine += [] if asked.to_at is None else [T.required_at < asked.to_at]
    mine += [] if asked.kind is None else [T.kind == asked.kind]
    reason = _reason(at)
    # The state says again what the reason says, so that the index of what was not heard is used.
    query = select(DISCLOSURE, reason.label("found")).where(*mine, UNHEARD, reason.not_in(("heard", "pending")))
    if cursor is not None:
        query = query.where(tuple_(T.required_at, T.call_id, T.kind, T.round) < _place(cursor))
    order = (T.required_at.desc(), T.call_id.desc(), T.kind.desc(), T.round.desc())
    rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    more = None
    if last is not None:
        more = cursors.write((last.required_at.isoformat(), last.call_id, last.kind, last.round))
    return DisclosureReport(
        counts=_counts(connection, mine, reason), unheard=tuple(_unheard(row) for row in rows[:limit]), cursor=more,
    )


def names(page: DisclosureReport) -> list[str]:
    """Name what was found, for the entry of the look."""
    return [f"{one.call_id}/{one.disclosure}/{one.round}" for one in page.unheard]


def as_csv(unheard: Sequence[UnheardDisclosure]) -> str:
    """Write a header and one row for each (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in unheard:
        row = one.model_dump(mode="json")
        writer.writerow([cell(row[name]) for name in COLUMNS])
    return text.getvalue()


def _reason(at: datetime) -> ColumnElement[str]:
    """What a row counts as: heard, pending, or the reason why not."""
    return case(
        (T.state == "heard", "heard"), (T.state == "late", "late"),
        ((T.state != "missed") & (T.due_at > at), "pending"),
        (T.at_word.is_not(None), "interrupted"), (T.state == "said", "not_reported"),
        (T.reason == "not_reported", "not_reported"), else_="never_said",
    )


def _counts(
    connection: Connection, mine: Sequence[ColumnElement[bool]], reason: ColumnElement[str]
) -> tuple[DisclosureCount, ...]:
    found = select(T.kind.label("kind"), reason.label("found")).where(*mine, UNHEARD).subquery()
    others = select(found.c.kind, found.c.found, func.count()).group_by(found.c.kind, found.c.found)
    # Nearly all were heard: they are counted in their index, and no row is read.
    heard = select(T.kind, literal_column("'heard'"), func.count()).where(*mine, HEARD).group_by(T.kind)
    query = union_all(others, heard)
    kinds: dict[str, dict[str, int]] = {}
    for kind, what, count in connection.execute(query):
        kinds.setdefault(kind, {})[what] = count
    return tuple(
        DisclosureCount(
            disclosure=kind, required=sum(each.values()), heard=each.get("heard", 0), late=each.get("late", 0),
            interrupted=each.get("interrupted", 0), never_said=each.get("never_said", 0),
            not_reported=each.get("not_reported", 0), pending=each.get("pending", 0),
        )
        for kind, each in sorted(kinds.items())
    )


def _unheard(row: Row[Any]) -> UnheardDisclosure:
    reason: UnheardReason = row.found
    return UnheardDisclosure(
        call_id=row.call_id, disclosure=row.kind, round=row.round, occasion=row.occasion, reason=reason,
        explained=_explained(row), at_word=row.at_word, words=row.words, late_ms=row.late_ms, state=row.state,
        language=row.language, jurisdiction=row.jurisdiction, required_at=row.required_at, due_at=row.due_at,
        heard_at=row.heard_at, how=row.how, policy_version=row.policy_version,
    )


def _explained(row: Row[Any]) -> str:
    match row.found:
        case "late":
            return f"heard {row.late_ms} ms after it was due"
        case "interrupted":
            return f"interrupted at word {row.at_word}" + (f" of {row.words}" if row.words is not None else "")
        case "not_reported":
            return "it became speech, and nobody reported that it was played"
        case _:
            return "never said"


def _place(cursor: str) -> tuple[datetime, str, str, int]:
    at, call_id, kind, number = cursors.read(cursor, fields=4)
    try:
        return datetime.fromisoformat(at), call_id, kind, int(number)
    except ValueError:
        raise InputError("the cursor is not one this list gave out") from None
