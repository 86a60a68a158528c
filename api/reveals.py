"""Reveals: the original of one pseudonym for who may see it, with a reason, once that is in the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth import Approver, Revealer, RevealReader
from api.parts import HasParts, Parts
from governance.errors import InputError
from infra import idempotency, reveals
from infra.clock import now
from infra.idempotency import Asked
from infra.keys import KeyDestroyed
from infra.reveals import Reveal, RevealClosed, RevealNotYours, RevealUnknown
from infra.sealed_originals import open_original, seal_original
from infra.tenancy import tenant_transaction
from infra.tokens import Principal
from schemas.answers import RevealAnswer, RevealPage
from schemas.base import CallId, derived_id

router = APIRouter(prefix="/v1", tags=["reveals"])
ASKED, AGREED, OPENED, REFUSED = "reveal.requested", "reveal.approved", "reveal.opened", "reveal.refused"
MAX_LIMIT = 200
REASON = "reason of "  # the context a reason is sealed in; no pseudonym begins so
CallPath = Annotated[CallId, Path(description="id the channel gave the call")]
RevealPath = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-f-]+$")]
IdempotencyKey = Annotated[str | None, Header(description="sent again with the same key: the same reveal")]
WAITS: dict[int | str, dict[str, object]] = {
    202: {"model": RevealAnswer, "description": "a second person must agree; `Location` names the reveal"}
}


class RevealRequest(BaseModel):
    """Which pseudonym, and why its original must be seen."""

    model_config = ConfigDict(extra="forbid")
    pseudonym: str = Field(pattern=r"^<[A-Z][A-Z_]{0,60}_[0-9]{1,6}>$", examples=["<CREDIT_CARD_1>"])
    reason: str = Field(min_length=3, max_length=500, examples=["the payment is disputed; case 1182"])


@router.post(
    "/calls/{call_id}/reveals", operation_id="reveal", summary="Open the original of one pseudonym", responses=WAITS
)
def reveal(
    call_id: CallPath, body: RevealRequest, who: Revealer, parts: HasParts, response: Response,
    idempotency_key: IdempotencyKey = None,
) -> RevealAnswer:
    """Give the original once the look is in the audit log, or 202 where the policy wants a second person."""
    with _refusals(parts, who, call_id, body.pseudonym):
        asked = _ask(parts, who, call_id, body, idempotency_key)
        response.headers["Cache-Control"] = "no-store"
        if asked.state == "pending":
            parts.access.revealed(who, ASKED, call=call_id, facts=_facts(parts, asked), at=now())
            response.status_code = HTTPStatus.ACCEPTED
            response.headers["Location"] = f"/v1/reveals/{asked.reveal}"
            return _answer(parts, asked)
        return _opened(parts, who, asked)


@router.get("/reveals", operation_id="listReveals", summary="List reveals, newest first")
def list_reveals(
    who: Approver,
    parts: HasParts,
    response: Response,
    state: Annotated[Literal["pending", "approved"] | None, Query(description="of those that are still open")] = None,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> RevealPage:
    """Give one page with the reasons, never an original; the look is in the audit log before it leaves."""
    response.headers["Cache-Control"] = "no-store"
    with tenant_transaction(parts.pool, who.tenant) as connection:
        page, more = reveals.listing(connection, who.tenant, state=state, at=now(), cursor=cursor, limit=limit)
    answers = []
    for one in page:
        with suppress(KeyDestroyed):  # of a call that was forgotten meanwhile, its reason with it
            _check_key(parts, who, one)
            answers.append(_answer(parts, one))
    asked = {"state": state or "", "cursor": cursor or ""}
    parts.access.read(who, what="reveals", asked=asked, found=[one.reveal for one in answers], at=now())
    return RevealPage(reveals=tuple(answers), cursor=more)


@router.get("/reveals/{reveal_id}", operation_id="getReveal", summary="Read a reveal; the original for who asked")
def get_reveal(reveal_id: RevealPath, who: RevealReader, parts: HasParts, response: Response) -> RevealAnswer:
    """Give its state and reason; to who asked also the original, once it may be seen and until its time is over."""
    response.headers["Cache-Control"] = "no-store"
    with tenant_transaction(parts.pool, who.tenant) as connection:
        known = reveals.find(connection, who.tenant, reveal_id)
    _check_key(parts, who, known)
    mine = known.asked_by == who.subject
    if who.role == "agent" and not mine:
        raise RevealUnknown("there is no such reveal")
    if not mine or known.state == "pending" or known.expires_at <= now():
        return _answer(parts, known)
    with _refusals(parts, who, known.call_id, known.pseudonym):
        _check_role(parts, who, known.call_id)
        return _opened(parts, who, known)


@router.post(
    "/reveals/{reveal_id}/approve", operation_id="approveReveal", summary="Agree to a reveal as the second person"
)
def approve(reveal_id: RevealPath, who: Approver, parts: HasParts) -> RevealAnswer:
    """Agree; who asked then reads the original, who agreed does not."""
    with tenant_transaction(parts.pool, who.tenant) as connection:
        known = reveals.find(connection, who.tenant, reveal_id)
    with _refusals(parts, who, known.call_id, known.pseudonym):
        _check_key(parts, who, known)
        with tenant_transaction(parts.pool, who.tenant) as connection:
            agreed = reveals.approve(connection, who.tenant, reveal_id, by=who.subject, at=now())
        parts.access.revealed(who, AGREED, call=agreed.call_id, facts=_facts(parts, agreed), at=now())
        return _answer(parts, agreed)


@contextmanager
def _refusals(parts: Parts, who: Principal, call_id: str, pseudonym: str) -> Iterator[None]:
    try:
        yield
    except InputError as wrong:
        # The reason is not kept: the call's key, under which it would be forgotten, may be gone.
        facts = {"asked_of": call_id, "pseudonym": pseudonym, "why": type(wrong).__name__}
        parts.access.revealed(who, REFUSED, call=None, facts=facts, at=now())
        parts.metrics.refused()
        raise


def _ask(parts: Parts, who: Principal, call_id: str, body: RevealRequest, key: str | None) -> Reveal:
    tenant, at = who.tenant, now()
    _check_role(parts, who, call_id)
    with tenant_transaction(parts.pool, tenant) as connection:
        found = reveals.original(connection, tenant, call_id, body.pseudonym)
    _forget(parts, found.key_id)
    name = derived_id(f"{tenant}/{who.subject}/{call_id}/{body.pseudonym}/{at.isoformat()}", "reveal", 0)
    reason = seal_original(
        parts.keyring, tenant=tenant, call_id=call_id, pseudonym=REASON + name, entity=found.entity, value=body.reason
    )
    rules = parts.policies.current(tenant).live.reveal
    asked = Reveal(
        tenant=tenant, reveal=name, call_id=call_id, pseudonym=body.pseudonym, entity=found.entity,
        reason=reason.sealed, key_id=reason.key_id, asked_by=who.subject, asked_at=at,
        state="pending" if rules.needs_second(found.entity) else "approved",
        expires_at=at + timedelta(milliseconds=rules.within_ms),
    )
    digest = parts.keyring.digest(tenant=tenant, call_id=call_id, value=f"{body.pseudonym}/{body.reason}")
    with tenant_transaction(parts.pool, tenant) as connection:
        if key is None:
            reveals.add(connection, asked)
            return asked
        request = Asked(tenant=tenant, subject=who.subject, key=key, request=f"reveal/{call_id}/{digest}")
        first = idempotency.answered(connection, request, at=at)
        if first is not None:
            return reveals.find(connection, tenant, str(first["reveal"]))
        reveals.add(connection, asked)
        idempotency.remember(connection, request, {"reveal": name})  # never the original
    return asked


def _check_role(parts: Parts, who: Principal, call_id: str) -> None:
    with tenant_transaction(parts.pool, who.tenant) as connection:
        if not reveals.known_call(connection, who.tenant, call_id):
            raise RevealUnknown("there is no such call")
        if who.role == "agent" and not reveals.in_hands(connection, who.tenant, call_id, who.subject):
            raise RevealNotYours("an agent sees originals of a call that she has accepted, until she completes it")


def _check_key(parts: Parts, who: Principal, known: Reveal) -> None:
    _forget(parts, known.key_id)
    parts.keyring.ensure(tenant=who.tenant, call_id=known.call_id)


def _forget(parts: Parts, key_id: str) -> None:
    # A key that another process destroyed may still be held here: a reveal asks the database.
    parts.keyring.forget(key_id)


def _opened(parts: Parts, who: Principal, known: Reveal) -> RevealAnswer:
    _check_key(parts, who, known)
    if known.state != "approved" or known.expires_at <= now():
        raise RevealClosed("the time of this reveal is over: ask again")
    with tenant_transaction(parts.pool, who.tenant) as connection:
        found = reveals.original(connection, who.tenant, known.call_id, known.pseudonym)
    facts = _facts(parts, known)
    parts.access.revealed(who, OPENED, call=known.call_id, facts=facts, at=now())  # committed before it is opened
    value = open_original(
        parts.keyring, call_id=known.call_id, pseudonym=known.pseudonym, key_id=found.key_id, sealed=found.sealed
    )
    return _answer(parts, known).model_copy(update={"state": "opened", "value": value})


def _facts(parts: Parts, known: Reveal) -> dict[str, str | None]:
    policy = parts.policies.current(known.tenant).live
    return {
        "reveal": known.reveal, "pseudonym": known.pseudonym, "entity": known.entity, "asked_by": known.asked_by,
        "approved_by": known.approved_by, "reason": _reason(parts, known), "policy": policy.label,
    }


def _reason(parts: Parts, known: Reveal) -> str:
    return open_original(
        parts.keyring, call_id=known.call_id, pseudonym=REASON + known.reveal, key_id=known.key_id, sealed=known.reason
    )


def _answer(parts: Parts, known: Reveal) -> RevealAnswer:
    return RevealAnswer(
        reveal=known.reveal, call_id=known.call_id, pseudonym=known.pseudonym, entity=known.entity,
        state="expired" if known.expires_at <= now() else known.state, reason=_reason(parts, known),
        asked_by=known.asked_by, asked_at=known.asked_at, expires_at=known.expires_at, approved_by=known.approved_by,
        approved_at=known.approved_at,
    )
