"""What is remembered of a call for its packet: who calls, what was said (redacted), what was found, what is pending."""

from datetime import datetime
from typing import Literal

from governance import shown
from schemas.base import Data, Event, Frozen
from schemas.calls import CallAdmitted
from schemas.disclosure_rules import AI
from schemas.disclosures import ConsentShown, DisclosureHeard, DisclosureShown, upcast
from schemas.handoffs import TranscriptLine
from schemas.redacted import AssistantRedacted, RedactionAmended, UtteranceRedacted

MAX_LINES = 200  # the packet's transcript; what is older is in the call's own record

Progress = Literal["offered", "claimed", "accepted", "over"]


class Pending(Frozen):
    """One handoff of the call on its way; `returned` counts offers of this queue that came to nothing."""

    id: str
    queue: str
    priority: int
    progress: Progress
    waits: int = 0
    deadline: str = ""
    returned: int = 0


class HandoffsState(Frozen):
    """The least a packet needs."""

    channel: str = "unknown"
    language: str = "en"
    caller_pseudonym: str | None = None
    began_at: datetime | None = None
    disclosure_heard: bool = False
    disclosures: tuple[DisclosureShown, ...] = ()
    consent: ConsentShown | None = None
    emergency: str | None = None
    lines: tuple[TranscriptLine, ...] = ()
    pseudonyms: tuple[str, ...] = ()
    pending: Pending | None = None
    policy_version: str | None = None


def admitted(state: HandoffsState, event: Event, call: CallAdmitted) -> HandoffsState:
    """Remember who calls, and when the call's sound begins."""
    return state.model_copy(update={
        "channel": call.channel, "language": call.language, "caller_pseudonym": call.caller_pseudonym,
        "began_at": event.occurred_at,
    })


def told(state: HandoffsState, data: Data) -> HandoffsState:
    """Remember what the caller was told and what she agreed to."""
    now = upcast(data)
    heard = isinstance(now, DisclosureHeard) and now.disclosure == AI
    return state.model_copy(update={
        "disclosures": shown.told(state.disclosures, now), "consent": shown.agreed(state.consent, now),
        "disclosure_heard": state.disclosure_heard or heard,
    })


def with_line(state: HandoffsState, event: Event, data: UtteranceRedacted | AssistantRedacted) -> HandoffsState:
    """Remember a line once."""
    if not data.text or any(line.event_id == event.id for line in state.lines):
        return state
    line = line_of(event, data, began_at=state.began_at)
    found = dict.fromkeys((*state.pseudonyms, *(span.pseudonym for span in data.spans)))
    return state.model_copy(update={"lines": (*state.lines, line)[-MAX_LINES:], "pseudonyms": tuple(found)})


def line_of(
    event: Event, data: UtteranceRedacted | AssistantRedacted, *, began_at: datetime | None
) -> TranscriptLine:
    """Give a line of a packet's transcript."""
    return TranscriptLine(
        event_id=event.id,
        participant="assistant" if isinstance(data, AssistantRedacted) else data.participant,
        turn=data.turn,
        text=data.text,
        occurred_at=event.occurred_at,
        interrupted=isinstance(data, AssistantRedacted) and data.interrupted,
        at_ms=_at_ms(event, data, began_at),
    )


def amended(state: HandoffsState, data: RedactionAmended) -> HandoffsState:
    """Remember an earlier line as it may be read from now on."""
    lines = tuple(
        line.model_copy(update={"text": data.text}) if line.event_id == data.amends else line for line in state.lines
    )
    if lines == state.lines:
        return state
    found = dict.fromkeys((*state.pseudonyms, *(span.pseudonym for span in data.spans)))
    return state.model_copy(update={"lines": lines, "pseudonyms": tuple(found)})


def _at_ms(event: Event, data: UtteranceRedacted | AssistantRedacted, began_at: datetime | None) -> int | None:
    if isinstance(data, UtteranceRedacted):
        return data.start_ms if data.end_ms else None  # a channel that gave no times has no sound here
    if began_at is None or data.played_ms is None:
        return None
    # What the assistant played ended when it was reported as heard; the caller's own times are measured in her audio.
    return max(0, int((event.occurred_at - began_at).total_seconds() * 1000) - data.played_ms)
