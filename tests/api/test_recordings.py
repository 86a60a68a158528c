"""A recording over HTTP: redacted for readers, the original for compliance with a reason that stands in the log."""

import io
import wave

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import text

from infra import recordings
from infra.clock import now
from infra.database import transaction
from infra.recording_chunks import cut
from schemas.audio import BRIEFING, AudioRecord
from schemas.calls import CallEnded
from schemas.legs import BriefingPlayed
from schemas.recordings import Direction
from schemas.redacted import AssistantRedacted, RedactedSpan, SoundPlace, UtteranceRedacted
from tests.support import calls
from tests.support.api import Served

pytestmark = pytest.mark.flow
PATH = "/v1/calls/call-1/recording"
WHY = {"view": "original", "reason": "the payment is disputed"}
LEVEL = 12_345


def keep(served: Served, direction: Direction, *, seconds: int = 3) -> None:
    """Keep so much audio, all of one level."""
    payload = np.full(160, LEVEL, dtype="<i2").tobytes()
    records = [
        AudioRecord(
            kind="media", call_id="call-1", tenant=calls.TENANT, number=number, offset_ms=20 * number,
            sample_rate=8000, payload=payload, utterance="a1" if direction == "out" else "", said_ms=20 * number,
        )
        for number in range(50 * seconds)
    ]
    chunk = cut(records, direction=direction, place=f"{direction}/0/0", keyring=served.keyring, at=now())
    with transaction(served.pool) as connection:
        recordings.begin(connection, tenant=calls.TENANT, call_id="call-1", at=now())
        recordings.keep(connection, [chunk])


def tell(served: Served, *, over: bool = True) -> None:
    """Tell a call of three seconds: the caller's span sounds from 1.0 to 2.0 s, the assistant's answer has none."""
    span = RedactedSpan(
        start=6, end=10, entity="PASSWORD", pseudonym="<PASSWORD_1>", score=1, recognizer="r", redacted_start=6,
        redacted_end=18,
    )
    places = tuple(
        SoundPlace(start=5 * at, end=5 * at + (4 if at != 1 else 5), start_ms=1000 * at, end_ms=1000 * at + 900)
        for at in range(3)
    )
    said = UtteranceRedacted(
        participant="caller", utterance="u1", turn=1, text="code  <PASSWORD_1> okay", spans=(span,), places=places,
        detector="d", end_ms=2900,
    )
    made = AssistantRedacted(stage="synthesised", utterance="a1", turn=1, text="Hello.", detector="d", audio_ms=2000)
    ended = [calls.event(4, CallEnded(reason="hangup"))] if over else []
    served.tell(calls.event(1, calls.admitted()), calls.event(2, said), calls.event(3, made), *ended)


def channels(answer: httpx.Response) -> NDArray[np.int16]:
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)


def entries(served: Served) -> list[tuple[str, str]]:
    query = text("SELECT type, actor_label FROM audit_index WHERE actor_label IS NOT NULL ORDER BY idx")
    with transaction(served.pool) as connection:
        return [(row.type, row.actor_label) for row in connection.execute(query)]


@pytest.fixture
def recorded(served: Served) -> Served:
    for direction in ("in", "out"):
        keep(served, "in" if direction == "in" else "out")
    tell(served)
    return served


def test_readers_hear_everything_but_the_span(recorded: Served) -> None:
    with recorded.client("agent", subject="ann") as client:
        answer = client.get(PATH)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    sound = channels(answer)
    assert (sound[:6000, 0] == LEVEL).all()
    assert not (sound[6800:15_900, 0] == LEVEL).any()
    assert (sound[17_000:23_000, 0] == LEVEL).all()
    assert (sound[:, 1] == LEVEL).all()
    assert entries(recorded) == [("read", "ann")]


