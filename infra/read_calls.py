"""Writes the read model's rows of calls: their life, words, turns and verdicts."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, cast, func
from sqlalchemy.dialects.postgresql import JSONB, insert

from infra.read_tables import CALL, SEALED_ENTITY, TURN, UTTERANCE, VERDICT
from schemas.base import Event
from schemas.calls import CallAdmitted, CallEnded, DtmfRedacted
from schemas.disclosures import (
    ConsentRequired,
    DisclosureHeard,
    DisclosureInterrupted,
    DisclosureRequired,
    DisclosureSaid,
    OfConsent,
    OfDisclosure,
)
from schemas.outside import ProviderDenied, SignPlayed
from schemas.redacted import (
    AssistantRedacted,
    EntitySealed,
    InterimRedacted,
    RedactionAmended,
    RedactionFailed,
    UtteranceRedacted,
)
from schemas.turns import BargeInDetected, LatencyMeasured, TurnEnded, TurnMarked
from schemas.verdicts import (
    DisclosureGiven,
    DisclosureMissed,
    EmergencyDetected,
    HandoffRequested,
    ShadowVerdictReached,
    VerdictReached,
)

Verdict = (
    VerdictReached | ShadowVerdictReached | EmergencyDetected | HandoffRequested | DisclosureGiven | DisclosureMissed
)
TurnFact = TurnEnded | LatencyMeasured | TurnMarked | BargeInDetected


def call(connection: Connection, event: Event, data: CallAdmitted | CallEnded) -> None:
    """Write the start or the end of a call; whichever comes first makes the row."""
    if isinstance(data, CallEnded):
        _write_call(connection, event, {"state": "ended", "ended_at": event.occurred_at, "end_reason": data.reason})
        return
    admitted = {
        "channel": data.channel,
        "caller_pseudonym": data.caller_pseudonym,
        "language": data.language,
        "policy_version": data.policy_version,
        "started_at": event.occurred_at,
        "trace_id": trace_id(event),
        "audio_partition": data.audio_partition,
        "jurisdiction": data.jurisdiction,
    }
    _write_call(connection, event, admitted)


def utterance(
    connection: Connection, event: Event, data: UtteranceRedacted | InterimRedacted | AssistantRedacted
) -> None:
    """Write what was said, as it may be read."""
    participant: str = "assistant"
    stage: str = "interim"
    match data:
        case AssistantRedacted():
            stage = data.stage
        case UtteranceRedacted():
            participant, stage = data.participant, "final"
        case InterimRedacted():
            participant = data.participant
    facts = data.model_dump(mode="json", exclude={"participant", "stage", "utterance", "turn", "text"})
    _write_words(
        connection, event, participant=participant, stage=stage, utterance=data.utterance, turn=data.turn,
        text=data.text, facts=facts,
    )


def amended(connection: Connection, event: Event, data: RedactionAmended) -> None:
    """Show an earlier text as it may be read from now on, and which event says so."""
    spans = [span.model_dump(mode="json") for span in data.spans]
    facts = func.jsonb_concat(UTTERANCE.c.facts, cast({"spans": spans, "amended_by": event.id}, JSONB))
    mine = (UTTERANCE.c.tenant == event.tenant, UTTERANCE.c.event_id == data.amends)
    connection.execute(UTTERANCE.update().where(*mine).values(text=data.text, facts=facts))


def unsaid(connection: Connection, event: Event, data: RedactionFailed | DtmfRedacted) -> None:
    """Write that something was said or keyed which may not be read."""
    if isinstance(data, RedactionFailed):
        _write_words(
            connection, event, participant=data.participant, stage="withheld", utterance=data.utterance,
            turn=data.turn, text=None, facts={"error": data.error, "detector": data.detector},
        )
        return
    _write_words(
        connection, event, participant="caller", stage="dtmf", utterance=event.id, turn=data.turn,
        text=data.pseudonym, facts={"count": data.count, "entity": data.entity},
    )


def sealed(connection: Connection, event: Event, data: EntitySealed) -> None:
    """Keep the sealed original of a pseudonym for a reveal."""
    values = {
        "tenant": event.tenant, "call_id": event.call_id, "pseudonym": data.pseudonym, "entity": data.entity,
        "key_id": data.key_id, "sealed": data.sealed, "event_id": event.id,
    }
    connection.execute(insert(SEALED_ENTITY).values(values).on_conflict_do_nothing())


def sign(connection: Connection, event: Event, data: SignPlayed) -> None:
    """Write what the caller heard while she waited for an answer."""
    _write_words(
        connection, event, participant="assistant", stage="sign", utterance=f"sign-{event.id}", turn=data.turn,
        text=data.text, facts={"sign": data.sign, "played_ms": data.played_ms, "method": data.method},
    )


def turn(connection: Connection, event: Event, data: TurnFact) -> None:
    """Write one fact of a turn; they come in any order."""
    if data.turn == 0:
        return  # the greeting: no turn of the caller's came before it
    key = {"tenant": event.tenant, "call_id": event.call_id, "turn": data.turn}
    match data:
        case TurnEnded():
            facts = {"utterances": list(data.utterances), "ended_at": event.occurred_at, "trace_id": trace_id(event)}
        case LatencyMeasured():
            parts = [part.model_dump(mode="json") for part in data.parts]
            facts = {"ttfa_ms": data.ttfa_ms, "parts": parts, "trace_id": trace_id(event)}
        case TurnMarked():
            statement = insert(TURN).values(**key, marks={one.mark: one.at.isoformat() for one in data.marks})
            merged = {"marks": func.jsonb_concat(TURN.c.marks, statement.excluded.marks)}
            connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=merged))
            return
        case BargeInDetected():
            facts = {"barge_in_ms": data.stopped_after_ms}
    _upsert(connection, TURN, key, facts)


def denied(connection: Connection, event: Event, data: ProviderDenied) -> None:
    """Write that the policy kept a provider from the call; the rule answers to the call itself, not to words."""
    values: dict[str, object] = {
        "tenant": event.tenant, "event_id": event.id, "call_id": event.call_id, "type": event.type, "rule": data.rule,
        "kind": f"{data.operation} {data.provider.name} {data.provider.region}", "score": None, "reason": data.reason,
        "policy_version": data.policy_version, "provisional": False, "because": [], "occurred_at": event.occurred_at,
    }
    connection.execute(insert(VERDICT).values(values).on_conflict_do_nothing())


def verdict(connection: Connection, event: Event, data: Verdict) -> None:
    """Write a finding with what it cites; an emergency shows on its call as well."""
    because = () if isinstance(data, DisclosureMissed) else data.because
    kind: str | None = None
    if isinstance(data, VerdictReached | ShadowVerdictReached | EmergencyDetected):
        kind = data.kind
    elif isinstance(data, DisclosureGiven | DisclosureMissed):
        kind = data.disclosure
    values = {
        "tenant": event.tenant,
        "event_id": event.id,
        "call_id": event.call_id,
        "type": event.type,
        "rule": data.rule,
        "kind": kind,
        "score": getattr(data, "score", None),
        "reason": getattr(data, "reason", None),
        "policy_version": data.policy_version,
        "provisional": isinstance(data, EmergencyDetected) and data.provisional,
        "because": [each.model_dump(mode="json") for each in because],
        "occurred_at": event.occurred_at,
    }
    connection.execute(insert(VERDICT).values(values).on_conflict_do_nothing())
    if isinstance(data, EmergencyDetected):
        _write_call(connection, event, {"emergency": data.kind})


def told(connection: Connection, event: Event, data: OfDisclosure | OfConsent) -> None:
    """Write what became of a statement or a consent beside the verdicts; that one was due is in its own table."""
    if isinstance(data, DisclosureRequired | DisclosureSaid):
        return
    values = {
        "tenant": event.tenant, "event_id": event.id, "call_id": event.call_id, "type": event.type, "rule": data.rule,
        "kind": data.disclosure if isinstance(data, OfDisclosure) else data.consent, "reason": _outcome(data),
        "policy_version": data.policy_version, "provisional": False, "occurred_at": event.occurred_at,
        "because": [each.model_dump(mode="json") for each in getattr(data, "because", ())],
    }
    connection.execute(insert(VERDICT).values(values).on_conflict_do_nothing())


def _outcome(data: OfDisclosure | OfConsent) -> str | None:
    match data:
        case DisclosureHeard(late_ms=late_ms, how=how):
            known = f"known by {how}" if how is not None else "how it is known is not recorded"
            return f"heard whole, {late_ms} ms late; {known}" if late_ms else f"heard whole; {known}"
        case DisclosureInterrupted(at_word=at_word, words=words):
            return f"interrupted at word {at_word}" + (f" of {words}" if words is not None else "")
        case ConsentRequired(mode=mode, jurisdiction=place):
            return f"{mode}, in {place or 'a place that nobody named'}"
        case _:
            return None


def trace_id(event: Event) -> str | None:
    """Give the trace of an event: the second field of its traceparent (W3C Trace Context)."""
    fields = (event.traceparent or "").split("-")
    return fields[1] if len(fields) == 4 else None


def _write_call(connection: Connection, event: Event, facts: Mapping[str, object]) -> None:
    statement = CALL.update().where(CALL.c.tenant == event.tenant, CALL.c.call_id == event.call_id)
    connection.execute(statement.values(**facts))


def _write_words(
    connection: Connection,
    event: Event,
    *,
    participant: str,
    stage: str,
    utterance: str,
    turn: int,
    text: str | None,
    facts: Mapping[str, object],
) -> None:
    values = {
        "tenant": event.tenant, "event_id": event.id, "call_id": event.call_id, "sequence": event.sequence,
        "participant": participant, "stage": stage, "utterance": utterance, "turn": turn, "text": text,
        "facts": facts, "occurred_at": event.occurred_at,
    }
    connection.execute(insert(UTTERANCE).values(values).on_conflict_do_nothing())


def _upsert(
    connection: Connection, table: Table, key: Mapping[str, object], facts: Mapping[str, object]
) -> None:
    names: Sequence[str] = list(key)
    statement = insert(table).values(**key, **facts)
    connection.execute(statement.on_conflict_do_update(index_elements=names, set_=facts))
