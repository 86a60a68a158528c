"""Whoever takes a running call up knows what was said, where the record ends, and who has the call."""


import pytest
from sqlalchemy import Engine

from infra.call_memory import CallMemory, remember
from infra.database import transaction
from infra.read_model import apply
from schemas.base import Data
from schemas.handoffs import HandoffAccepted
from tests.support import calls
from tests.support.calls import TENANT

pytestmark = pytest.mark.contract


def fold(pool: Engine, *facts: Data) -> CallMemory:
    with transaction(pool) as connection:
        for number, data in enumerate(facts, start=1):
            apply(connection, calls.event(number, data))
    return remember(pool, tenant=TENANT, call_id="call-1")


def test_what_was_really_said_is_remembered_up_to_the_last_words_on_record(pool: Engine) -> None:
    memory = fold(
        pool, calls.admitted(), calls.utterance("it is <CARD_1> thanks"),
        calls.spoken("generated", "Thank you. Anything else?"), calls.spoken("heard", "Thank you.", interrupted=True),
    )
    assert memory.lines == (("caller", "it is <CARD_1> thanks"), ("assistant", "Thank you."))
    assert (memory.heard_ms, memory.started_at) == (900, calls.event(1, calls.admitted()).occurred_at)
    assert not memory.unanswered
    assert not memory.connecting


def test_who_spoke_last_and_who_has_the_call_are_known(pool: Engine) -> None:
    asked = (calls.admitted(), calls.utterance("a person please"), calls.requested(), calls.packaged(), calls.offered())
    memory = fold(pool, *asked)
    assert (memory.unanswered, memory.connecting, memory.with_person) == (True, True, False)
    taken = fold(pool, *asked, HandoffAccepted(handoff="h1", agent="cora"))
    assert (taken.connecting, taken.with_person) == (False, True)


def test_of_a_call_that_nobody_knows_nothing_is_remembered(pool: Engine) -> None:
    assert remember(pool, tenant=TENANT, call_id="unknown") == CallMemory()
