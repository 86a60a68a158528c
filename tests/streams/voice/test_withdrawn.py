"""Who was told that a person comes, and then nobody does, is told so, and the assistant goes on with her."""

import pytest

from infra.clock import now
from schemas.base import Event, derived_id
from schemas.handoffs import HandoffWithdrawn
from schemas.turns import AssistantGenerated, AssistantHeard
from schemas.verdicts import Evidence, HandoffRequested
from tests.support.voices import LINES, Voices, call, until

pytestmark = pytest.mark.flow
ASKED = HandoffRequested(
    handoff="h1", rule="r", reason="asked", policy_version="p", queue="general", priority=5,
    because=(Evidence(event_id="e", turn=1, start=0, end=1),),
)
LEFT, BY_HAND = (HandoffWithdrawn(handoff="h1", reason="why", agent=who) for who in (None, "sue"))


async def test_a_caller_whose_handoff_a_supervisor_withdrew_hears_so_once_and_may_ask_again(
    local_models: str
) -> None:
    async with call(Voices(local_models)) as (phone, door):
        await until(door, AssistantHeard)
        assert phone.host is not None
        for number, data in enumerate((ASKED, LEFT, BY_HAND, BY_HAND, ASKED)):
            await phone.host.control(Event(
                id=derived_id("w", "desk", number), source="/desk", call_id=phone.call_id, tenant="default",
                occurred_at=now(), data=data,
            ))
        await until(door, AssistantGenerated, 4)
        said = [one.text for one in door.of(AssistantGenerated)]
        assert said[1:] == [LINES.connecting, LINES.alone, LINES.connecting]
