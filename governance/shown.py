"""What a packet shows of disclosure and consent: each statement's state, and what the caller agreed to."""

from collections.abc import Sequence

from schemas.base import Data
from schemas.disclosures import (
    ConsentAssumed,
    ConsentGiven,
    ConsentRefused,
    ConsentRequested,
    ConsentRequired,
    ConsentShown,
    ConsentStatus,
    ConsentWithdrawn,
    DisclosureHeard,
    DisclosureInterrupted,
    DisclosureRequired,
    DisclosureSaid,
    DisclosureShown,
    DisclosureStatus,
    upcast,
)
from schemas.verdicts import DisclosureMissed

STATUS: dict[type[Data], ConsentStatus] = {
    ConsentRequested: "requested", ConsentGiven: "given", ConsentAssumed: "assumed", ConsentRefused: "refused",
    ConsentWithdrawn: "withdrawn",
}


def told(shown: Sequence[DisclosureShown], event: Data) -> tuple[DisclosureShown, ...]:
    """Fold an event into what is shown of the statements; others change nothing."""
    data = upcast(event)
    state: DisclosureStatus
    facts: dict[str, object] = {}
    match data:
        case DisclosureRequired():
            state, facts = "required", {"occasion": data.occasion}
        case DisclosureSaid():
            state = "said"
        case DisclosureInterrupted():
            state, facts = "interrupted", {"at_word": data.at_word}
        case DisclosureMissed():
            state = "missed"
        case DisclosureHeard():
            state, facts = "late" if data.late_ms else "heard", {"late_ms": data.late_ms}
        case _:
            return tuple(shown)
    there = next((one for one in shown if (one.disclosure, one.round) == (data.disclosure, data.round)), None)
    before = there or DisclosureShown(disclosure=data.disclosure, round=data.round, occasion="start", state=state)
    if before.state == "missed" and state in ("said", "interrupted"):
        state = "missed"
    after = before.model_copy(update={"state": state, **facts})
    if there is None:
        return (*shown, after)
    return tuple(after if one is there else one for one in shown)


def agreed(shown: ConsentShown | None, data: Data) -> ConsentShown | None:
    """Fold an event into what is shown of the consent; others change nothing."""
    if isinstance(data, ConsentRequired):
        return ConsentShown(consent=data.consent, mode=data.mode, state="due")
    status = STATUS.get(type(data))
    return shown.model_copy(update={"state": status}) if shown is not None and status is not None else shown
