"""A person's words become redacted words: which event each clear one turns into, and what is remembered of the call."""

from collections.abc import Callable, Sequence

from governance.redaction import Pseudonyms, redact, to_hide
from governance.redaction_window import Window, follow
from schemas.base import Data, Frozen
from schemas.calls import CallAdmitted, CallStarted, DtmfPressed, DtmfRedacted
from schemas.policies import Policy
from schemas.redacted import (
    AssistantRedacted,
    EntitySealed,
    InterimRedacted,
    RedactedSpan,
    RedactionFailed,
    UtteranceRedacted,
)
from schemas.redaction import PiiSpan
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    InterimTranscribed,
    UtteranceFinalized,
)

Words = InterimTranscribed | UtteranceFinalized | AssistantGenerated | AssistantSynthesised | AssistantHeard
Digest = Callable[[str], str]
# (pseudonym, entity, value) -> the value sealed under the call's key.
Seal = Callable[[str, str, str], EntitySealed]
Answer = tuple["RedactionState", list[Data]]


class RedactionState(Frozen):
    """The call's pseudonyms (by keyed digest, never by value), its language, and what was asked last (redacted)."""

    pseudonyms: Pseudonyms = Pseudonyms()
    language: str = "en"
    question: str | None = None
    sealed: tuple[str, ...] = ()
    window: Window = Window()


def admit(
    state: RedactionState, started: CallStarted, *, caller_pseudonym: str | None, policy_version: str
) -> Answer:
    """Let a call in without the caller's number; its policy version is pinned here."""
    admitted = CallAdmitted(
        channel=started.channel, caller_pseudonym=caller_pseudonym, language=started.language,
        encoding=started.encoding, sample_rate=started.sample_rate, audio_partition=started.audio_partition,
        policy_version=started.policy_version or policy_version,
    )
    return state.model_copy(update={"language": started.language[:2]}), [admitted]


def question(state: RedactionState, said: Words) -> str | None:
    """Give what the caller was asked just before; what the assistant says is no answer to its own question."""
    asked = isinstance(said, InterimTranscribed | UtteranceFinalized) and said.participant == "caller"
    return state.question if asked else None


def redact_keys(state: RedactionState, pressed: DtmfPressed, *, digest: Digest, policy: Policy) -> Answer:
    """Keys are personal whatever they are: only how many and a stable pseudonym go on."""
    whole = PiiSpan(start=0, end=len(pressed.digits), type="NUMERIC_ID", score=1.0, recognizer="dtmf")
    _, spans, pseudonyms = redact(pressed.digits, [whole], state.pseudonyms, digest=digest)
    kept = DtmfRedacted(
        count=len(pressed.digits), pseudonym=spans[0].pseudonym, entity=spans[0].entity, turn=pressed.turn,
        policy_version=policy.label,
    )
    return state.model_copy(update={"pseudonyms": pseudonyms}), [kept]


def redact_words(
    state: RedactionState, said: Words, spans: Sequence[PiiSpan], *, detector: str, policy: Policy, digest: Digest,
    seal: Seal,
) -> Answer:
    """Replace what was found with at least the policy's score; a new pseudonym's original is sealed once."""
    found, window = list(spans), state.window
    if isinstance(said, UtteranceFinalized):
        # Digits that began in the caller's lines before make one number with this line's.
        found, _, window = follow(state.window, said.text, found, participant=said.participant)
    hidden = to_hide(found, policy.redaction)
    text, replaced, pseudonyms = redact(said.text, hidden, state.pseudonyms, digest=digest)
    after = state.model_copy(update={"pseudonyms": pseudonyms, "window": window})
    if isinstance(said, AssistantGenerated):
        after = after.model_copy(update={"question": text})
    answer: list[Data] = [_rewritten(said, text, replaced, detector, policy.label)]
    if isinstance(said, InterimTranscribed):
        return after, answer  # what an interim holds may still be half of it
    fresh = {span.pseudonym: span for span in replaced if span.pseudonym not in state.sealed}
    answer += [seal(name, span.entity, said.text[span.start : span.end]) for name, span in fresh.items()]
    return after.model_copy(update={"sealed": (*state.sealed, *fresh)}), answer


def withhold(state: RedactionState, said: Words, *, error: str, detector: str, policy: Policy) -> Answer:
    """Say that the text could not be read; nothing of it goes on."""
    participant = said.participant if isinstance(said, InterimTranscribed | UtteranceFinalized) else "assistant"
    failed = RedactionFailed(
        participant=participant, utterance=said.utterance, turn=said.turn, error=error, detector=detector,
        policy_version=policy.label,
    )
    return state, [failed]


def _rewritten(said: Words, text: str, spans: tuple[RedactedSpan, ...], detector: str, policy: str) -> Data:
    match said:
        case InterimTranscribed():
            return InterimRedacted(
                participant=said.participant, utterance=said.utterance, turn=said.turn, text=text, spans=spans,
                detector=detector, policy_version=policy,
            )
        case UtteranceFinalized():
            return UtteranceRedacted(
                participant=said.participant, utterance=said.utterance, turn=said.turn, text=text, spans=spans,
                detector=detector, policy_version=policy, start_ms=said.start_ms, end_ms=said.end_ms,
                confidence=said.confidence, provider=said.provider,
            )
        case AssistantGenerated():
            return AssistantRedacted(
                stage="generated", utterance=said.utterance, turn=said.turn, text=text, spans=spans,
                detector=detector, policy_version=policy, provider=said.provider,
            )
        case AssistantSynthesised():
            return AssistantRedacted(
                stage="synthesised", utterance=said.utterance, turn=said.turn, text=text, spans=spans,
                detector=detector, policy_version=policy, audio_ms=said.audio_ms, provider=said.provider,
            )
        case AssistantHeard():
            return AssistantRedacted(
                stage="heard", utterance=said.utterance, turn=said.turn, text=text, spans=spans, detector=detector,
                policy_version=policy, played_ms=said.played_ms, method=said.method, interrupted=said.interrupted,
                mismatch=said.mismatch,
            )
