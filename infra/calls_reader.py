"""Reads calls, turns and transcripts of one tenant from the read model."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Row, func, select, tuple_

from governance.errors import InputError
from infra import briefings, cursors, read_processors
from infra.handoff_desk import summary as handoff_summary
from infra.read_tables import CALL, HANDOFF, TURN, UTTERANCE, VERDICT
from schemas.answers import (
    CallDetail,
    CallPage,
    CallSummary,
    Finding,
    SpokenLine,
    Stage,
    Transcript,
    TurnPage,
    TurnView,
)
from schemas.figures import CallSignals, WaterfallPart
from schemas.verdicts import ShadowVerdictReached

MAX_LIMIT = 500
SHADOW = ShadowVerdictReached.type
MAX_WORDS = 20_000  # rows of one transcript; a day of talk stays below
STAGE_FACTS = ("spans", "detector", "provider", "confidence", "audio_ms", "played_ms", "method", "amended_by", "sign")
# Of the facts about one utterance the first of these that exists is what was really said.
TRUTH = ("heard", "final", "dtmf", "withheld", "sign")


class CallLine(NamedTuple):
    """Where the sound of a live call is, whose law counts, and which policy it is held to."""

    audio_partition: int | None
    jurisdiction: str | None
    policy_version: str | None


def calls(
    connection: Connection, tenant: str, *, state: str | None = None, cursor: str | None = None, limit: int = 50
) -> CallPage:
    """Give one page of calls, newest first."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"limit must be between 1 and {MAX_LIMIT}")
    query = select(CALL).where(CALL.c.tenant == tenant)
    if state is not None:
        query = query.where(CALL.c.state == state)
    if cursor is not None:
        query = query.where(tuple_(CALL.c.started_at, CALL.c.call_id) < cursors.read_place(cursor))
    rows = connection.execute(query.order_by(CALL.c.started_at.desc(), CALL.c.call_id.desc()).limit(limit + 1)).all()
    page = tuple(_summary(row) for row in rows[:limit])
    more = cursors.write((page[-1].started_at.isoformat(), page[-1].call_id)) if len(rows) > limit else None
    return CallPage(calls=page, cursor=more)


def signals(connection: Connection, tenant: str, call_ids: Sequence[str]) -> dict[str, CallSignals]:
    """Give what a list of calls shows of each, for all of them at once."""
    turns = select(TURN.c.call_id, func.count()).where(TURN.c.tenant == tenant, TURN.c.call_id.in_(call_ids))
    counted: dict[str, int] = {row[0]: row[1] for row in connection.execute(turns.group_by(TURN.c.call_id))}
    found = select(VERDICT.c.call_id, VERDICT.c.type).where(
        VERDICT.c.tenant == tenant, VERDICT.c.call_id.in_(call_ids), VERDICT.c.type != SHADOW
    )
    kinds: dict[str, dict[str, None]] = {one: {} for one in call_ids}
    for row in connection.execute(found.order_by(VERDICT.c.occurred_at)):
        kinds[row.call_id][row.type] = None
    return {one: CallSignals(turns=counted.get(one, 0), verdicts=tuple(kinds[one])) for one in call_ids}


def call(connection: Connection, tenant: str, call_id: str) -> CallDetail | None:
    """Give one call with its verdicts and handoffs."""
    row = connection.execute(select(CALL).where(CALL.c.tenant == tenant, CALL.c.call_id == call_id)).one_or_none()
    if row is None:
        return None
    turns = select(func.count()).where(TURN.c.tenant == tenant, TURN.c.call_id == call_id)
    found = select(VERDICT).where(VERDICT.c.tenant == tenant, VERDICT.c.call_id == call_id)
    handoffs = select(HANDOFF).where(HANDOFF.c.tenant == tenant, HANDOFF.c.call_id == call_id)
    findings = [_finding(each) for each in connection.execute(found.order_by(VERDICT.c.occurred_at))]
    return CallDetail(
        **_summary(row).model_dump(),
        turns=connection.execute(turns).scalar_one(),
        verdicts=tuple(one for one in findings if one.type != SHADOW),
        shadow_verdicts=tuple(one for one in findings if one.type == SHADOW),
        handoffs=tuple(handoff_summary(each) for each in connection.execute(handoffs.order_by(HANDOFF.c.requested_at))),
        processors=read_processors.of_call(connection, tenant, call_id),
    )


