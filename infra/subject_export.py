"""Gathers everything about one person from one snapshot; staff and other persons in it are pseudonyms."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine, select

from governance.errors import InputError
from infra import audit_search, calls_reader, handoff_desk, recordings, retention_entries
from infra.database import transaction
from infra.erasures import SubjectUnknown, receipt
from infra.house_entries import ACCESS
from infra.keys import Keyring
from infra.read_tables import SEALED_ENTITY
from infra.retention_tables import RECEIPT
from infra.sealed_originals import open_original
from infra.subjects import MOST_CALLS, calls_of
from infra.tenancy import tenant_transaction
from schemas.answers import HandoffSummary, SpokenLine
from schemas.audit import AuditEntry, AuditFilter
from schemas.policies import RevealRules
from schemas.retention import Receipt, RetentionRules, Target
from schemas.subject_export import ExportedCall, ExportedOriginal, ExportedSound, SubjectExport

# A name that the caller says may be another person's: it stays the pseudonym it is in the words.
OTHERS = frozenset({"PERSON"})
COMPONENT = "/"  # labels of our own parts begin so; every other one is a person's login or a channel's name
Mask = Callable[[str], str]
H = TypeVar("H", bound=HandoffSummary)


@dataclass(frozen=True, slots=True)
class Exporter:
    """What an export works with; `reveal` says which originals need a second person, and are left out."""

    pool: Engine
    keyring: Keyring
    retention: RetentionRules
    reveal: RevealRules

    def export(
        self, target: Target, *, tenant: str, reason: str, by: str, at: datetime, originals: bool = True
    ) -> SubjectExport:
        """Give the document once it is in the audit log who took it; raises SubjectUnknown."""
        self.keyring.ensure(tenant=tenant, call_id=ACCESS)
        snapshot = self.pool.execution_options(isolation_level="REPEATABLE READ")
        with tenant_transaction(snapshot, tenant) as connection:
            document = self._gather(connection, target, tenant, at)
        names = [one.call.call_id for one in document.calls]
        with transaction(self.pool) as connection:
            retention_entries.record(
                connection, self.keyring, retention_entries.EXPORTED, tenant=tenant, by=by,
                about=f"{target.subject}/{target.call}/{by}/{at.isoformat()}", at=at, subject=target.subject,
                call=target.call, facts={
                    "subject": target.subject, "call": target.call, "reason": reason, "calls": names,
                    "originals": originals,
                },
            )
        if not originals:
            return document
        return document.model_copy(update={"calls": tuple(self._with_originals(one, tenant) for one in document.calls)})

    def _gather(self, connection: Connection, target: Target, tenant: str, at: datetime) -> SubjectExport:
        names = calls_of(connection, tenant, target)
        if len(names) > MOST_CALLS:
            raise InputError(f"more than {MOST_CALLS} calls: export them one by one, by `call`")
        if not names:
            raise SubjectUnknown("there is no such call, or no call of this subject")

        def mask(login: str) -> str:
            return self.keyring.pseudonym(tenant=tenant, kind="person", value=login)

        wanted = [AuditFilter(call=name) for name in names]
        wanted += [] if target.subject is None else [AuditFilter(subject=target.subject)]
        told = {entry.index: entry for one in wanted for entry in _entries(connection, tenant, one)}
        return SubjectExport(
            tenant=tenant, subject=target.subject, call=target.call, generated_at=at, retention=self.retention,
            calls=tuple(_call(connection, tenant, name, mask) for name in names),
            entries=tuple(_masked(told[index], mask) for index in sorted(told)),
            swept=tuple(_swept(connection, tenant, names)),
        )

    def _with_originals(self, one: ExportedCall, tenant: str) -> ExportedCall:
        said = " ".join(_own_words(one.lines))
        table = SEALED_ENTITY.c
        query = select(table.pseudonym, table.entity, table.key_id, table.sealed).where(
            table.tenant == tenant, table.call_id == one.call.call_id
        )
        with tenant_transaction(self.pool, tenant) as connection:
            rows = connection.execute(query.order_by(table.pseudonym)).all()
        found = []
        for row in rows:
            if row.pseudonym not in said:
                continue  # somebody else's words
            given = ExportedOriginal(pseudonym=row.pseudonym, entity=row.entity)
            if row.entity in OTHERS:
                found.append(given.model_copy(update={"withheld": "it may name another person"}))
            elif self.reveal.needs_second(row.entity):
                found.append(given.model_copy(update={"withheld": "the policy wants a second person: reveal it"}))
            else:
                self.keyring.forget(row.key_id)  # destroyed elsewhere, it may still be held here
                value = open_original(
                    self.keyring, call_id=one.call.call_id, pseudonym=row.pseudonym, key_id=row.key_id,
                    sealed=row.sealed,
                )
                found.append(given.model_copy(update={"value": value}))
        return one.model_copy(update={"originals": tuple(found)})


def _call(connection: Connection, tenant: str, call_id: str, mask: Mask) -> ExportedCall:
    detail = calls_reader.call(connection, tenant, call_id)
    words = calls_reader.transcript(connection, tenant, call_id)
    turns = calls_reader.turns(connection, tenant, call_id)
    if detail is None or words is None or turns is None:
        raise SubjectUnknown("there is no such call")  # not within one snapshot
    handoffs = [handoff_desk.packet(connection, tenant, one.handoff) for one in detail.handoffs]
    sound = recordings.pieces(connection, tenant, call_id)
    return ExportedCall(
        call=detail.model_copy(update={"handoffs": tuple(_taken(one, mask) for one in detail.handoffs)}),
        lines=words.lines, turns=turns.turns, handoffs=tuple(_taken(one, mask) for one in handoffs),
        recording=tuple(
            ExportedSound(direction=one.direction, start_ms=one.start_ms, end_ms=one.end_ms, sha256=one.sha256)
            for one in sound
        ),
    )


def _taken(one: H, mask: Mask) -> H:
    return one if one.claimed_by is None else one.model_copy(update={"claimed_by": mask(one.claimed_by)})


def _masked(one: AuditEntry, mask: Mask) -> AuditEntry:
    label = one.actor_label
    if label is None or label.startswith(COMPONENT):
        return one
    return one.model_copy(update={"actor_label": mask(label)})


def _own_words(lines: Iterable[SpokenLine]) -> Iterator[str]:
    for line in lines:
        if line.participant == "caller" and line.text is not None:
            yield line.text


def _entries(connection: Connection, tenant: str, wanted: AuditFilter) -> Iterator[AuditEntry]:
    cursor: str | None = None
    while True:
        page = audit_search.search(connection, tenant, wanted, cursor=cursor, limit=audit_search.MAX_LIMIT)
        yield from page.entries
        cursor = page.cursor
        if cursor is None:
            return


def _swept(connection: Connection, tenant: str, calls: list[str]) -> Iterator[Receipt]:
    query = select(RECEIPT).where(RECEIPT.c.tenant == tenant, RECEIPT.c.call_id.in_(calls))
    for row in connection.execute(query.order_by(RECEIPT.c.call_id, RECEIPT.c.data_class)):
        yield receipt(row)
