"""A person's words become redacted words: which event each clear one turns into, and what is remembered of the call."""

from collections.abc import Callable, Sequence

from governance.amending import Published, amend
from governance.holding import open_end, question_after
from governance.redaction import Pseudonyms, redact, to_hide
from governance.redaction_window import Window, follow
from governance.sounding import places
from governance.tongues import tongue
from schemas.base import Data, Frozen, Participant
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
MOST_LINES = 24  # of those that can still change: three versions of each reply stand between the caller's lines


class RedactionState(Frozen):
    """The call's pseudonyms (by keyed digest, never by value), what was asked last, and the lines that may change."""

    pseudonyms: Pseudonyms = Pseudonyms()
    language: str = "en"
    question: str | None = None
    sealed: tuple[str, ...] = ()
    window: Window = Window()
    published: tuple[Published, ...] = ()
    spoken: str | None = None
    policy_version: str | None = None


def admit(
    state: RedactionState, started: CallStarted, *, caller_pseudonym: str | None, policy_version: str
) -> Answer:
    """Let a call in without the caller's number; it is held to `policy_version` to its end."""
    admitted = CallAdmitted(
        channel=started.channel, caller_pseudonym=caller_pseudonym, language=started.language,
        encoding=started.encoding, sample_rate=started.sample_rate, audio_partition=started.audio_partition,
        policy_version=policy_version, jurisdiction=started.jurisdiction, drill=started.drill,
    )
    language = started.language[:2]
    pseudonyms = state.pseudonyms.model_copy(update={"language": language})
    window = state.window.model_copy(update={"language": language})
    return state.model_copy(update={
        "language": language, "pseudonyms": pseudonyms, "window": window, "policy_version": policy_version,
    }), [admitted]


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
    seal: Seal, published_as: str = "-",
) -> Answer:
    """Replace what was found with at least the policy's score; a new pseudonym's original is sealed once.

    What this line completes in earlier ones is hidden there by a new event each; `published_as` is this line's own.
    """
    if isinstance(said, InterimTranscribed):
        return _redact_interim(state, said, spans, detector=detector, policy=policy, digest=digest)
    asked = question(state, said)
    who = _participant(said)
    again = not isinstance(said, AssistantGenerated) and who == "assistant" and said.utterance == state.spoken
    followed = follow(
        state.window, said.text, list(spans), participant=who, asked=tongue(state.language).asked_for(asked),
        question=asked, again=again,
    )
    hidden = to_hide(followed.spans, policy.redaction)
    held = [span for span in followed.held if span.type not in policy.redaction.readable]
    text, replaced, pseudonyms = redact(said.text, [*hidden, *held], state.pseudonyms, digest=digest)
    earlier = [(line, span) for line, span in followed.earlier if to_hide([span], policy.redaction)]
    amended = amend(
        state.published, earlier, pseudonyms, digest=digest, detector=detector, policy_version=policy.label
    )
    mine = Published(
        line=followed.window.line, event_id=published_as, participant=who, utterance=said.utterance, turn=said.turn,
        text=text, spans=replaced,
    )
    first = followed.window.first_open_line()
    changeable = [one for one in (*amended.published, mine) if first is not None and one.line >= first]
    after = state.model_copy(update={
        "pseudonyms": amended.pseudonyms, "window": followed.window, "published": tuple(changeable[-MOST_LINES:]),
    })
    if who != "caller" and not again:
        after = after.model_copy(update={
            "question": question_after(state.question, text, tongue(state.language)), "spoken": said.utterance,
        })
    originals = [(one.pseudonym, one.entity, said.text[one.start : one.end]) for one in replaced]
    fresh = {one[0]: one for one in [*originals, *amended.originals] if one[0] not in state.sealed}
    answer = [
        _rewritten(said, text, replaced, detector, policy.label), *amended.events,
        *(seal(name, entity, value) for name, entity, value in fresh.values()),
    ]
    return after.model_copy(update={"sealed": (*state.sealed, *fresh)}), answer


def _redact_interim(
    state: RedactionState, said: InterimTranscribed, spans: Sequence[PiiSpan], *, detector: str, policy: Policy,
    digest: Digest,
) -> Answer:
    """Pass on an interim up to what may be half of something; nothing of it is sealed or joined for good."""
    asked, speaks = question(state, said), tongue(state.language)
    wanted = speaks.asked_for(asked)
    followed = follow(
        state.window, said.text, list(spans), participant=said.participant, asked=wanted, question=asked
    )
    end = open_end(said.text, asked=wanted, tongue=speaks)
    found = [span for span in followed.spans if span.start < end]
    shown = [span if span.end <= end else span.model_copy(update={"end": end}) for span in found]
    hidden = to_hide(shown, policy.redaction)
    text, replaced, _ = redact(said.text[:end], hidden, state.pseudonyms, digest=digest, numbering=False)
    interim = InterimRedacted(
        participant=said.participant, utterance=said.utterance, turn=said.turn, text=text, spans=replaced,
        held_back=len(said.text) - end, detector=detector, policy_version=policy.label,
    )
    return state, [interim]  # a final decides who is new: the live session, which hears finals only, counts the same


def _participant(said: Words) -> Participant:
    return said.participant if isinstance(said, InterimTranscribed | UtteranceFinalized) else "assistant"


def withhold(state: RedactionState, said: Words, *, error: str, detector: str, policy: Policy) -> Answer:
    """Say that the text could not be read; nothing of it goes on."""
    failed = RedactionFailed(
        participant=_participant(said), utterance=said.utterance, turn=said.turn, error=error, detector=detector,
        policy_version=policy.label,
    )
    return state, [failed]


def _rewritten(
    said: UtteranceFinalized | AssistantGenerated | AssistantSynthesised | AssistantHeard, text: str,
    spans: tuple[RedactedSpan, ...], detector: str, policy: str,
) -> Data:
    match said:
        case UtteranceFinalized():
            return UtteranceRedacted(
                participant=said.participant, utterance=said.utterance, turn=said.turn, text=text, spans=spans,
                detector=detector, policy_version=policy, start_ms=said.start_ms, end_ms=said.end_ms,
                places=places(said.text, said.words, spans), confidence=said.confidence, provider=said.provider,
            )
        case AssistantGenerated():
            return AssistantRedacted(
                stage="generated", utterance=said.utterance, turn=said.turn, text=text, spans=spans,
                detector=detector, policy_version=policy, provider=said.provider,
            )
        case AssistantSynthesised():
            return AssistantRedacted(
                stage="synthesised", utterance=said.utterance, turn=said.turn, text=text, spans=spans,
                detector=detector, policy_version=policy, audio_ms=said.audio_ms,
                places=places(said.text, said.words, spans), provider=said.provider,
            )
        case AssistantHeard():
            return AssistantRedacted(
                stage="heard", utterance=said.utterance, turn=said.turn, text=text, spans=spans, detector=detector,
                policy_version=policy, played_ms=said.played_ms, method=said.method, interrupted=said.interrupted,
                mismatch=said.mismatch,
            )
