"""A state that a room wrote is the value it wrote: it is not parsed again, and not written where nothing changed."""

import json

import pytest

from governance.intake.order import IntakeState
from governance.turns import TurnsState, TurnState
from streams import states

pytestmark = pytest.mark.pure

KNOWN = TurnsState(turns=(TurnState(number=1, utterances=("u1",)),))


def test_what_was_written_is_read_back_without_being_parsed() -> None:
    assert states.read(TurnsState, states.write({}, KNOWN)) is KNOWN


def test_what_a_table_gives_after_a_restart_is_parsed() -> None:
    restored = json.loads(json.dumps(states.write({}, KNOWN)))
    assert states.read(TurnsState, restored) == KNOWN


def test_a_state_that_did_not_change_stays_the_one_that_is_kept() -> None:
    kept = states.write({}, KNOWN)
    assert states.write(kept, KNOWN.model_copy()) is kept
    changed = states.write(kept, TurnsState())
    assert changed is not kept
    assert changed == {"turns": []}
    assert states.read(TurnsState, kept) is KNOWN


def test_a_written_state_is_plain_json_to_whoever_keeps_it() -> None:
    kept = states.write({}, KNOWN)
    assert kept == KNOWN.model_dump(mode="json")
    assert json.loads(json.dumps(kept)) == kept


def test_another_shape_is_not_taken_for_the_one_that_was_written() -> None:
    kept = states.write({}, IntakeState(seen=("a",)))
    with pytest.raises(ValueError, match="seen"):
        states.read(TurnsState, kept)
