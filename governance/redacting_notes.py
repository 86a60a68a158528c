"""An agent's note becomes a redacted one: the same pseudonyms as in the call, and it fails closed."""

from collections.abc import Sequence

from governance.redacting import Answer, Digest, RedactionState, Seal
from governance.redaction import redact, to_hide
from schemas.desk import HandoffNoted, HandoffNoteRedacted
from schemas.policies import Policy
from schemas.redaction import PiiSpan


def redact_note(
    state: RedactionState, noted: HandoffNoted, spans: Sequence[PiiSpan], *, detector: str, policy: Policy,
    digest: Digest, seal: Seal,
) -> Answer:
    """Replace what was found; a note stands by itself, so nothing of the talk is read on into it."""
    hidden = to_hide(spans, policy.redaction)
    text, replaced, pseudonyms = redact(noted.text, hidden, state.pseudonyms, digest=digest)
    originals = [(one.pseudonym, one.entity, noted.text[one.start : one.end]) for one in replaced]
    fresh = {one[0]: one for one in originals if one[0] not in state.sealed}
    note = HandoffNoteRedacted(
        handoff=noted.handoff, agent=noted.agent, text=text, spans=replaced, detector=detector,
        policy_version=policy.label,
    )
    after = state.model_copy(update={"pseudonyms": pseudonyms, "sealed": (*state.sealed, *fresh)})
    return after, [note, *(seal(name, entity, value) for name, entity, value in fresh.values())]


def withhold_note(state: RedactionState, noted: HandoffNoted, *, detector: str, policy: Policy) -> Answer:
    """Say that there is a note which nobody may read."""
    return state, [HandoffNoteRedacted(
        handoff=noted.handoff, agent=noted.agent, text=None, detector=detector, policy_version=policy.label
    )]
