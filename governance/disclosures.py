"""Whether the caller was told what she must be told, statement by statement.

   REQUIRED ── became speech ──> SAID ── played whole ──> HEARD (late, where it was due before)
      │                           └── cut off ──> INTERRUPTED ── said again ──> SAID
      └── the time is up, and it was not heard ──> missed, and it stays owed: a late one is still heard
A transfer, or a broken session, starts another round of those that the policy wants again.
"""

from datetime import datetime, timedelta

from governance.disclosure import Told, begun, tokens, told
from governance.jurisdictions import applies, recording_mode
from schemas.base import Data, Event, Frozen, derived_id
from schemas.calls import (
    CallAdmitted,
    DeadlinePassed,
    DeadlineSet,
    ParticipantJoined,
    ParticipantLeft,
    SessionResumed,
)
from schemas.disclosure_rules import LISTENING, RECORDING, Statement
from schemas.disclosures import (
    DisclosureHeard,
    DisclosureInterrupted,
    DisclosureRequired,
    DisclosureSaid,
    HeardHow,
    Occasion,
)
from schemas.handoffs import HandoffAccepted, HandoffCompleted
from schemas.legs import ListeningBegan
from schemas.policies import Place, Policy
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from schemas.verdicts import DisclosureMissed, Evidence

RULE = "disclosure."


class Line(Frozen):
    """What the caller was, or is to be, told: one stage of an utterance of the assistant or of a person."""

    event_id: str
    utterance: str
    text: str
    at: datetime
    turn: int = 0
    heard: bool = True
    interrupted: bool = False
    played_ms: int = 0
    how: HeardHow | None = None
    human: bool = False


class Owed(Frozen):
    """One statement that is due: since when, until when, and how far it has come."""

    kind: str
    round: int
    occasion: Occasion
    due_at: datetime
    said: str | None = None
    before: int = 0
    words: int | None = None
    at_word: int | None = None
    heard: bool = False
    missed: bool = False


class DisclosuresState(Frozen):
    """What the caller is owed; `human` while a person speaks to her."""

    language: str = "en"
    jurisdiction: str | None = None
    owed: tuple[Owed, ...] = ()
    human: bool = False


Answer = tuple[DisclosuresState, list[Data]]


def decide(state: DisclosuresState, event: Event, policy: Policy) -> Answer:
    """Fold one event of call.turns."""
    match event.data:
        case CallAdmitted(language=language, jurisdiction=jurisdiction):
            state = state.model_copy(update={"language": language[:2], "jurisdiction": jurisdiction})
            return require(state, policy, occasion="start", cause=event.id, at=event.occurred_at)
        case SessionResumed():
            return require(state, policy, occasion="resumed", cause=event.id, at=event.occurred_at)
        case HandoffAccepted() | ParticipantJoined(participant="human") if not state.human:
            state = state.model_copy(update={"human": True})
            return require(state, policy, occasion="to_human", cause=event.id, at=event.occurred_at)
        case ListeningBegan(announce="everyone"):
            return require(state, policy, occasion="listening", cause=event.id, at=event.occurred_at)
        case DeadlinePassed(why=why, about=about) if why.startswith(RULE):
            return _passed(state, why.removeprefix(RULE), int(about or 0), policy)
        case ParticipantLeft(participant="human") | HandoffCompleted():
            return state, []  # the assistant's next word is the transfer back; often there is none
        case _:
            line = line_of(event)
            if line is None:
                return state, []
            back: list[Data] = []
            if state.human and not line.human and not _tells_of_listening(state, line, policy):
                state = state.model_copy(update={"human": False})
                state, back = require(state, policy, occasion="from_human", cause=event.id, at=event.occurred_at)
            state, said = take(state, line, policy)
            return state, [*back, *said]


def line_of(event: Event) -> Line | None:
    """What of an event the caller was told."""
    match event.data:
        case AssistantRedacted() as said:
            return Line(
                event_id=event.id, utterance=said.utterance, text=said.text, at=event.occurred_at, turn=said.turn,
                heard=said.stage == "heard", interrupted=said.interrupted, played_ms=said.played_ms or 0,
                how=said.method,
            )
        case UtteranceRedacted(participant="human") as said:
            return Line(
                event_id=event.id, utterance=said.utterance, text=said.text, at=event.occurred_at, turn=said.turn,
                how="human_speech", human=True,
            )
        case _:
            return None


def require(
    state: DisclosuresState, policy: Policy, *, occasion: Occasion, cause: str, at: datetime
) -> Answer:
    """Start a round of what is due on an occasion, each statement with its deadline."""
    said: list[Data] = []
    asks = recording_mode(policy.consent.recording, state.jurisdiction) == "ask"
    for kind, one in policy.disclosure.every():
        if not one.due(occasion) or not applies(one, state.jurisdiction):
            continue
        if (kind == LISTENING) != (occasion == LISTENING):
            continue  # it has an occasion of its own, and no other
        if (kind, occasion) == (RECORDING, "start") and asks:
            continue  # the question tells her, and until she says yes it is not so
        number = sum(each.kind == kind for each in state.owed)
        due_at = at + timedelta(milliseconds=one.heard_within_ms)
        owed = Owed(kind=kind, round=number, occasion=occasion, due_at=due_at)
        state = state.model_copy(update={"owed": (*state.owed, owed)})
        said += [
            DeadlineSet(
                deadline=derived_id(cause, f"{RULE}{kind}", 0), why=f"{RULE}{kind}",
                about=str(number) if number else None, due_at=due_at,
            ),
            DisclosureRequired.model_validate({
                **_about(owed, policy), "occasion": occasion, "due_at": due_at, "language": state.language,
                "jurisdiction": state.jurisdiction,
            }),
        ]
    return state, said


