"""Answers a repeated request with its first answer (Idempotency-Key, draft-ietf-httpapi-idempotency-key-header)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.dialects.postgresql import insert

from governance.errors import InputError
from infra.read_tables import IDEMPOTENCY

MAX_KEY = 200


class KeyReused(InputError):
    """The key was given before, with another request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request by what makes it the same: who asks, under which key, for what."""

    tenant: str
    subject: str
    key: str
    request: str


def answered(connection: Connection, asked: Asked, *, at: datetime) -> Mapping[str, object] | None:
    """Give the first answer, or None to whoever is first; a twin of a running request waits for it to end."""
    if not 1 <= len(asked.key) <= MAX_KEY or not asked.key.isprintable():
        raise InputError(f"Idempotency-Key must be 1 to {MAX_KEY} printable characters")
    values = {
        "tenant": asked.tenant, "subject": asked.subject, "key": _kept(asked.key), "request": asked.request,
        "created_at": at,
    }
    first = insert(IDEMPOTENCY).values(values).on_conflict_do_nothing().returning(IDEMPOTENCY.c.key)
    if connection.execute(first).one_or_none() is not None:
        return None
    row = connection.execute(select(IDEMPOTENCY.c.request, IDEMPOTENCY.c.answer).where(*_mine(asked))).one()
    if row.request != asked.request:
        raise KeyReused("this Idempotency-Key came with another request before")
    answer: Mapping[str, object] | None = row.answer
    return answer


def remember(connection: Connection, asked: Asked, answer: Mapping[str, object]) -> None:
    """Keep the answer, in the transaction that made it true."""
    connection.execute(IDEMPOTENCY.update().where(*_mine(asked)).values(answer=answer))


def _kept(key: str) -> str:
    # Whoever asks makes it up, of a caller's number perhaps: only its digest is kept.
    return sha256(key.encode()).hexdigest()


def _mine(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    table = IDEMPOTENCY.c
    return table.tenant == asked.tenant, table.subject == asked.subject, table.key == _kept(asked.key)
