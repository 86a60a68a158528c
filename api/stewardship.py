"""What the doors of erasures, holds and subject exports share: whom a request means, and that one key is one thing."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Header, Path
from pydantic import Field
from sqlalchemy import Connection

from api.parts import Parts
from infra import idempotency
from infra.clock import now
from infra.forgetting import Forgetter
from infra.house_entries import ACCESS
from infra.idempotency import Asked
from infra.subjects import target_of
from infra.tokens import Principal
from schemas.retention import Target, Whom

IdempotencyKey = Annotated[str | None, Header(description="sent again with the same key: the same answer")]
IdPath = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-f-]+$")]


class StewardRequest(Whom):
    """Whose data, and why."""

    reason: str = Field(min_length=3, max_length=500, examples=["request of the caller, case 1182"])


def target(parts: Parts, who: Principal, whom: Whom) -> Target:
    """Name whom a request means without clear text, and see that what staff does can be sealed."""
    parts.keyring.ensure(tenant=who.tenant, call_id=ACCESS)
    return target_of(parts.keyring, who.tenant, whom)


def forgetter(parts: Parts) -> Forgetter:
    """Give what erases."""
    return Forgetter(pool=parts.pool, keyring=parts.keyring, policies=parts.policies)


def once(
    connection: Connection, parts: Parts, who: Principal, key: str | None, *, what: str, body: StewardRequest,
    make: Callable[[], str],
) -> str:
    """Give the id that `make` makes, or the one it made for the same key before; raises KeyReused."""
    if key is None:
        return make()
    # A digest under a key: the body may hold a number of a caller.
    said = parts.keyring.digest(tenant=who.tenant, call_id=ACCESS, value=body.model_dump_json())
    asked = Asked(tenant=who.tenant, subject=who.subject, key=key, request=f"{what}/{said}")
    first = idempotency.answered(connection, asked, at=now())
    if first is not None:
        return str(first["id"])
    made = make()
    idempotency.remember(connection, asked, {"id": made})
    return made
