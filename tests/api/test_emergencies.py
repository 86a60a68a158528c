"""Emergencies over HTTP: what is open, at which rung; one acknowledges, and no other tenant sees any of it."""

from datetime import timedelta

import httpx
import pytest

from infra.database import transaction
from infra.outbox import unsent
from infra.tokens import Role
from schemas.base import Data, Event
from schemas.calls import DeadlineSet
from schemas.emergencies import (
    DispatchAcknowledged,
    DispatchDelivered,
    DispatchRequested,
    EmergencyAcknowledged,
    EmergencyAlerted,
    EmergencyAnswered,
    EmergencyStoodDown,
    LadderExhausted,
)
from tests.support.api import Served
from tests.support.calls import START, event

pytestmark = pytest.mark.flow
DUE = START + timedelta(seconds=20)


def alerted(attempt: int = 1) -> EmergencyAlerted:
    return EmergencyAlerted(
        emergency="em1", kinds=("medical",), rule="emergency.medical", reason="r", policy_version="p@1",
        queue="emergency", attempt=attempt,
    )


def dispatched() -> DispatchRequested:
    return DispatchRequested(
        emergency="em1", dispatch="d1", message="d1", kinds=("medical",), rule="emergency.medical", reason="r",
        policy_version="p@1", rung=1, attempt=1, endpoint="county", acknowledge_by=DUE,
    )


def timer() -> DeadlineSet:
    return DeadlineSet(deadline="t1", why="emergency.acknowledge", about="em1", due_at=DUE)


def climb(*more: Data, call_id: str = "call-1") -> list[Event]:
    return [event(n, one, call_id=call_id) for n, one in enumerate((alerted(), dispatched(), timer(), *more), start=1)]


def shown(client: httpx.Client, **query: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/v1/emergencies", params=query).json()["emergencies"]
    return found


def test_what_is_open_shows_its_rung_and_its_timer(served: Served) -> None:
    delivered = DispatchDelivered(emergency="em1", dispatch="d1", endpoint="county", status=202, took_ms=3)
    served.tell(*climb(delivered))
    with served.client("supervisor") as supervisor:
        (one,) = shown(supervisor)
    assert (one["call_id"], one["state"], one["rung"], one["attempt"]) == ("call-1", "open", 1, 1)
    assert (one["endpoint"], one["waits_for"], one["alerts"]) == ("county", "acknowledge", 1)
    assert one["due_at"] == DUE.isoformat().replace("+00:00", "Z")
    assert one["delivered_at"] is not None


@pytest.mark.parametrize("role", ["channel", "agent", "supervisor", "admin"])
def test_one_acknowledges_and_the_event_goes_to_the_front_door_once(served: Served, role: Role) -> None:
    served.tell(*climb())
    with served.client(role, subject="ann") as ann, served.client("agent", subject="bob") as bob:
        first = ann.post("/v1/emergencies/call-1/acknowledge")
        taken = first.json()
        assert (first.status_code, taken["state"], taken["acknowledged_by"]) == (200, "acknowledged", "ann")
        assert ann.post("/v1/emergencies/call-1/acknowledge").json() == first.json()
        second = bob.post("/v1/emergencies/call-1/acknowledge")
        assert (second.status_code, second.json()["type"]) == (409, "urn:callwarden:problem:emergency-taken")
        assert shown(bob) == []
        assert len(shown(bob, state="acknowledged")) == 1
    with transaction(served.pool) as connection:
        sent = [one.data for _, one in unsent(connection)]
    assert sent == [EmergencyAcknowledged(emergency="em1", agent="ann", role=role)]


def test_the_climb_that_was_on_its_way_does_not_undo_an_acknowledgement(served: Served) -> None:
    served.tell(*climb())
    with served.client("agent", subject="ann") as ann:
        ann.post("/v1/emergencies/call-1/acknowledge")
        served.tell(
            event(11, LadderExhausted(emergency="em1", rungs=1, policy_version="p@1")), event(12, alerted(2)),
            event(13, timer()), event(14, DispatchAcknowledged(emergency="em1", by="ann", rung=1, attempt=1)),
        )
        (one,) = shown(ann, state="acknowledged")
    assert (one["acknowledged_by"], one["due_at"], one["alerts"]) == ("ann", None, 2)


def test_a_request_sent_again_with_its_key_has_the_same_answer(served: Served) -> None:
    served.tell(*climb(), *climb(call_id="call-2"))
    headers = {"Idempotency-Key": "k1"}
    with served.client("agent") as agent:
        first = agent.post("/v1/emergencies/call-1/acknowledge", headers=headers)
        assert agent.post("/v1/emergencies/call-1/acknowledge", headers=headers).json() == first.json()
        reused = agent.post("/v1/emergencies/call-2/acknowledge", headers=headers)
    assert (reused.status_code, reused.json()["type"]) == (422, "urn:callwarden:problem:idempotency-key-reused")


def test_what_nobody_took_may_still_be_acknowledged_and_what_was_denied_not_until_danger_is_heard_of_again(
    served: Served,
) -> None:
    over = LadderExhausted(emergency="em1", rungs=1, policy_version="p@1")
    down = EmergencyStoodDown(emergency="em1", because="e9", kinds=("medical",), tell=("county",))
    denied = EmergencyAnswered(emergency="em1", answer="denied", because="e9")
    served.tell(*climb(over), *climb(denied, down, call_id="call-2"))
    with served.client("agent") as agent:
        assert [one["state"] for one in shown(agent)] == ["exhausted"]
        assert agent.post("/v1/emergencies/call-1/acknowledge").status_code == 200
        assert agent.post("/v1/emergencies/call-2/acknowledge").status_code == 409
        served.tell(event(20, alerted(2), call_id="call-2"))
        assert agent.post("/v1/emergencies/call-2/acknowledge").status_code == 200


def test_pages_follow_each_other(served: Served) -> None:
    for number in range(5):
        served.tell(*climb(call_id=f"call-{number}"))
    seen: list[object] = []
    with served.client("agent") as agent:
        query = {"limit": "2"}
        while True:
            page = agent.get("/v1/emergencies", params=query).json()
            seen += [one["call_id"] for one in page["emergencies"]]
            if page["cursor"] is None:
                break
            query["cursor"] = page["cursor"]
        assert agent.get("/v1/emergencies", params={"cursor": "x"}).status_code == 422
    assert seen == [f"call-{number}" for number in range(5)]


def test_other_tenants_and_other_roles_see_and_take_nothing(served: Served) -> None:
    served.tell(*climb())
    with served.client("agent", tenant="other") as other:
        assert shown(other) == []
        missing = other.post("/v1/emergencies/call-1/acknowledge")
        assert (missing.status_code, missing.json()["type"]) == (404, "urn:callwarden:problem:not-found")
    with served.client("channel") as channel:
        assert channel.get("/v1/emergencies").status_code == 403
        assert channel.post("/v1/emergencies/no-such/acknowledge").status_code == 404
    with served.client("dpo") as dpo:
        assert dpo.post("/v1/emergencies/call-1/acknowledge").status_code == 403
    with served.client(None) as nobody:
        assert nobody.get("/v1/emergencies").status_code == 401
