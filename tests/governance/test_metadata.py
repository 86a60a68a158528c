"""Names and ids of a channel that hold an address or a long number are replaced, the same by the same."""

from datetime import UTC, datetime
from typing import Any

import pytest

from governance.metadata import HIDDEN, masked, personal, without_persons
from schemas.calls import CallStarted, DeadlinePassed, ParticipantJoined
from schemas.handoffs import HandoffClaimed
from schemas.turns import BargeInDetected, InterimTranscribed, Provider, ProviderFailed, TurnMarked, UtteranceFinalized

pytestmark = pytest.mark.pure

PERSONAL = ["+1 415 555 0137", "sip:ada@example.com", "tel:+14155550137", "call/4155550137/leg", "4111-1111-1111-1111",
            "(415) 555-0137", "u_4155550137"]
HARMLESS = ["u1", "phone", "https://voice.example/calls", "/callwarden/voice", "12345678-0a1b-4c2d-8e3f-1234567890ab",
            "9f86d081884c7d659a2f", "2026.11", "nova-3", "turn 12", "eu-west-1", "default@1+sha256:12345678"]


def named(value: str) -> str:
    return f"hidden-{len(value)}"


@pytest.mark.parametrize("value", PERSONAL)
def test_an_address_or_a_long_number_is_personal(value: str) -> None:
    assert personal(value)
    masking = masked(f"ask {value} again")
    assert HIDDEN in masking
    assert "4155550137" not in masking
    assert "@" not in masking


@pytest.mark.parametrize("value", HARMLESS)
def test_a_plain_name_is_not(value: str) -> None:
    assert not personal(value)


@pytest.mark.parametrize(
    "data",
    [
        CallStarted(channel="sip:ada@example.com", caller="+14155550137", policy_version="4155550137"),
        ParticipantJoined(participant="caller", actor="Ada Quill"),
        ParticipantJoined(participant="human", actor="+14155550137"),
        UtteranceFinalized(participant="caller", utterance="4155550137", text="my number is 4155550137"),
        InterimTranscribed(
            participant="caller", utterance="u1", text="4155550137", provider=Provider(name="x", model="tel:4155550137")
        ),
        BargeInDetected(turn=1, at_ms=1, utterance="ada@example.com", stopped_after_ms=1),
        ProviderFailed(provider=Provider(name="x", model="y"), operation="chat", error="no +14155550137", fallback="-"),
    ],
)
def test_what_a_channel_names_is_replaced_and_what_redaction_reads_is_left_to_it(data: Any) -> None:
    kept = without_persons(data, name=named)
    written = kept.model_dump(exclude={"text", "caller"})
    assert not any(secret in str(written) for secret in ("4155550137", "ada@", "Ada"))
    assert "hidden-" in str(written)
    assert [getattr(kept, field, None) for field in ("text", "caller")] == [
        getattr(data, field, None) for field in ("text", "caller")
    ]


@pytest.mark.parametrize(
    "data",
    [
        HandoffClaimed(handoff="h", agent="ann@desk.example"), DeadlinePassed(deadline="12345678", why="tests"),
        TurnMarked(turn=1, mark="first_token", at=datetime(2026, 3, 1, tzinfo=UTC)),
        CallStarted(channel="phone", policy_version="default@1"),
    ],
)
def test_what_is_of_the_house_or_harmless_stays_as_it_is(data: Any) -> None:
    assert without_persons(data, name=named) is data
