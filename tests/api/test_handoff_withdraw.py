"""A supervisor withdraws a handoff by hand: with a reason, before anybody has accepted it, in no emergency."""

import pytest

from infra.clock import now
from infra.database import transaction
from infra.outbox import unsent
from schemas.emergencies import EmergencyAlerted
from schemas.handoffs import HandoffWithdrawn
from tests.support import calls
from tests.support.api import Served
from tests.support.erasing import ALARM

pytestmark = pytest.mark.flow
PATH = "/v1/handoffs/h1/withdraw"
WHY = {"reason": "she is called back on +12025550123"}


def test_it_is_over_with_her_name_and_reason_and_one_event_however_often_it_is_sent(served: Served) -> None:
    served.tell(*calls.story())
    with served.client("agent", subject="ann") as agent:
        assert agent.post("/v1/handoffs/h1/claim").status_code == 200
        assert agent.post(PATH, json=WHY).status_code == 403
    with served.client("supervisor", subject="sue") as sue:
        headers = {"Idempotency-Key": "k1"}
        over = sue.post(PATH, json=WHY, headers=headers)
        assert (over.status_code, over.json()["state"]) == (200, "withdrawn")
        assert sue.post(PATH, json=WHY, headers=headers).json() == over.json()
        assert sue.post(PATH, json=WHY).status_code == 409
        assert sue.post("/v1/handoffs/none/withdraw", json=WHY).status_code == 404
        [queue] = sue.get("/v1/reports/queues").json()["queues"]
        assert (queue["abandoned"], queue["waiting"], queue["in_hands"]) == (0, 0, 0)
    with transaction(served.pool) as connection:
        event = [one for _, one in unsent(connection)][-1]
    assert isinstance(event.data, HandoffWithdrawn)
    assert event.data.agent == "sue"
    assert "2025550123" not in event.data.reason  # a number that staff typed is not kept
    served.tell(event)
    with served.client("agent", subject="ann") as agent:
        assert agent.get("/v1/handoffs/h1").json()["version"] == over.json()["version"]
        assert agent.post("/v1/handoffs/h1/accept").status_code == 409


def test_a_call_that_somebody_accepted_is_not_taken_from_her_so(served: Served) -> None:
    served.tell(*calls.story())
    with served.client("agent", subject="ann") as agent:
        for step in ("claim", "accept"):
            assert agent.post(f"/v1/handoffs/h1/{step}").status_code == 200
    with served.client("supervisor") as sue:
        assert sue.post(PATH, json=WHY).json()["type"] == "urn:callwarden:problem:handoff-taken"


def test_while_somebody_may_be_in_danger_nobody_withdraws_the_call_for_a_person(served: Served) -> None:
    assert isinstance(ALARM, EmergencyAlerted)
    served.tell(*calls.story(), calls.event(41, ALARM, at=now()))
    with served.client("supervisor") as sue:
        refused = sue.post(PATH, json=WHY)
        assert (refused.status_code, "acknowledge its emergency" in refused.json()["detail"]) == (409, True)
        assert sue.post("/v1/emergencies/call-1/acknowledge").status_code == 200
        assert sue.post(PATH, json=WHY).status_code == 200
        [queue] = sue.get("/v1/reports/queues").json()["queues"]
        assert (queue["abandoned"], queue["claimed"]) == (0, 0)  # nobody left
