"""The turns of a call as a table of transitions: told each event, it answers when a turn ended and how long it took.

The rules, of which the table below is the whole:
1. Turns are counted from 1. A turn is opened by the caller's first speech, words or mark of it; 0 means the channel
   does not count, and then the caller's words after an end open the next one.
2. It is HEARD once there are words, DECIDED once its end was decided; both together end it, in either order.
3. Where a channel does not say when it decided, the assistant's answer, the caller's next turn or the end of the call
   end a turn that was HEARD. A turn in which nothing was heard is forgotten, not ended.
4. A transcript that is final without words (the recogniser failed, or keys were pressed) ends a DECIDED turn too.
5. A turn ends once. Its latency is measured once, when its first sample was played.
6. Said twice is said once: every repeated event leaves the state as it is.

   OPEN ── words ──> HEARD ──┐ end decided, answer, next turn, call over
     └─ end decided ─> DECIDED ──┴──> ENDED ── first sample played ──> MEASURED
"""

from datetime import datetime
from typing import Literal

from pydantic import Field

from governance.latency import measure
from schemas.base import MOST, Data, Event, Frozen
from schemas.calls import CallEnded
from schemas.redacted import AssistantRedacted, UtteranceRedacted
from schemas.turns import (
    AssistantGenerated,
    Mark,
    SpeechStarted,
    SpeechStopped,
    TurnEnded,
    TurnMarked,
    UtteranceFinalized,
)

Phase = Literal["open", "heard", "decided", "ended", "measured", "forgotten"]
Sign = Literal["begin", "words", "end_decided", "final", "answer", "over", "played"]
Does = Literal["end", "measure"]

TABLE: dict[tuple[Phase, Sign], tuple[Phase, tuple[Does, ...]]] = {
    ("open", "words"): ("heard", ()),
    ("open", "end_decided"): ("decided", ()),
    ("open", "over"): ("forgotten", ()),
    ("heard", "end_decided"): ("ended", ("end",)),
    ("heard", "answer"): ("ended", ("end",)),
    ("heard", "over"): ("ended", ("end",)),
    ("heard", "played"): ("measured", ("end", "measure")),
    ("decided", "words"): ("ended", ("end",)),
    ("decided", "final"): ("ended", ("end",)),
    ("decided", "answer"): ("ended", ("end",)),
    ("decided", "over"): ("ended", ("end",)),
    ("decided", "played"): ("measured", ("end", "measure")),
    ("ended", "played"): ("measured", ("measure",)),
}
MARK_SIGN: dict[Mark, Sign] = {
    "endpoint_decided": "end_decided", "transcript_final": "final", "first_token": "answer", "first_played": "played",
}
REMEMBERED_TURNS = 4  # an answer can still be playing while the caller's next turns begin


class TurnState(Frozen):
    """One turn as far as it is known."""

    number: int
    phase: Phase = "open"
    utterances: tuple[str, ...] = ()
    marks: dict[Mark, datetime] = Field(default_factory=dict)


class TurnsState(Frozen):
    """The newest turns of a call, oldest first."""

    turns: tuple[TurnState, ...] = ()


def decide(state: TurnsState, event: Event) -> tuple[TurnsState, list[Data]]:
    """Fold one event; answers TurnEnded and LatencyMeasured."""
    match event.data:
        case SpeechStarted(participant="caller", turn=turn):
            return _told(state, turn, "begin")
        case SpeechStopped(participant="caller", turn=turn):
            return _told(state, turn, "begin")
        case UtteranceFinalized(participant="caller") | UtteranceRedacted(participant="caller") as said:
            return _told(state, said.turn, "words", utterance=said.utterance)
        case TurnMarked() as marked:
            return _marked(state, marked)
        case AssistantGenerated(turn=turn) | AssistantRedacted(stage="generated", turn=turn):
            return _known(state, turn, "answer")
        case CallEnded():
            return _over(state)
        case _:
            return state, []


def _told(
    state: TurnsState, number: int, sign: Sign, *, utterance: str | None = None, mark: Mark | None = None,
    at: datetime | None = None,
) -> tuple[TurnsState, list[Data]]:
    """Fold a sign of the caller's turn `number`, opening it where it is new."""
    number = number or _counted(state)
    newest = state.turns[-1].number if state.turns else 0
    said: list[Data] = []
    if number > newest:
        state, said = _over(state)
        state = TurnsState(turns=(*state.turns, TurnState(number=number))[-REMEMBERED_TURNS:])
    turn = next((one for one in state.turns if one.number == number), None)
    if turn is None:
        return state, said  # too old: its end and latency were told long ago
    if utterance is not None and utterance not in turn.utterances and turn.phase in {"open", "heard", "decided"}:
        turn = turn.model_copy(update={"utterances": (*turn.utterances, utterance)})
    if mark is not None and at is not None and mark not in turn.marks:
        turn = turn.model_copy(update={"marks": {**turn.marks, mark: at}})
    turn, more = _step(turn, sign)
    return _with(state, turn), said + more


def _marked(state: TurnsState, marked: TurnMarked) -> tuple[TurnsState, list[Data]]:
    """Fold instants of a turn as if each had come alone."""
    said: list[Data] = []
    for one in marked.marks:
        state, more = _told(state, marked.turn, MARK_SIGN.get(one.mark, "begin"), mark=one.mark, at=one.at)
        said += more
    return state, said


def _counted(state: TurnsState) -> int:
    """Number the turn of a channel that does not count: the running one, or the next where none runs."""
    if not state.turns:
        return 1
    newest = state.turns[-1]
    return newest.number if newest.phase in {"open", "heard", "decided"} else min(newest.number + 1, MOST)


def _known(state: TurnsState, number: int, sign: Sign) -> tuple[TurnsState, list[Data]]:
    """Fold a sign that opens no turn; number 0 means the newest."""
    turn = next((one for one in reversed(state.turns) if number in (0, one.number)), None)
    if turn is None:
        return state, []
    turn, said = _step(turn, sign)
    return _with(state, turn), said


def _over(state: TurnsState) -> tuple[TurnsState, list[Data]]:
    turns, said = [], []
    for turn in state.turns:
        after, more = _step(turn, "over")
        turns.append(after)
        said += more
    return TurnsState(turns=tuple(turns)), said


def _step(turn: TurnState, sign: Sign) -> tuple[TurnState, list[Data]]:
    """Look the table up."""
    phase, does = TABLE.get((turn.phase, sign), (turn.phase, ()))
    said: list[Data] = []
    if "end" in does:
        said.append(TurnEnded(turn=turn.number, utterances=turn.utterances))
    if "measure" in does and (latency := measure(turn.number, turn.marks)) is not None:
        said.append(latency)
    return turn if phase == turn.phase else turn.model_copy(update={"phase": phase}), said


def _with(state: TurnsState, turn: TurnState) -> TurnsState:
    return TurnsState(turns=tuple(turn if one.number == turn.number else one for one in state.turns))
