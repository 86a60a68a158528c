"""Writes the read model's rows of disclosures and consent, one for each statement and round; events in any order."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func
from sqlalchemy.dialects.postgresql import insert

from governance.shown import STATUS
from infra.disclosure_tables import CONSENT, DISCLOSURE
from schemas.base import Event
from schemas.disclosures import (
    ConsentRequired,
    DisclosureHeard,
    DisclosureInterrupted,
    DisclosureRequired,
    DisclosureSaid,
    OfConsent,
    OfDisclosure,
)
from schemas.verdicts import DisclosureMissed

KEY = ["tenant", "call_id", "kind", "round"]


def disclosure(connection: Connection, event: Event, data: OfDisclosure | DisclosureMissed) -> None:
    """Move a statement on; what was heard stays heard, and what was missed says why."""
    facts: dict[str, Any]
    match data:
        case DisclosureRequired():
            facts = {
                "occasion": data.occasion, "due_at": data.due_at, "language": data.language,
                "jurisdiction": data.jurisdiction, "required_at": event.occurred_at,
            }
            _write(connection, event, data, {**facts, "state": "required"}, changes=facts)
        case DisclosureSaid():
            _step(connection, event, data, {"state": "said"}, after=("required",))
        case DisclosureInterrupted():
            facts = {"state": "interrupted", "at_word": data.at_word, "words": data.words}
            _step(connection, event, data, facts, after=("required", "said", "interrupted"))
        case DisclosureMissed():
            facts = {"state": "missed", "reason": data.reason or "never_said", "at_word": data.at_word}
            facts = {name: value for name, value in facts.items() if value is not None}
            _step(connection, event, data, facts, after=("required", "said", "interrupted"))
        case DisclosureHeard():
            facts = {
                "state": "late" if data.late_ms else "heard", "heard_at": event.occurred_at, "how": data.how,
                "late_ms": data.late_ms,
            }
            _write(connection, event, data, facts, changes=facts)
        case _:
            return


def consent(connection: Connection, event: Event, data: OfConsent) -> None:
    """Move the consent of a call on; the stair's word counts over the door's."""
    if isinstance(data, ConsentRequired):
        facts = {
            "mode": data.mode, "on_refusal": data.on_refusal, "jurisdiction": data.jurisdiction,
            "policy_version": data.policy_version,
        }
        begin(connection, tenant=event.tenant, call_id=event.call_id, facts=facts)
        return
    status = STATUS[type(data)]
    moved: dict[str, Any] = {"state": status, "changed_at": func.now(), "swept_at": None}
    if status in ("given", "assumed"):
        moved |= {"since": event.occurred_at, "until": None}
    elif status in ("refused", "withdrawn"):
        moved["until"] = event.occurred_at
    mine = (CONSENT.c.tenant == event.tenant, CONSENT.c.call_id == event.call_id)
    connection.execute(CONSENT.update().where(*mine).values(moved))


def begin(connection: Connection, *, tenant: str, call_id: str, facts: dict[str, Any]) -> None:
    """Make the row of a call; of one that is there only what the policy says is changed."""
    values = {"tenant": tenant, "call_id": call_id, "state": "due", **facts}
    statement = insert(CONSENT).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["tenant", "call_id"], set_=facts))


def _step(
    connection: Connection, event: Event, data: OfDisclosure | DisclosureMissed, facts: dict[str, Any], *,
    after: tuple[str, ...],
) -> None:
    _write(connection, event, data, facts, changes=facts, where=DISCLOSURE.c.state.in_(after))


def _write(
    connection: Connection, event: Event, data: OfDisclosure | DisclosureMissed, facts: dict[str, Any], *,
    changes: dict[str, Any], where: ColumnElement[bool] | None = None,
) -> None:
    values = {
        "tenant": event.tenant, "call_id": event.call_id, "kind": data.disclosure, "round": data.round,
        "required_at": event.occurred_at, "rule": data.rule, "policy_version": data.policy_version, **facts,
    }
    statement = insert(DISCLOSURE).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=KEY, set_=changes, where=where))
