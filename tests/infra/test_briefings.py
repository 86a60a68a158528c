"""A briefing's sound is heard where its words are on record, and not where a line of the call was amended after."""


import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine

from infra import briefings, recordings
from infra.database import transaction
from infra.keys import Keyring
from infra.read_model import apply
from infra.recording_chunks import Piece, context, cut
from infra.recording_plan import briefing, manifest, rendition
from infra.recording_sound import Read, wav
from schemas.audio import BRIEFING, AudioRecord
from schemas.base import Event
from schemas.legs import BriefingPlayed
from schemas.recordings import Interval, RecordingCompleted, RecordingIncomplete
from schemas.redacted import RedactedSpan, RedactionAmended
from tests.support.calls import TENANT, admitted, event, utterance

pytestmark = pytest.mark.contract
LEVEL, RATE, BEGAN_MS, FRAMES = 12_000, 8000, 5_000, 50
CALL = "call-1"


def played(handoff: str = "h1", *, leg: str = "a1", ms: int = 20 * FRAMES) -> BriefingPlayed:
    return BriefingPlayed(
        handoff=handoff, agent="ann", text="Why you are asked: the card <CARD_1>.", played_ms=ms, whole=True,
        utterance=f"{BRIEFING}{leg}",
    )


def keep(pool: Engine, keyring: Keyring, *, leg: str = "a1") -> None:
    """Keep a second of sound of a briefing that began five seconds into the call."""
    payload = np.full(RATE // 50, LEVEL, dtype="<i2").tobytes()
    records = [
        AudioRecord(
            kind="media", call_id=CALL, tenant=TENANT, number=number, offset_ms=BEGAN_MS + 20 * number,
            sample_rate=RATE, payload=payload, utterance=f"{BRIEFING}{leg}", said_ms=20 * number, leg=leg,
        )
        for number in range(FRAMES)
    ]
    chunk = cut(records, direction="briefing", place=f"b/0/{leg}", keyring=keyring, at=event(1, admitted()).occurred_at)
    with transaction(pool) as connection:
        recordings.keep(connection, [chunk])


def tell(pool: Engine, *events: Event) -> None:
    with transaction(pool) as connection:
        for one in events:
            apply(connection, one)


def heard(pool: Engine, keyring: Keyring, *, handoff: str = "h1", redacted: bool = True) -> NDArray[np.int16] | None:
    with transaction(pool) as connection:
        plan = briefing(connection, TENANT, CALL, handoff=handoff, redacted=redacted)
    if plan is None:
        return None
    whole = b"".join(wav(plan, _reader(pool, keyring)))
    assert len(whole) == plan.size
    assert whole[22:24] == b"\x01\x00"  # one channel
    return np.frombuffer(whole[44:], dtype="<i2")


def _reader(pool: Engine, keyring: Keyring) -> Read:
    def read(within: Interval) -> list[tuple[Piece, bytes]]:
        with transaction(pool) as connection:
            found = recordings.sealed(connection, TENANT, CALL, within)
        return [
            (one, keyring.open(
                key_id=one.key_id, ciphertext=sealed, context=context(CALL, one.direction, one.place)
            ))
            for one, sealed in found
        ]

    return read


def test_a_briefing_is_heard_from_its_first_sound_and_is_no_part_of_the_call(pool: Engine, keyring: Keyring) -> None:
    keep(pool, keyring)
    tell(pool, event(1, admitted()), event(2, played()))
    sound = heard(pool, keyring)
    assert sound is not None
    assert (len(sound), set(sound.tolist())) == (RATE, {LEVEL})
    with transaction(pool) as connection:
        assert briefings.of_call(connection, TENANT, CALL) == [("h1", f"{BRIEFING}a1", 1000)]
        [told] = briefings.read(connection, TENANT, CALL)
        assert (told.handoff, told.agent, told.text, told.whole) == ("h1", "ann", played().text, True)
        assert rendition(connection, TENANT, CALL, redacted=False) is None
        over = manifest(connection, TENANT, CALL)
    assert isinstance(over, RecordingCompleted)
    assert (over.chunks, over.briefing_ms, over.speech_ms, over.covered_ms) == (1, 1000, 1000, 1000)
    assert (over.caller_ms, over.assistant_ms) == (0, 0)


def test_what_has_no_words_on_record_or_is_of_another_handoff_is_not_heard(pool: Engine, keyring: Keyring) -> None:
    keep(pool, keyring)
    tell(pool, event(1, admitted()))
    assert heard(pool, keyring) is None
    tell(pool, event(2, played("h2", leg="b2")))
    assert heard(pool, keyring, handoff="h2") is None
    assert heard(pool, keyring, redacted=False) is None
    with transaction(pool) as connection:
        over = manifest(connection, TENANT, CALL)
    assert isinstance(over, RecordingIncomplete)
    assert [(one.utterance, one.missing_ms) for one in over.missing] == [(f"{BRIEFING}b2", 1000)]


def test_where_a_line_was_amended_all_of_the_briefing_is_a_tone(pool: Engine, keyring: Keyring) -> None:
    keep(pool, keyring)
    span = RedactedSpan(
        start=0, end=4, entity="PERSON", pseudonym="<PERSON_1>", score=1, recognizer="r", redacted_start=0,
        redacted_end=10,
    )
    said = event(2, utterance("Anna called"))
    amended = RedactionAmended(
        amends=said.id, participant="caller", utterance="u1", turn=1, text="<PERSON_1> called", spans=(span,),
        detector="d1",
    )
    tell(pool, event(1, admitted()), said, event(3, played()))
    assert set(heard(pool, keyring).tolist()) == {LEVEL}  # type: ignore[union-attr]  # there is one
    with transaction(pool) as connection:
        assert [one.text for one in briefings.read(connection, TENANT, CALL)] == [played().text]
    tell(pool, event(4, amended), event(5, played("h2", leg="b2")))
    with transaction(pool) as connection:
        assert [one.text for one in briefings.read(connection, TENANT, CALL)] == [None, None]
    masked, original = heard(pool, keyring), heard(pool, keyring, redacted=False)
    assert masked is not None
    assert LEVEL not in masked
    assert np.abs(masked).max() > 1000
    assert original is not None
    assert set(original.tolist()) == {LEVEL}
