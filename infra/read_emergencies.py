"""Writes the read model's row of a call's emergency: the climb of call.emergencies, and what endpoints answered."""

from sqlalchemy import Connection, case
from sqlalchemy.dialects.postgresql import insert

from infra.read_tables import EMERGENCY
from schemas.base import Event
from schemas.calls import DeadlineSet
from schemas.emergencies import (
    DispatchAcknowledged,
    DispatchDelivered,
    DispatchRequested,
    EmergencyAlerted,
    EmergencyAnswered,
    EmergencyStoodDown,
    LadderExhausted,
)

Step = (
    EmergencyAlerted | EmergencyAnswered | DispatchRequested | DispatchAcknowledged | LadderExhausted
    | EmergencyStoodDown | DispatchDelivered | DeadlineSet
)
PREFIX = "emergency."


def emergency(connection: Connection, event: Event, data: Step) -> None:
    """Fold one step; what somebody acknowledged stays so, whatever was on its way."""
    match data:
        case EmergencyAlerted():
            _alerted(connection, event, data)
        case EmergencyAnswered(answer=answer):
            _change(connection, event, {"answer": answer})
        case DispatchRequested():
            _change(connection, event, {
                "rung": data.rung, "attempt": data.attempt, "endpoint": data.endpoint, "delivered_at": None,
            })
        case DispatchDelivered(endpoint=endpoint):
            _change(connection, event, {"delivered_at": event.occurred_at}, endpoint=endpoint)
        case DispatchAcknowledged(by=by):
            _change(connection, event, {
                "state": "acknowledged", "acknowledged_by": by, "acknowledged_at": event.occurred_at, **NO_TIMER,
            }, unless=("acknowledged",))
        case LadderExhausted():
            _change(connection, event, {"state": "exhausted", **NO_TIMER}, unless=("acknowledged",))
        case EmergencyStoodDown():
            _change(connection, event, {"state": "stood_down", **NO_TIMER}, unless=("acknowledged",))
        case DeadlineSet(due_at=due_at, why=why) if why.startswith(PREFIX):
            waits = {"due_at": due_at, "waits_for": why.removeprefix(PREFIX)}
            _change(connection, event, waits, unless=("acknowledged",))
        case _:
            pass  # a timer of something else


NO_TIMER: dict[str, object] = {"due_at": None, "waits_for": None}


def _alerted(connection: Connection, event: Event, data: EmergencyAlerted) -> None:
    told = {
        "kinds": list(data.kinds), "rule": data.rule, "reason": data.reason, "queue": data.queue,
        "alerts": data.attempt, "drill": data.drill,
    }
    first = {
        **told, "tenant": event.tenant, "call_id": event.call_id, "emergency": data.emergency, "state": "open",
        "opened_at": event.occurred_at, "version": 1, "cause": event.id, "traceparent": event.traceparent,
    }
    # Danger is heard of again after the caller said that there was none: it is open again.
    state = case((EMERGENCY.c.state == "stood_down", "open"), else_=EMERGENCY.c.state)
    statement = insert(EMERGENCY).values(**first)
    connection.execute(statement.on_conflict_do_update(
        index_elements=["tenant", "call_id"],
        set_={**told, "state": state, "version": EMERGENCY.c.version + 1},
    ))


def _change(
    connection: Connection, event: Event, facts: dict[str, object], *, unless: tuple[str, ...] = (),
    endpoint: str | None = None,
) -> None:
    statement = EMERGENCY.update().where(
        EMERGENCY.c.tenant == event.tenant, EMERGENCY.c.call_id == event.call_id, EMERGENCY.c.state.not_in(unless)
    )
    if endpoint is not None:
        statement = statement.where(EMERGENCY.c.endpoint == endpoint)
    connection.execute(statement.values(**facts, version=EMERGENCY.c.version + 1))
