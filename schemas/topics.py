"""THE table of the stair: each topic, what may lie on it, how long, and whether it is sealed."""

from dataclasses import dataclass, replace

from schemas import (
    calls,
    deadletters,
    desk,
    disclosures,
    emergencies,
    handoffs,
    legs,
    outside,
    payments,
    recordings,
    redacted,
    reviews,
    transfers,
    turns,
    verdicts,
    webhooks,
)
from schemas.base import Data

HOUR_MS = 3_600_000

FROM_CHANNELS: tuple[type[Data], ...] = (
    calls.CallStarted, calls.CallEnded, calls.ParticipantJoined, calls.ParticipantLeft, calls.DtmfPressed,
    calls.SessionResumed,
    turns.SpeechStarted, turns.SpeechStopped, turns.InterimTranscribed, turns.UtteranceFinalized,
    turns.AssistantGenerated, turns.AssistantSynthesised, turns.AssistantHeard,
    turns.BargeInDetected, turns.BackchannelHeard, turns.TurnMarked, turns.ProviderFailed,
    payments.PaymentWindowOpened, payments.PaymentWindowClosed, outside.ProviderCalled,
)
FROM_VOICE: tuple[type[Data], ...] = (
    calls.SessionFellBehind, outside.ProviderDenied, outside.NoProviderLeft, outside.SignPlayed,
    outside.SpeculationEnded, outside.PhraseWithheld,
    legs.BriefingPlayed, legs.LegHeld, legs.LegResumed,
)
FROM_DESK: tuple[type[Data], ...] = (
    handoffs.HandoffClaimed, handoffs.HandoffAccepted, handoffs.HandoffDeclined, handoffs.HandoffCompleted,
    handoffs.HandoffWithdrawn,
    desk.HandoffReleased, desk.HandoffReassigned, desk.HandoffNoted, desk.HandoffSummarised,
    transfers.TransferRequested, transfers.TransferCompleted, transfers.TransferFailed,
    legs.ListeningBegan, legs.ListeningEnded,
)
# What people said of calls that they read.
FROM_REVIEWS: tuple[type[Data], ...] = (reviews.CallReviewed,)
# What people and endpoints answered to an emergency.
FROM_DISPATCH: tuple[type[Data], ...] = (
    emergencies.EmergencyAcknowledged, emergencies.DispatchDelivered, emergencies.DispatchFailed,
)
FROM_CLOCK: tuple[type[Data], ...] = (calls.DeadlinePassed,)
FROM_RECORDER: tuple[type[Data], ...] = (
    recordings.RecordingCompleted, recordings.RecordingIncomplete, recordings.RecordingDestroyed,
)
FROM_WINDOWS: tuple[type[Data], ...] = (payments.PaymentDataDestroyed,)
FROM_WEBHOOKS: tuple[type[Data], ...] = (webhooks.WebhookDead,)
RAW = (
    FROM_CHANNELS + FROM_VOICE + FROM_DESK + FROM_CLOCK + FROM_RECORDER + FROM_WINDOWS + FROM_DISPATCH + FROM_WEBHOOKS
    + FROM_REVIEWS
)
REDACTED: tuple[type[Data], ...] = (
    *(one for one in RAW if not one.clear_text),
    calls.CallAdmitted, calls.DtmfRedacted, redacted.UtteranceRedacted, redacted.InterimRedacted,
    redacted.AssistantRedacted, redacted.RedactionAmended, redacted.RedactionFailed, redacted.EntitySealed,
    desk.HandoffNoteRedacted,
)
TURNS: tuple[type[Data], ...] = (*REDACTED, turns.TurnEnded, turns.LatencyMeasured)
GOVERNED: tuple[type[Data], ...] = (
    *TURNS,
    verdicts.VerdictReached, verdicts.ShadowVerdictReached, verdicts.EmergencyDetected, verdicts.HandoffRequested,
    verdicts.DisclosureGiven, verdicts.DisclosureMissed, *disclosures.DISCLOSURES, *disclosures.CONSENTS,
    calls.DeadlineSet,
)
OUTCOMES: tuple[type[Data], ...] = (
    handoffs.HandoffPackaged, handoffs.HandoffOffered, handoffs.HandoffExpired, handoffs.HandoffWithdrawn,
    desk.HandoffOverflowed, calls.DeadlineSet,
)
CLIMBS: tuple[type[Data], ...] = (
    emergencies.EmergencyAlerted, emergencies.EmergencyAnswered, emergencies.DispatchRequested,
    emergencies.DispatchSupplemented, emergencies.DispatchFailed, emergencies.DispatchAcknowledged,
    emergencies.LadderExhausted, emergencies.EmergencyStoodDown, calls.DeadlineSet,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One landing of the stair. Key of every record is the call id."""

    name: str
    carries: tuple[type[Data], ...]
    retention_ms: int
    sealed: bool = False
    audio: bool = False
    about: str = ""


AUDIO_IN = Topic("call.audio.in", (), HOUR_MS, sealed=True, audio=True, about="frames from the caller")
AUDIO_OUT = Topic("call.audio.out", (), HOUR_MS, sealed=True, audio=True, about="frames to the caller's gateway")
CALL_RAW = Topic("call.raw", RAW, 24 * HOUR_MS, sealed=True, about="the front door: as channels published it")
CALL_EVENTS = Topic("call.events", RAW, 24 * HOUR_MS, sealed=True, about="read, known ids dropped, numbered")
CALL_REDACTED = Topic("call.redacted", REDACTED, 168 * HOUR_MS, about="no clear text from here on")
CALL_TURNS = Topic("call.turns", TURNS, 168 * HOUR_MS, about="with the turns and their latency")
CALL_GOVERNED = Topic("call.governed", GOVERNED, 168 * HOUR_MS, about="with every verdict: the full record")
CALL_OUTCOMES = Topic("call.outcomes", OUTCOMES, 168 * HOUR_MS, about="what followed: handoffs")
CALL_EMERGENCIES = Topic("call.emergencies", CLIMBS, 168 * HOUR_MS, about="the climb of an emergency")
CALL_DEADLETTERS = Topic("call.deadletters", (deadletters.DeadLettered,), 168 * HOUR_MS, about="unreadable inputs")

TOPICS: tuple[Topic, ...] = (
    AUDIO_IN, AUDIO_OUT, CALL_RAW, CALL_EVENTS, CALL_REDACTED, CALL_TURNS, CALL_GOVERNED, CALL_OUTCOMES,
    CALL_EMERGENCIES, CALL_DEADLETTERS,
)
EVENT_TYPES: dict[str, type[Data]] = {
    one.ce_type(): one for topic in TOPICS for one in topic.carries
}


def below_redaction_at_most(hours: int) -> tuple[Topic, ...]:
    """Give the topics with redacted text kept for so many hours at most: an erasure does not reach into them."""
    return tuple(
        one if one.sealed else replace(one, retention_ms=min(one.retention_ms, hours * HOUR_MS)) for one in TOPICS
    )