def test_the_original_needs_the_role_and_a_reason_and_stands_in_the_log(recorded: Served) -> None:
    for role in ("agent", "supervisor", "dpo", "admin"):
        with recorded.client(role, subject=role) as client:
            assert client.get(PATH, params=WHY).status_code == 403
    with recorded.client("compliance", subject="cleo") as client:
        assert client.get(PATH, params={"view": "original"}).json()["field"] == "reason"
        answer = client.get(PATH, params=WHY)
    assert answer.headers["cache-control"] == "no-store"
    assert (channels(answer) == LEVEL).all()
    refused = [("access.refused", role) for role in ("agent", "supervisor", "dpo", "admin")]
    assert entries(recorded) == [*refused, ("recording.original", "cleo")]


def test_a_part_is_given_alone(recorded: Served) -> None:
    with recorded.client("supervisor") as client:
        whole = client.get(PATH).content
        part = client.get(PATH, headers={"Range": "bytes=30001-40000"})
        beyond = client.get(PATH, headers={"Range": "bytes=99999999-"})
        passed_over = client.get(PATH, headers={"Range": f"bytes={'9' * 5000}-"})
    assert (part.status_code, part.content) == (206, whole[30001:40001])
    assert part.headers["content-range"] == f"bytes 30001-40000/{len(whole)}"
    assert beyond.status_code == 416
    assert passed_over.content == whole


def test_a_live_call_an_unknown_one_and_one_without_audio_have_no_recording(served: Served) -> None:
    tell(served, over=False)
    with served.client("supervisor") as client, served.client("supervisor", tenant="other") as stranger:
        assert client.get("/v1/calls/none/recording").status_code == 404
        assert client.get(PATH).json()["type"].endswith("call-live")
        served.tell(calls.event(9, CallEnded(reason="hangup")))
        assert client.get(PATH).status_code == 404
        keep(served, "in")
        assert client.get(PATH).status_code == 200
        assert stranger.get(PATH).status_code == 404


def test_a_forgotten_call_cannot_be_heard(recorded: Served) -> None:
    with transaction(recorded.pool) as connection:
        recorded.keyring.destroy(connection, tenant=calls.TENANT, call_id="call-1", at=now())
    with recorded.client("compliance") as client:
        assert client.get(PATH).status_code == 410
        assert client.get(PATH, params=WHY).status_code == 410


def test_a_briefing_is_heard_by_the_handoff_it_was_for(recorded: Served) -> None:
    payload = np.full(160, LEVEL, dtype="<i2").tobytes()
    name = f"{BRIEFING}a1"
    records = [
        AudioRecord(
            kind="media", call_id="call-1", tenant=calls.TENANT, number=number, offset_ms=1000 + 20 * number,
            sample_rate=8000, payload=payload, utterance=name, said_ms=20 * number, leg="a1",
        )
        for number in range(50)
    ]
    chunk = cut(records, direction="briefing", place="b/0/0", keyring=recorded.keyring, at=now())
    with transaction(recorded.pool) as connection:
        recordings.keep(connection, [chunk])
    recorded.tell(calls.event(9, BriefingPlayed(
        handoff="h1", agent="ann", text="Why you are asked.", played_ms=1000, whole=True, utterance=name
    )))
    with recorded.client("supervisor", subject="sue") as client:
        answer = client.get(PATH, params={"briefing": "h1"})
        part = client.get(PATH, params={"briefing": "h1"}, headers={"Range": "bytes=44-1043"})
        assert client.get(PATH, params={"briefing": "h2"}).status_code == 404
        assert client.get(PATH, params={"briefing": "h1", **WHY}).status_code == 403
        whole = client.get(PATH)
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (1, 8000, 8000)
        assert set(np.frombuffer(file.readframes(8000), dtype="<i2").tolist()) == {LEVEL}
    assert (part.status_code, part.content) == (206, answer.content[44:1044])
    assert channels(whole).shape == (24_000, 2)  # the call's own is as it was
    with recorded.client("compliance", subject="cleo") as client:
        assert client.get(PATH, params={"briefing": "h1", **WHY}).content == answer.content
    assert [one for one in entries(recorded) if one[0] != "access.refused"] == [
        ("read", "sue"), ("read", "sue"), ("recording.original", "cleo"),
    ]
