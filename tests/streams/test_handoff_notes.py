"""What an agent notes is redacted with the call's own pseudonyms, and withheld where it cannot be read."""

import pytest

from infra.keys import Keyring
from infra.pii import PresidioDetector
from infra.policies import load
from schemas.calls import CallStarted
from schemas.desk import HandoffNoted, HandoffNoteRedacted
from schemas.redacted import EntitySealed
from schemas.turns import UtteranceFinalized
from streams import redaction
from tests.streams.test_rooms import CARD, Broken, arrivals, fold

pytestmark = pytest.mark.flow

NOTED = HandoffNoted(handoff="h1", agent="ana", text=f"card {CARD} is blocked, write to bob@example.com")


async def test_a_note_has_the_pseudonyms_of_the_call_and_what_is_new_is_sealed(keyring: Keyring) -> None:
    detector = PresidioDetector()
    detector.warm_up()
    room = redaction.room(detector=detector, keyring=keyring, policy=load(None))
    said = UtteranceFinalized(participant="caller", utterance="u1", turn=1, text=f"my card is {CARD}")
    events, _ = await fold(room, arrivals((CallStarted(channel="phone"), said, NOTED)))
    note = next(one.data for one in events if isinstance(one.data, HandoffNoteRedacted))
    assert note.text is not None
    assert "<CREDIT_CARD_1> is blocked" in note.text
    assert "bob@example.com" not in note.text
    sealed = [one.data.pseudonym for one in events if isinstance(one.data, EntitySealed)]
    assert sealed == ["<CREDIT_CARD_1>", "<EMAIL_ADDRESS_1>"]


async def test_a_note_that_could_not_be_read_is_withheld(keyring: Keyring) -> None:
    room = redaction.room(detector=Broken(), keyring=keyring, policy=load(None))
    events, _ = await fold(room, arrivals((CallStarted(channel="phone"), NOTED)))
    note = next(one.data for one in events if isinstance(one.data, HandoffNoteRedacted))
    assert (note.text, note.agent) == (None, "ana")
    assert "4111" not in "".join(one.model_dump_json() for one in events)
