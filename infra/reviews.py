"""Labels that people give to what they read of a call: each is checked, written and left as an event at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from governance.errors import InputError
from infra import outbox, review_draws
from infra.read_reviews import REVIEW, reviewed
from infra.read_tables import CALL, UTTERANCE, VERDICT
from schemas.base import Event, derived_id
from schemas.reviews import CallReviewed, Place, Review, ReviewPage, ReviewRequest

SOURCE = "/callwarden/reviews"
TEXTS = ("final", "heard")  # what was really said, as a call's story shows it
ALARMS = ("verdict_reached", "emergency_detected", "handoff_requested")
WHOLE = "call"  # the subject of `complete`


class ReviewUnknown(InputError):
    """This tenant has no such call, or the call has nothing of that id."""


def give(
    connection: Connection, tenant: str, call_id: str, said: ReviewRequest, *, agent: str, at: datetime
) -> Review:
    """Keep a label in the caller's transaction, with its event in the outbox; said again, it is the same one.

    Raises ReviewUnknown, or InputError for what does not fit the thing.
    """
    call = _call(connection, tenant, call_id)
    subject, facts = _facts(connection, call, said)
    data = CallReviewed(
        agent=agent, label=said.label, subject=subject, about=said.about, kind=said.kind, places=said.places,
        policy_version=call.policy_version, began_at=call.started_at, sample=said.sample, **facts,
    )
    before = _standing(connection, tenant, call_id, agent=agent, subject=subject)
    if before is None and said.label == "retracted":
        raise ReviewUnknown("there is no label of yours to take back")
    if before is not None and _same(before, data):
        return _review(before)
    event = Event(
        id=derived_id(f"{tenant}/{call_id}/{agent}/{subject}/{at.isoformat()}", "review", 0), source=SOURCE,
        call_id=call_id, tenant=tenant, occurred_at=at, cause=said.about, data=data,
    )
    if reviewed(connection, event, data):
        outbox.add(connection, event)
    row = _standing(connection, tenant, call_id, agent=agent, subject=subject)
    if row is None:
        raise ReviewUnknown("there is no such call")
    return _review(row)


def of_call(connection: Connection, tenant: str, call_id: str) -> ReviewPage:
    """Give what stands about a call, oldest first; raises ReviewUnknown."""
    _call(connection, tenant, call_id)
    table = REVIEW.c
    query = select(REVIEW).where(table.tenant == tenant, table.call_id == call_id, table.label != "retracted")
    rows = connection.execute(query.order_by(table.given_at, table.event_id))
    return ReviewPage(call_id=call_id, reviews=tuple(_review(row) for row in rows))


def _facts(
    connection: Connection, call: Row[tuple[object, ...]], said: ReviewRequest
) -> tuple[str, dict[str, Any]]:
    """Give what a label is about, and what the record knows of that."""
    if said.label == "complete":
        return WHOLE, _whole(connection, call, said.sample)
    if said.about is None:
        return (WHOLE if said.kind is None else f"missed/{said.kind}"), {}
    alarm = None if said.label in ("leak", "clean") else _alarm(connection, call, said.about)
    if alarm is not None:
        return f"alarm/{alarm}"[:200], {"rule": alarm}
    text = None if said.label in ("right", "false_alarm") else _text(connection, call, said.about)
    if text is None:
        raise ReviewUnknown("about: the call has no text, or no alarm, of this id that the label fits")
    if any(one.start + one.length > len(text) for one in said.places):
        raise InputError("places: the text ends before that")
    return f"text/{said.about}"[:200], {}


def _whole(connection: Connection, call: Row[tuple[object, ...]], sample: str | None) -> dict[str, Any]:
    if call.state != "ended":
        raise InputError("label: the call still goes on, so that nobody has read the whole of it")
    if sample is not None and not review_draws.drew(connection, call.tenant, sample, call_id=call.call_id):
        raise InputError("sample: this draw does not name the call")
    texts = select(func.count()).where(*_texts(call))
    alarms = select(func.count(VERDICT.c.rule.distinct())).where(*_alarms(call))
    return {
        "texts": connection.execute(texts).scalar_one(), "alarms": connection.execute(alarms).scalar_one(),
    }


def _text(connection: Connection, call: Row[tuple[object, ...]], about: str) -> str | None:
    query = select(UTTERANCE.c.text).where(*_texts(call), UTTERANCE.c.event_id == about)
    return connection.execute(query).scalar_one_or_none()


def _alarm(connection: Connection, call: Row[tuple[object, ...]], about: str) -> str | None:
    query = select(VERDICT.c.rule).where(*_alarms(call), VERDICT.c.event_id == about)
    return connection.execute(query).scalar_one_or_none()


def _texts(call: Row[tuple[object, ...]]) -> tuple[ColumnElement[bool], ...]:
    table = UTTERANCE.c
    mine = and_(table.tenant == call.tenant, table.call_id == call.call_id)
    return mine, table.stage.in_(TEXTS), table.text.is_not(None), table.text != ""


def _alarms(call: Row[tuple[object, ...]]) -> tuple[ColumnElement[bool], ...]:
    table = VERDICT.c
    mine = and_(table.tenant == call.tenant, table.call_id == call.call_id)
    # That the assistant said what it is was heard; it alarms nobody.
    return mine, table.type.in_(ALARMS), table.rule.not_like("disclosure.%")


def _call(connection: Connection, tenant: str, call_id: str) -> Row[tuple[object, ...]]:
    row = connection.execute(select(CALL).where(CALL.c.tenant == tenant, CALL.c.call_id == call_id)).one_or_none()
    if row is None:
        raise ReviewUnknown("there is no such call")
    return row


def _standing(
    connection: Connection, tenant: str, call_id: str, *, agent: str, subject: str
) -> Row[tuple[object, ...]] | None:
    table = REVIEW.c
    query = select(REVIEW).where(
        table.tenant == tenant, table.call_id == call_id, table.agent == agent, table.subject == subject
    )
    return connection.execute(query).one_or_none()


def _same(row: Row[tuple[object, ...]], data: CallReviewed) -> bool:
    known: Mapping[str, Any] = row._asdict()
    said = data.model_dump(mode="json", include={"label", "about", "kind", "places", "sample", "texts", "alarms"})
    return all(known[name] == value for name, value in said.items())


def _review(row: Row[tuple[object, ...]]) -> Review:
    return Review(
        agent=row.agent, label=row.label, about=row.about, kind=row.kind,
        places=tuple(Place.model_validate(one) for one in row.places), rule=row.rule, sample=row.sample,
        texts=row.texts, alarms=row.alarms, event_id=row.event_id, given_at=row.given_at,
    )
