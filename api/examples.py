"""Examples and schema of POST /v1/events for the OpenAPI document: one event of each type a channel may send."""

from schemas.base import Data
from schemas.calls import CallEnded, CallStarted, DtmfPressed, ParticipantJoined, ParticipantLeft, SessionResumed
from schemas.outside import ProviderCalled
from schemas.payments import PaymentWindowClosed, PaymentWindowOpened
from schemas.topics import FROM_CHANNELS
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    BackchannelHeard,
    BargeInDetected,
    InterimTranscribed,
    Provider,
    ProviderFailed,
    SpeechStarted,
    SpeechStopped,
    TurnMarked,
    UtteranceFinalized,
)

CALL = "call-7f3a"
SOURCE = "https://voice.example/calls"
WHEN = "2026-03-01T12:00:00Z"
SAYS = "I would like to speak to a person, please."
ANSWERS = "Of course, I will connect you."

DATA: tuple[Data, ...] = (
    CallStarted(channel="sip", caller="+12025550123", language="en"),
    SessionResumed(),
    CallEnded(reason="hangup"),
    ParticipantJoined(participant="caller"),
    ParticipantLeft(participant="caller"),
    DtmfPressed(digits="42", turn=1),
    SpeechStarted(participant="caller", at_ms=1200, turn=1),
    SpeechStopped(participant="caller", at_ms=2900, turn=1),
    InterimTranscribed(participant="caller", utterance="u1", turn=1, text="I would like to"),
    UtteranceFinalized(participant="caller", utterance="u1", turn=1, text=SAYS, start_ms=1200, end_ms=2900),
    AssistantGenerated(utterance="a1", turn=1, text=ANSWERS),
    AssistantSynthesised(utterance="a1", turn=1, text=ANSWERS, audio_ms=1800),
    AssistantHeard(
        utterance="a1", turn=1, text=ANSWERS, played_ms=1800, method="playback_mark", interrupted=False, mismatch=False
    ),
    BargeInDetected(turn=2, at_ms=5200, utterance="a1", stopped_after_ms=90),
    BackchannelHeard(turn=2, at_ms=5400),
    TurnMarked.model_validate({"turn": 1, "mark": "first_played", "at": WHEN}),
    ProviderFailed(
        provider=Provider(name="deepgram", model="nova-3", region="eu"), operation="speech_to_text", error="timeout",
        fallback="openai", turn=1,
    ),
    PaymentWindowOpened(limit_ms=90_000),
    PaymentWindowClosed(),
    ProviderCalled(
        provider=Provider(name="deepgram", model="nova-3", region="eu"), operation="speech_to_text",
        outcome="answered", duration_ms=180, audio_ms=1700, turn=1,
    ),
)


def cloudevent(number: int, data: Data) -> dict[str, object]:
    """Write data as a CloudEvent in JSON."""
    return {
        "specversion": "1.0",
        "id": f"{CALL}-{number}",
        "source": SOURCE,
        "type": data.ce_type(),
        "subject": CALL,
        "time": WHEN,
        "data": data.model_dump(mode="json", exclude_none=True),
    }


def event_examples() -> dict[str, object]:
    """Give one example for each type."""
    return {
        data.type: {"summary": (type(data).__doc__ or "").strip(), "value": cloudevent(number, data)}
        for number, data in enumerate(DATA)
    }


def batch_example() -> dict[str, object]:
    """Give a call in one batch."""
    return {"call": {"summary": "A call", "value": [cloudevent(n, DATA[n]) for n in (0, 8, 9, 11, 1)]}}


def event_schema() -> dict[str, object]:
    """Give the JSON Schema of an event of a channel; `data` is described in docs/asyncapi.json."""
    return {
        "title": "CloudEvent",
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "description": "the channel's own id: sent again, it is the same event"},
            "source": {"type": "string", "format": "uri-reference"},
            "type": {"enum": [one.ce_type() for one in FROM_CHANNELS]},
            "subject": {"type": "string", "description": "call id", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$"},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "traceparent": {"type": "string", "description": "W3C Trace Context; the channel's trace goes on"},
            "data": {"type": "object"},
        },
    }
