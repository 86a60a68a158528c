"""A call's record lists who heard, wrote and spoke in it, where, and how much; and what filled the silence."""

import pytest
from sqlalchemy import Engine

from infra import calls_reader
from infra.database import engine, transaction
from infra.read_model import apply
from infra.tenancy import tenant_transaction
from schemas.answers import CallDetail, Transcript
from schemas.base import Data
from schemas.outside import ProviderCalled, ProviderDenied, SignPlayed
from schemas.redacted import AssistantRedacted
from schemas.turns import Provider
from tests.support import calls

pytestmark = pytest.mark.contract

HERE, THERE = Provider(name="acme", model="ear-1", region="eu"), Provider(name="globex", model="ear-2", region="us")


def read(pool: Engine, *said: Data) -> tuple[CallDetail, Transcript]:
    with transaction(pool) as connection:
        for number, data in enumerate(said):
            event = calls.event(100 + number, data)
            apply(connection, event)
            apply(connection, event)
    with tenant_transaction(pool, calls.TENANT) as connection:
        call = calls_reader.call(connection, calls.TENANT, "call-1")
        words = calls_reader.transcript(connection, calls.TENANT, "call-1")
    assert call is not None
    assert words is not None
    return call, words


def called(provider: Provider, outcome: str, audio_ms: int) -> ProviderCalled:
    return ProviderCalled.model_validate({
        "provider": provider, "operation": "speech_to_text", "outcome": outcome, "duration_ms": 9, "audio_ms": audio_ms,
    })


@pytest.fixture
def pool(database_url: str) -> Engine:
    return engine(database_url)


def test_outside_calls_are_added_up_for_each_provider_and_region(pool: Engine) -> None:
    call, _ = read(pool, called(HERE, "failed", 900), called(THERE, "answered", 900), called(THERE, "answered", 100))
    assert [(one.provider, one.calls, one.failed, one.audio_ms) for one in call.processors] == [
        (HERE, 1, 1, 900), (THERE, 2, 0, 1_000),
    ]


def test_who_made_a_text_is_on_record_though_its_channel_reports_no_calls(pool: Engine) -> None:
    made = AssistantRedacted(
        stage="generated", utterance="a1", turn=1, text="Hello.", spans=(), detector="d", provider=THERE,
        policy_version="p",
    )
    call, _ = read(pool, made)
    assert [(one.operation, one.provider, one.calls) for one in call.processors] == [("chat", THERE, 0)]


def test_a_provider_that_was_kept_away_is_a_verdict_of_the_call(pool: Engine) -> None:
    denied = ProviderDenied(
        provider=THERE, operation="chat", rule="residency.deny", reason="us is denied", policy_version="p@1", left=1
    )
    call, _ = read(pool, denied)
    (verdict,) = call.verdicts
    assert (verdict.rule, verdict.kind, verdict.policy_version) == ("residency.deny", "chat globex us", "p@1")
    assert call.processors == ()


def test_what_filled_the_silence_stands_in_the_transcript_as_no_answer(pool: Engine) -> None:
    sign = SignPlayed(
        turn=1, sign="filler", text="One moment", played_ms=500, method="playback_mark", ended="answer"
    )
    _, words = read(pool, sign)
    (line,) = words.lines
    assert (line.participant, line.text, line.stages["sign"].sign) == ("assistant", "One moment", "filler")
