"""A call folded down the five rooms with the real detector, keys and policy, without a broker."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.database import engine
from infra.front_door import event
from infra.keys import Keyring
from infra.pii import PresidioDetector
from infra.policies import load
from schemas import codec
from schemas.base import Data, Event
from schemas.calls import CallAdmitted, CallEnded, CallStarted, DtmfPressed
from schemas.handoffs import HandoffOffered, HandoffPackaged, HandoffWithdrawn
from schemas.redacted import EntitySealed, RedactionFailed, UtteranceRedacted
from schemas.redaction import PiiSpan
from schemas.topics import CALL_EMERGENCIES
from schemas.turns import TurnEnded, UtteranceFinalized
from schemas.verdicts import HandoffRequested
from streams import handoff, intake, ladder, policy, redaction, turns
from streams.flight import Json, Room

pytestmark = pytest.mark.flow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NUMBER, CARD = "+15557654321", "4111 1111 1111 1111"
CALL: tuple[Data, ...] = (
    CallStarted(channel="phone", caller=NUMBER),
    UtteranceFinalized(participant="caller", utterance="u1", turn=1, text=f"my card is {CARD}"),
    DtmfPressed(digits="4242", turn=2),
    UtteranceFinalized(participant="caller", utterance="u2", turn=3, text="can I speak to a real person please"),
    CallEnded(reason="hangup"),
)


class Broken:
    """A detector that fails on a message which repeats what it read."""

    version = "broken"

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        raise ValueError(text)


@pytest.fixture(scope="module")
def detector() -> PresidioDetector:
    made = PresidioDetector()
    made.warm_up()
    return made


@pytest.fixture
def keyring(database_url: str, tmp_path: Path) -> Iterator[Keyring]:
    pool = engine(database_url)
    yield Keyring(engine=pool, kek=tmp_path / "kek.json")
    pool.dispose()


@pytest.fixture
def rooms(detector: PresidioDetector, keyring: Keyring) -> list[Room]:
    rules = load(None)
    return [
        intake.ROOM, redaction.room(detector=detector, keyring=keyring, policy=rules), turns.ROOM,
        policy.room(rules), handoff.room(rules),
    ]


def arrivals(said: Sequence[Data] = CALL) -> list[Event]:
    return [
        event(data, call_id="call-1", tenant="acme", source="/tests", source_id=str(n),
              occurred_at=NOON + timedelta(seconds=n))
        for n, data in enumerate(said)
    ]


async def fold(room: Room, events: Sequence[Event]) -> tuple[list[Event], Json]:
    """Run a room over its topic, its state written down and read again at each step as a table does."""
    state: Json = {}
    said: list[Event] = []
    for one in events:
        answer = await room.decide(json.loads(json.dumps(state)), one)
        state = answer.state
        said += answer.events
    return said, state


async def descend(rooms: Sequence[Room], events: Sequence[Event]) -> tuple[list[list[Event]], list[Json]]:
    landings, states = [list(events)], []
    for room in rooms:
        said, state = await fold(room, landings[-1])
        landings.append(said)
        states.append(state)
    return landings, states


def kinds(events: Sequence[Event]) -> list[type[Data]]:
    return [type(one.data) for one in events]


async def test_every_room_answers_only_what_its_topic_carries(rooms: list[Room]) -> None:
    landings, _ = await descend(rooms, arrivals())
    for room, said in zip(rooms, landings[1:], strict=True):
        assert set(kinds(said)) <= set(room.sink.carries), room.name
        for one in said:
            headers = codec.header_map(codec.headers_of(one))
            assert codec.read(headers, codec.value_of(one)) == one


async def test_nothing_a_caller_said_or_keyed_in_is_below_redaction_or_in_any_state(rooms: list[Room]) -> None:
    landings, states = await descend(rooms, arrivals())
    written = b"".join(codec.value_of(one) for said in landings[2:] for one in said).decode() + json.dumps(states)
    for secret in (NUMBER, CARD, CARD.replace(" ", ""), "4242"):
        assert secret not in written
    assert "<CREDIT_CARD_1>" in written


async def test_a_person_asked_for_is_offered_with_a_packet_that_cites_the_turn(rooms: list[Room]) -> None:
    landings, _ = await descend(rooms, arrivals())
    governed, outcomes = landings[4], landings[5]
    request = next(one for one in governed if isinstance(one.data, HandoffRequested))
    words = next(
        one for one in governed if isinstance(one.data, UtteranceRedacted) and one.data.utterance == "u2"
    )
    assert request.cause == words.id
    packet = next(one.data.packet for one in outcomes if isinstance(one.data, HandoffPackaged))
    assert {line.turn for line in packet.transcript} == {1, 3}
    assert packet.pseudonyms[0] == "<CREDIT_CARD_1>"
    assert all(sentence.turns for sentence in packet.summary)
    assert HandoffOffered in kinds(outcomes)
    assert kinds(outcomes)[-1] is HandoffWithdrawn  # she hung up before anybody came


async def test_the_landings_hold_the_call_its_turns_and_its_sealed_originals(rooms: list[Room]) -> None:
    landings, _ = await descend(rooms, arrivals())
    assert kinds(landings[2])[0] is CallAdmitted
    assert EntitySealed in kinds(landings[2])
    assert [one.data.turn for one in landings[3] if isinstance(one.data, TurnEnded)] == [1, 3]


async def test_a_replay_gives_the_same_ids_in_the_same_order(rooms: list[Room]) -> None:
    first, _ = await descend(rooms, arrivals())
    again, _ = await descend(rooms, arrivals())
    assert [[one.id for one in said] for said in first] == [[one.id for one in said] for said in again]
    ids = [one.id for one in first[4] + first[5]]
    assert len(ids) == len(set(ids))


async def test_an_arrival_delivered_twice_is_one_event(rooms: list[Room]) -> None:
    twice = [one for one in arrivals() for _ in range(2)]
    said, _ = await fold(rooms[0], twice)
    assert said == arrivals()


async def test_a_detector_that_fails_withholds_the_text(keyring: Keyring) -> None:
    room = redaction.room(detector=Broken(), keyring=keyring, policy=load(None))
    said, state = await fold(room, arrivals())
    failed = [one.data for one in said if isinstance(one.data, RedactionFailed)]
    assert [one.error for one in failed] == ["ValueError", "ValueError"]
    assert CARD not in b"".join(codec.value_of(one) for one in said).decode() + json.dumps(state)


async def test_a_call_in_danger_climbs_the_ladder_and_its_place_stays_sealed(
    rooms: list[Room], detector: PresidioDetector, keyring: Keyring
) -> None:
    place = "4187 Marigold Avenue"
    said: tuple[Data, ...] = (
        CallStarted(channel="phone"),
        UtteranceFinalized(participant="caller", utterance="u1", turn=1, text=f"I live at {place}"),
        UtteranceFinalized(participant="caller", utterance="u2", turn=2, text="my husband is not breathing"),
    )
    landings, _ = await descend(rooms[:4], arrivals(said))
    told, state = await fold(ladder.room(load(None)), landings[-1])
    assert [one.type for one in told] == ["emergency_alerted", "deadline_set"]
    assert set(kinds(told)) <= set(CALL_EMERGENCIES.carries)
    assert state["sealed"][0]["entity"] == "ADDRESS"
    assert "Marigold" not in json.dumps([state, [one.model_dump(mode="json") for one in told]])
