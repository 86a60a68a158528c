"""Each redaction tells what was found where, by which recognizer of which version, under which policy; never what."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.database import engine
from infra.front_door import event
from infra.keys import Keyring
from infra.pii import PresidioDetector
from infra.policies import load
from schemas import codec
from schemas.base import Data, Event
from schemas.calls import DtmfPressed, DtmfRedacted
from schemas.redacted import AssistantRedacted, EntitySealed, InterimRedacted, RedactionFailed, UtteranceRedacted
from schemas.redaction import PiiSpan
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    InterimTranscribed,
    UtteranceFinalized,
)
from streams import redaction
from streams.flight import Json, Room

pytestmark = pytest.mark.flow

CARD, MAIL = "4111 1111 1111 1111", "ada.lovelace@example.com"
KEYS = "424242424242"  # long enough to lie in no digest by chance
SAID = f"my card is {CARD} and my mail is {MAIL}"
CALL: tuple[Data, ...] = (
    InterimTranscribed(participant="caller", utterance="u1", turn=1, text=SAID),
    UtteranceFinalized(participant="caller", utterance="u1", turn=1, text=SAID),
    AssistantGenerated(utterance="a1", turn=1, text=SAID),
    AssistantSynthesised(utterance="a1", turn=1, text=SAID, audio_ms=900),
    AssistantHeard(
        utterance="a1", turn=1, text=SAID, played_ms=900, method="audio_clock", interrupted=False, mismatch=False
    ),
    DtmfPressed(digits=KEYS, turn=2),
)
WORDS = (InterimRedacted, UtteranceRedacted, AssistantRedacted)


class Broken:
    """A detector that cannot."""

    version = "broken 1"

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        raise ValueError(text)


class Hanging:
    """A detector that answers when it is woken."""

    version = "hanging 1"

    def __init__(self) -> None:
        self.awake = threading.Event()

    def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
        self.awake.wait(120)
        return []


@pytest.fixture
def keyring(database_url: str, tmp_path: Path) -> Iterator[Keyring]:
    pool = engine(database_url)
    yield Keyring(engine=pool, kek=tmp_path / "kek.json")
    pool.dispose()


async def redacted(room: Room) -> list[Event]:
    state: Json = {}
    said: list[Event] = []
    for number, data in enumerate(CALL):
        one = event(
            data, call_id="c1", tenant="acme", source="/tests", source_id=str(number),
            occurred_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        )
        answer = await room.decide(json.loads(json.dumps(state)), one)
        state, said = answer.state, [*said, *answer.events]
    return said


async def test_every_replacement_is_told_with_its_evidence_and_without_its_value(keyring: Keyring) -> None:
    policy, detector = load(None), PresidioDetector()
    said = await redacted(redaction.room(detector=detector, keyring=keyring, policy=policy))
    words = [one.data for one in said if isinstance(one.data, WORDS)]
    assert len(words) == len(CALL) - 1
    for one in words:
        assert (one.detector, one.policy_version) == (detector.version, policy.label)
        assert {span.entity for span in one.spans} == {"CREDIT_CARD", "EMAIL_ADDRESS"}
        for span in one.spans:
            assert span.recognizer
            assert 0 < span.score <= 1
            assert SAID[span.start : span.end] in (CARD, MAIL)
            assert one.text[span.redacted_start : span.redacted_end] == span.pseudonym
    (keys,) = [one.data for one in said if isinstance(one.data, DtmfRedacted)]
    assert (keys.count, keys.policy_version) == (len(KEYS), policy.label)
    assert len({one.data.pseudonym for one in said if isinstance(one.data, EntitySealed)}) >= 2
    written = b"".join(codec.value_of(one) for one in said).decode()
    for secret in (CARD, CARD.replace(" ", ""), MAIL, "lovelace", KEYS):
        assert secret not in written


async def test_a_detector_that_hangs_withholds_what_it_was_asked_and_is_asked_again(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, "DETECT_WITHIN_S", 0.1)
    slow = Hanging()
    room = redaction.room(detector=slow, keyring=keyring, policy=load(None))
    said = await redacted(room)
    slow.awake.set()
    again: list[Event] = []
    async with asyncio.timeout(60):
        while not [one for one in again if isinstance(one.data, UtteranceRedacted)]:
            again = await redacted(room)
    errors = [one.data.error for one in said if isinstance(one.data, RedactionFailed)]
    assert errors == ["TimeoutError"] * 4 + ["DetectorStuck"]
    assert isinstance(said[-1].data, DtmfRedacted)  # the call goes on
    assert [one.data.text for one in again if isinstance(one.data, UtteranceRedacted)] == [SAID]


async def test_a_text_that_was_withheld_tells_who_failed_and_how(keyring: Keyring) -> None:
    policy = load(None)
    said = await redacted(redaction.room(detector=Broken(), keyring=keyring, policy=policy))
    failed = [one.data for one in said if isinstance(one.data, RedactionFailed)]
    assert [(one.error, one.detector, one.policy_version) for one in failed] == [
        ("ValueError", "broken 1", policy.label)
    ] * (len(CALL) - 1)
    assert not [one for one in said if isinstance(one.data, WORDS)]
