"""Intake lets every event in once."""

from datetime import UTC, datetime

import pytest

from governance.intake.order import REMEMBERED, IntakeState, admit
from schemas.base import Event, arrival_id
from schemas.calls import ParticipantJoined

pytestmark = pytest.mark.pure


def event(n: int) -> Event:
    return Event(
        id=arrival_id("/t", str(n)), source="/t", call_id="c", tenant="default",
        occurred_at=datetime(2026, 3, 1, tzinfo=UTC), data=ParticipantJoined(participant="caller"),
    )


def test_a_repeated_webhook_is_let_in_once() -> None:
    state, first = admit(IntakeState(), event(1))
    state, again = admit(state, event(1))
    assert (len(first), again) == (1, [])


def test_what_is_remembered_is_bounded() -> None:
    state = IntakeState()
    for n in range(3 * REMEMBERED):
        state, admitted = admit(state, event(n))
        assert len(admitted) == 1
    assert len(state.seen) == REMEMBERED
    assert admit(state, event(3 * REMEMBERED - 1))[1] == []
