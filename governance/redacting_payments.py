"""What goes on of words and keys of a payment window: that there were some; no detector is asked, nothing is sealed."""

from governance.redacting import Answer, RedactionState, Words
from schemas.base import Data
from schemas.calls import DtmfPressed, DtmfRedacted
from schemas.payments import ENTITY, WITHHELD
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, InterimRedacted, RedactedSpan, UtteranceRedacted
from schemas.turns import AssistantGenerated, AssistantHeard, AssistantSynthesised, InterimTranscribed

DETECTOR = "payment_window"
# The whole text is one replacement: a recording then plays nothing of the utterance.
SPANS = (
    RedactedSpan(
        start=0, end=len(WITHHELD), entity=ENTITY, pseudonym=WITHHELD, score=1.0, recognizer=DETECTOR,
        redacted_start=0, redacted_end=len(WITHHELD),
    ),
)


def pass_withheld(state: RedactionState, data: Words | DtmfPressed, policy: Policy) -> Answer:
    """Give what of a withheld event goes on; what was open before it is joined to nothing after it."""
    if isinstance(data, DtmfPressed):
        return state, [DtmfRedacted(
            count=len(data.digits), pseudonym=WITHHELD, entity=ENTITY, turn=data.turn, policy_version=policy.label,
        )]
    window = state.window.model_copy(update={"open": None, "address": None, "word": None})
    return state.model_copy(update={"window": window}), [_passed(data, policy)]


def _passed(said: Words, policy: Policy) -> Data:
    match said:
        case InterimTranscribed():
            return InterimRedacted(
                participant=said.participant, utterance=said.utterance, turn=said.turn, text=WITHHELD, spans=SPANS,
                detector=DETECTOR, policy_version=policy.label, noticed=said.noticed,
            )
        case AssistantGenerated():
            return AssistantRedacted(
                stage="generated", utterance=said.utterance, turn=said.turn, text=WITHHELD, spans=SPANS,
                detector=DETECTOR, policy_version=policy.label, provider=said.provider,
            )
        case AssistantSynthesised():
            return AssistantRedacted(
                stage="synthesised", utterance=said.utterance, turn=said.turn, text=WITHHELD, spans=SPANS,
                detector=DETECTOR, policy_version=policy.label, audio_ms=said.audio_ms, provider=said.provider,
            )
        case AssistantHeard():
            return AssistantRedacted(
                stage="heard", utterance=said.utterance, turn=said.turn, text=WITHHELD, spans=SPANS,
                detector=DETECTOR, policy_version=policy.label, played_ms=said.played_ms, method=said.method,
                interrupted=said.interrupted, mismatch=said.mismatch,
            )
        case _:
            return UtteranceRedacted(
                participant=said.participant, utterance=said.utterance, turn=said.turn, text=WITHHELD, spans=SPANS,
                detector=DETECTOR, policy_version=policy.label, start_ms=said.start_ms, end_ms=said.end_ms,
                confidence=said.confidence, provider=said.provider, noticed=said.noticed,
            )
