"""A number said over several turns leaves the redaction room in no readable piece, and what left early is amended."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.database import engine
from infra.front_door import event
from infra.keys import Keyring
from infra.pii import PresidioDetector
from infra.policies import load
from schemas.base import Data, Event
from schemas.redacted import EntitySealed, InterimRedacted, RedactionAmended, UtteranceRedacted
from schemas.turns import AssistantGenerated, AssistantHeard, InterimTranscribed, UtteranceFinalized
from streams import handoff, redaction
from streams.flight import Json, Room

pytestmark = pytest.mark.flow


@pytest.fixture
def room(database_url: str, tmp_path: Path) -> Iterator[Room]:
    pool = engine(database_url)
    keyring = Keyring(engine=pool, kek=tmp_path / "kek.json")
    yield redaction.room(detector=PresidioDetector(), keyring=keyring, policy=load(None))
    pool.dispose()


def caller(text: str, utterance: str) -> UtteranceFinalized:
    return UtteranceFinalized(participant="caller", utterance=utterance, text=text)


async def fold(room: Room, said: Sequence[Data]) -> tuple[list[Event], Json]:
    state: Json = {}
    events: list[Event] = []
    for number, data in enumerate(said):
        one = event(data, call_id="c1", tenant="acme", source="/tests", source_id=str(number),
                    occurred_at=datetime(2026, 3, 1, 12, tzinfo=UTC))  # fmt: skip
        answer = await room.decide(json.loads(json.dumps(state)), one)
        state, events = answer.state, [*events, *answer.events]
    return events, state


def texts(events: Sequence[Event]) -> dict[str, str]:
    """Each text as it may be read at the end, by the event that first had it."""
    shown: dict[str, str] = {}
    for one in events:
        if isinstance(one.data, RedactionAmended):
            shown[one.data.amends] = one.data.text
        elif hasattr(one.data, "text"):
            shown[one.id] = one.data.text
    return shown


async def test_a_single_digit_that_left_early_is_amended_by_a_new_event(room: Room) -> None:
    said = [caller("seven", "u1"), AssistantGenerated(utterance="a1", turn=1, text="mm-hm"),
            caller("eight eight one two", "u2")]  # fmt: skip
    events, state = await fold(room, said)
    [amended] = [one for one in events if isinstance(one.data, RedactionAmended)]
    first = next(one for one in events if isinstance(one.data, UtteranceRedacted))
    assert isinstance(amended.data, RedactionAmended)
    assert first.data.text == "seven"  # type: ignore[attr-defined]  # the earlier event stays as it was
    assert amended.data.amends == first.id
    assert amended.cause == events[-1].cause
    assert "seven" not in amended.data.text
    pseudonym = amended.data.spans[0].pseudonym
    assert pseudonym in {one.data.pseudonym for one in events if isinstance(one.data, EntitySealed)}
    assert "eight" not in json.dumps(state)


async def test_pieces_and_read_backs_leave_in_no_readable_form(room: Room) -> None:
    said: list[Data] = [
        AssistantGenerated(utterance="a0", turn=0, text="How can I help?"),
        caller("it's four two", "u1"),
        AssistantGenerated(utterance="a1", turn=1, text="four two, go on"),
        AssistantHeard(utterance="a1", turn=1, text="four two, go on", played_ms=9, method="audio_clock",
                       interrupted=False, mismatch=False),
        caller("seven nine", "u2"),
        AssistantGenerated(utterance="a2", turn=2, text="okay"),
        caller("no sorry, seven eight", "u3"),
    ]  # fmt: skip
    events, _ = await fold(room, said)
    left = [one for one in (one.data for one in events) if not isinstance(one, EntitySealed)]
    for word in ("four", "two", "seven", "nine", "eight"):
        assert all(word not in one.model_dump_json() for one in left)
    assert len(texts(events)) == len(said)


async def test_an_address_that_ends_in_the_next_turn_is_hidden_in_both(room: Room) -> None:
    said = [caller("you can reach me at lionel dot wash", "u1"), caller("at gmail dot com", "u2")]
    events, _ = await fold(room, said)
    shown = list(texts(events).values())
    assert all("wash" not in one and "gmail" not in one for one in shown)


async def test_a_name_is_hidden_once_it_was_spelled(room: Room) -> None:
    said = [caller("it's under bracken", "u1"), caller("B R A C K E N", "u2")]
    events, _ = await fold(room, said)
    assert all("bracken" not in one for one in texts(events).values())


async def test_an_interim_ends_before_what_is_still_open(room: Room) -> None:
    said = [InterimTranscribed(participant="caller", utterance="u1", text=f"my card is {part}")
            for part in ("four", "four two", "four two four", "four two four two um")]  # fmt: skip
    events, _ = await fold(room, said)
    for one, clear in zip(events, said, strict=True):
        assert isinstance(one.data, InterimRedacted)
        assert one.data.text == "my card is "
        assert one.data.held_back == len(clear.text) - len("my card is ")


async def test_a_packet_is_made_of_the_amended_texts(room: Room) -> None:
    events, _ = await fold(room, [caller("seven", "u1"), caller("eight eight one two", "u2")])
    desk = handoff.room(load(None))
    state: Json = {}
    for one in events:
        state = (await desk.decide(json.loads(json.dumps(state)), one)).state
    assert "seven" not in json.dumps(state)