def take(state: DisclosuresState, line: Line, policy: Policy) -> Answer:
    """Hold one line against what is still owed."""
    rules = dict(policy.disclosure.every())
    said: list[Data] = []
    owed = list(state.owed)
    for place, one in enumerate(owed):
        statement = rules.get(one.kind)
        if one.heard or statement is None:
            continue
        owed[place], more = _held(one, line, statement, state.language, policy)
        said += more
    return state.model_copy(update={"owed": tuple(owed)}), said


def _held(one: Owed, line: Line, statement: Statement, language: str, policy: Policy) -> tuple[Owed, list[Data]]:
    found = told(one.kind, statement, language, line.text, cut=line.interrupted)
    if not line.heard:
        return _said(one, line, found, policy)
    if found is not None:
        late_ms = max(0, round((_heard_at(line, found) - one.due_at) / timedelta(milliseconds=1)))
        return one.model_copy(update={"heard": True}), [DisclosureHeard.model_validate({
            **_about(one, policy), "utterance": line.utterance, "how": line.how, "late_ms": late_ms,
            "because": (_evidence(line, found.place),),
        })]
    return _cut_off(one, line, statement, language, policy)


def _said(one: Owed, line: Line, found: Told | None, policy: Policy) -> tuple[Owed, list[Data]]:
    if found is None or one.said == line.utterance:
        return one, []
    return one.model_copy(update={"said": line.utterance, "before": found.before, "words": found.words}), [
        DisclosureSaid.model_validate({
            **_about(one, policy), "utterance": line.utterance, "because": (_evidence(line, found.place),),
        })
    ]


def _cut_off(one: Owed, line: Line, statement: Statement, language: str, policy: Policy) -> tuple[Owed, list[Data]]:
    """Say at which of its words a statement ended that was not heard whole."""
    known = one.said == line.utterance
    reached = len(tokens(line.text)) - one.before if known else begun(statement, language, line.text)
    if not known and (not line.interrupted or reached == 0):
        return one, []
    at_word = max(0, reached if one.words is None or not known else min(reached, one.words - 1))
    if at_word and not statement.whole:
        whole = Place(start=0, end=len(line.text))
        return one.model_copy(update={"heard": True}), [DisclosureHeard.model_validate({
            **_about(one, policy), "utterance": line.utterance, "how": line.how, "because": (_evidence(line, whole),),
            "late_ms": max(0, round((line.at - one.due_at) / timedelta(milliseconds=1))),
        })]
    return one.model_copy(update={"at_word": max(at_word, one.at_word or 0)}), [DisclosureInterrupted.model_validate({
        **_about(one, policy), "utterance": line.utterance, "at_word": at_word, "words": one.words if known else None,
        "because": (_evidence(line, Place(start=0, end=len(line.text))),),
    })]


def _tells_of_listening(state: DisclosuresState, line: Line, policy: Policy) -> bool:
    """Tell whether it is what the assistant says beside a person: the call is not handed back by it."""
    one = policy.disclosure.statements.get(LISTENING)
    known = any(each.kind == LISTENING and each.said == line.utterance for each in state.owed)
    return one is not None and (known or told(LISTENING, one, state.language, line.text) is not None)


def _passed(state: DisclosuresState, kind: str, number: int, policy: Policy) -> Answer:
    said: list[Data] = []
    owed = list(state.owed)
    for place, one in enumerate(owed):
        if (one.kind, one.round) == (kind, number) and not one.heard and not one.missed:
            owed[place] = one.model_copy(update={"missed": True})
            reason = "interrupted" if one.at_word is not None else "not_reported" if one.said else "never_said"
            said.append(DisclosureMissed.model_validate({
                **_about(one, policy), "reason": reason, "at_word": one.at_word,
            }))
    return state.model_copy(update={"owed": tuple(owed)}), said


def _heard_at(line: Line, found: Told) -> datetime:
    """The report comes when the whole line was played; the statement was heard in proportion of its place in it."""
    rest = 1 - found.place.end / max(1, len(line.text))
    return line.at - timedelta(milliseconds=round(rest * line.played_ms))


def _about(one: Owed, policy: Policy) -> dict[str, object]:
    return {
        "disclosure": one.kind, "round": one.round, "rule": f"{RULE}{one.kind}", "policy_version": policy.label,
    }


def _evidence(line: Line, place: Place) -> Evidence:
    return Evidence(event_id=line.event_id, turn=line.turn, start=place.start, end=place.end)
