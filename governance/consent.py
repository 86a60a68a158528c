"""Whether the caller agrees to be recorded, and when she changes her mind.

   DUE ── the notice was heard whole ──> ASSUMED ── no ──> WITHDRAWN ── yes ──> GIVEN
    ├── the question was heard ──> REQUESTED ── yes ──> GIVEN ── no ──> WITHDRAWN
    └── no, asked or not ──> REFUSED ── yes ──> GIVEN            (mode none: nothing is asked)
The stair folds events with `decide`; the voice session asks `hear_assistant` and `hear_caller`: both decide the same.
"""

from governance.disclosure import holds
from governance.jurisdictions import recording_mode
from governance.phrases.consent_words import Wish, answer, recording_wish
from schemas.base import Data, Event, Frozen
from schemas.calls import CallAdmitted
from schemas.disclosure_rules import RECORDING
from schemas.disclosures import (
    ConsentAssumed,
    ConsentGiven,
    ConsentRefused,
    ConsentRequested,
    ConsentRequired,
    ConsentStatus,
    ConsentWithdrawn,
    DisclosureHeard,
    Mode,
)
from schemas.payments import WITHHELD
from schemas.policies import Policy
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from schemas.verdicts import Evidence

RULE = "consent.recording"
AGREED: frozenset[ConsentStatus] = frozenset({"given", "assumed"})
STEPS: dict[ConsentStatus, type[Data]] = {
    "requested": ConsentRequested, "given": ConsentGiven, "assumed": ConsentAssumed, "refused": ConsentRefused,
    "withdrawn": ConsentWithdrawn,
}


class ConsentState(Frozen):
    """How the caller stands to being recorded; `asked` while her next words may answer the question."""

    mode: Mode = "none"
    status: ConsentStatus = "due"
    language: str = "en"
    asked: bool = False


Answer = tuple[ConsentState, list[Data]]


def begin(policy: Policy, *, jurisdiction: str | None, language: str) -> ConsentState:
    """Start with what the policy wants where the call is."""
    mode = recording_mode(policy.consent.recording, jurisdiction)
    return ConsentState(mode=mode, language=language[:2])


def question(state: ConsentState, policy: Policy) -> str:
    """Give the question in the caller's language, or the first there is."""
    texts = policy.consent.recording.questions
    return texts.get(state.language) or next(iter(texts.values()))


def hear_assistant(state: ConsentState, text: str, policy: Policy) -> ConsentState:
    """Take what was heard of the assistant: whether the question was in it, whole."""
    if state.mode != "ask" or state.status in AGREED:
        return state
    texts = policy.consent.recording.questions
    wanted = (texts[state.language],) if state.language in texts else tuple(texts.values())
    asked = any(holds(one, text) is not None for one in wanted)
    status: ConsentStatus = "requested" if asked and state.status == "due" else state.status
    return state.model_copy(update={"asked": asked or (state.asked and not text), "status": status})


def hear_notice(state: ConsentState) -> ConsentState:
    """Take that the caller has heard that she is recorded, whole."""
    due = state.mode == "notice" and state.status == "due"
    return state.model_copy(update={"status": "assumed"}) if due else state


def hear_caller(state: ConsentState, text: str) -> ConsentState:
    """Take the caller's final words: an answer where she was asked, her will at any time."""
    if state.mode == "none" or text == WITHHELD:
        return state
    wish: Wish | None = answer(text, state.language) if state.asked else recording_wish(text)
    status = state.status
    if wish == "yes" and status not in AGREED:
        status = "given"
    elif wish == "no":
        status = "withdrawn" if status in (*AGREED, "withdrawn") else "refused"
    return state.model_copy(update={"status": status, "asked": state.asked and wish is None})


def decide(state: ConsentState, event: Event, policy: Policy, *, heard: list[Data]) -> Answer:
    """Fold one event of call.turns; `heard` is what disclosures answered to it."""
    match event.data:
        case CallAdmitted(jurisdiction=jurisdiction, language=language):
            state = begin(policy, jurisdiction=jurisdiction, language=language)
            if state.mode == "none":
                return state, []
            return state, [ConsentRequired.model_validate({
                "rule": RULE, "policy_version": policy.label, "mode": state.mode, "jurisdiction": jurisdiction,
                "on_refusal": policy.consent.recording.on_refusal,
            })]
        case AssistantRedacted(stage="heard", text=text):
            after = hear_assistant(state, text, policy)
            if any(isinstance(one, DisclosureHeard) and one.disclosure == RECORDING for one in heard):
                after = hear_notice(after)
            return after, _told(state, after, event, event.data, policy)
        case UtteranceRedacted(participant="caller", text=text):
            after = hear_caller(state, text)
            return after, _told(state, after, event, event.data, policy)
        case _:
            return state, []


def _told(
    before: ConsentState, after: ConsentState, event: Event, said: AssistantRedacted | UtteranceRedacted,
    policy: Policy,
) -> list[Data]:
    if after.status == before.status:
        return []
    place = Evidence(event_id=event.id, turn=said.turn, start=0, end=len(said.text))
    facts = {"rule": RULE, "policy_version": policy.label, "because": (place,)}
    return [STEPS[after.status].model_validate(facts)]