def call_line(connection: Connection, tenant: str, call_id: str) -> CallLine | None:
    """Give what one must know to hear a call."""
    query = select(CALL.c.audio_partition, CALL.c.jurisdiction, CALL.c.policy_version)
    row = connection.execute(query.where(CALL.c.tenant == tenant, CALL.c.call_id == call_id)).one_or_none()
    return None if row is None else CallLine(row.audio_partition, row.jurisdiction, row.policy_version)


def turns(connection: Connection, tenant: str, call_id: str) -> TurnPage | None:
    """Give the turns of a call with their waterfalls."""
    if not _exists(connection, tenant, call_id):
        return None
    query = select(TURN).where(TURN.c.tenant == tenant, TURN.c.call_id == call_id).order_by(TURN.c.turn)
    return TurnPage(call_id=call_id, turns=tuple(_turn(row) for row in connection.execute(query)))


def transcript(connection: Connection, tenant: str, call_id: str, *, interims: bool = False) -> Transcript | None:
    """Give the words of a call with the stages of each utterance; interims only where asked for."""
    if not _exists(connection, tenant, call_id):
        return None
    query = select(UTTERANCE).where(UTTERANCE.c.tenant == tenant, UTTERANCE.c.call_id == call_id)
    if not interims:
        query = query.where(UTTERANCE.c.stage != "interim")
    rows = connection.execute(query.order_by(UTTERANCE.c.occurred_at, UTTERANCE.c.sequence).limit(MAX_WORDS))
    said: dict[tuple[str, str], list[Row[tuple[object, ...]]]] = {}
    for row in rows:
        said.setdefault((row.participant, row.utterance), []).append(row)
    return Transcript(
        call_id=call_id, lines=tuple(_line(facts) for facts in said.values()),
        briefings=briefings.read(connection, tenant, call_id),
    )


def _exists(connection: Connection, tenant: str, call_id: str) -> bool:
    query = select(CALL.c.call_id).where(CALL.c.tenant == tenant, CALL.c.call_id == call_id)
    return connection.execute(query).first() is not None


def _summary(row: Row[tuple[object, ...]]) -> CallSummary:
    return CallSummary(
        call_id=row.call_id, state=row.state, channel=row.channel, caller=row.caller_pseudonym, language=row.language,
        policy_version=row.policy_version, started_at=row.started_at, ended_at=row.ended_at,
        end_reason=row.end_reason, emergency=row.emergency, trace_id=row.trace_id,
    )


def _finding(row: Row[tuple[object, ...]]) -> Finding:
    return Finding(
        event_id=row.event_id, type=row.type, rule=row.rule, kind=row.kind, score=row.score, reason=row.reason,
        policy_version=row.policy_version, provisional=row.provisional, because=row.because,
        occurred_at=row.occurred_at,
    )


def _turn(row: Row[tuple[object, ...]]) -> TurnView:
    waterfall: list[WaterfallPart] = []
    start_ms = 0.0
    for part in row.parts:
        waterfall.append(WaterfallPart(name=part["name"], start_ms=start_ms, ms=part["ms"]))
        start_ms += part["ms"]
    return TurnView(
        turn=row.turn, utterances=row.utterances, ended_at=row.ended_at, ttfa_ms=row.ttfa_ms,
        waterfall=tuple(waterfall), marks=row.marks, barge_in_ms=row.barge_in_ms, trace_id=row.trace_id,
    )


def _line(facts: list[Row[tuple[object, ...]]]) -> SpokenLine:
    first = facts[0]
    stages = {row.stage: _stage(row) for row in facts}
    truth = next((stage for stage in TRUTH if stage in stages), None)
    heard: dict[str, object] = next((row.facts for row in facts if row.stage == "heard"), {})
    return SpokenLine(
        utterance=first.utterance,
        participant=first.participant,
        turn=first.turn,
        occurred_at=first.occurred_at,
        text=stages[truth].text if truth else None,
        withheld="withheld" in stages,
        interrupted=bool(heard.get("interrupted")),
        mismatch=bool(heard.get("mismatch")),
        stages=stages,
    )


def _stage(row: Row[tuple[object, ...]]) -> Stage:
    known = {name: row.facts[name] for name in STAGE_FACTS if row.facts.get(name) is not None}
    return Stage(event_id=row.event_id, text=row.text, occurred_at=row.occurred_at, **known)
