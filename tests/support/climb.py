"""One call's ladder, told one event after the other, for tests of the climb."""

from datetime import UTC, datetime, timedelta
from typing import Any

from governance.ladder import LadderState, decide
from infra.policies import load
from schemas.base import Data, Event, derived_id
from schemas.calls import DeadlinePassed
from schemas.emergencies import DispatchDelivered, DispatchFailed, DispatchRequested, EmergencyAcknowledged
from schemas.ladder import LadderRules
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, EntitySealed, RedactedSpan, UtteranceRedacted
from schemas.verdicts import EmergencyDetected, Evidence

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHIPPED = load()
TWO = {
    "endpoints": {"county": {"accepts_drills": True, "release": ["location", "callback"]}, "guard": {}},
    "rungs": [{"endpoint": "county", "tries": 2}, {"endpoint": "guard", "tries": 1}],
}
EMERGENCY = derived_id("acme/c1", "emergency", 0)


def policy(**ladder: Any) -> Policy:
    rules = LadderRules.model_validate({**TWO, **ladder})
    return SHIPPED.model_copy(update={"emergency": SHIPPED.emergency.model_copy(update={"ladder": rules})})


class Call:
    """One call's ladder; each thing told is an event one second later."""

    def __init__(self, rules: Policy) -> None:
        self.rules = rules
        self.state = LadderState()
        self.number = 0
        self.all: list[Data] = []
        self.events: list[Event] = []

    def tell(self, data: Data) -> list[str]:
        self.number += 1
        event = Event(
            id=f"e{self.number}", source="/tests", call_id="c1", tenant="acme",
            occurred_at=START + timedelta(seconds=self.number), data=data,
        )
        return self.tell_event(event)

    def tell_event(self, event: Event) -> list[str]:
        self.events.append(event)
        self.state, said = decide(self.state, event, self.rules)
        self.state = LadderState.model_validate(self.state.model_dump(mode="json"))  # it lies in a table between events
        self.all += said
        return [one.type for one in said]

    def says(self, text: str, *, utterance: str | None = None, spans: tuple[RedactedSpan, ...] = ()) -> list[str]:
        return self.tell(UtteranceRedacted(
            participant="caller", utterance=utterance or f"u{self.number + 1}", text=text, spans=spans, detector="d"
        ))

    def is_asked(self) -> list[str]:
        return self.tell(AssistantRedacted(
            stage="heard", utterance="a1", turn=1, text="Is somebody in danger right now?", detector="d"
        ))

    def danger(self, kind: str = "medical", *, score: float = 0.95) -> list[str]:
        return self.tell(EmergencyDetected.model_validate({
            "kind": kind, "rule": f"emergency.{kind}", "score": score, "reason": "r", "policy_version": "p@1",
            "provisional": True, "because": [Evidence(event_id="e1", turn=1, start=0, end=3)],
        }))

    def time_passes(self) -> list[str]:
        return self.tell(DeadlinePassed(deadline=self.state.deadline, why="emergency.acknowledge"))

    def delivered(self) -> list[str]:
        dispatch = self.requests()[-1]
        return self.tell(DispatchDelivered(
            emergency=EMERGENCY, dispatch=dispatch.dispatch, endpoint=dispatch.endpoint, status=202, took_ms=3
        ))

    def failed(self, outcome: str = "failed") -> list[str]:
        dispatch = self.requests()[-1]
        return self.tell(DispatchFailed.model_validate({
            "emergency": EMERGENCY, "dispatch": dispatch.dispatch, "endpoint": dispatch.endpoint, "outcome": outcome
        }))

    def acknowledged(self) -> list[str]:
        return self.tell(EmergencyAcknowledged(emergency=EMERGENCY, agent="ann", role="agent"))

    def requests(self) -> list[DispatchRequested]:
        return [one for one in self.all if isinstance(one, DispatchRequested)]


ALERT, CALLED, TIMER, OVER = "emergency_alerted", "dispatch_requested", "deadline_set", "ladder_exhausted"
ANSWERED, DOWN, ACKNOWLEDGED = "emergency_answered", "emergency_stood_down", "dispatch_acknowledged"


def span(entity: str) -> RedactedSpan:
    return RedactedSpan(
        start=0, end=3, entity=entity, pseudonym=f"<{entity}_1>", score=0.9, recognizer="r", redacted_start=0,
        redacted_end=11,
    )


def say_where(call: Call, *, entity: str = "ADDRESS") -> list[str]:
    said = call.says(f"<{entity}_1>", spans=(span(entity),))
    sealed = EntitySealed(pseudonym=f"<{entity}_1>", entity=entity, key_id="k", sealed="c2VhbGVk")
    return said + call.tell(sealed)
