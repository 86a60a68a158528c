"""Calls as a centre has them, for the console: an upset caller who wants a person, and many quiet ones."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from infra import recordings
from infra.audit_keys import log_signer
from infra.audit_store import append
from infra.checkpoints import publish
from infra.clock import now
from infra.database import transaction
from infra.policies import parse, shipped
from infra.recording_chunks import cut
from infra.rollback_guard import RollbackGuard
from infra.sealed_originals import seal_original
from schemas.audio import BRIEFING, AudioRecord
from schemas.audit import Source
from schemas.base import Data, Event
from schemas.calls import CallAdmitted, CallEnded
from schemas.disclosures import ConsentShown, DisclosureShown
from schemas.handoffs import (
    CitedSentence,
    HandoffOffered,
    HandoffPackaged,
    HandoffPacket,
    HandoffReason,
    TranscriptLine,
)
from schemas.legs import BriefingPlayed
from schemas.redacted import AssistantRedacted, RedactedSpan, UtteranceRedacted
from schemas.turns import LatencyMeasured, Part, TurnEnded
from schemas.verdicts import Evidence, HandoffRequested
from streams.entries import draft
from tests.support.api import Served
from tests.support.audit_log import ORIGIN
from tests.support.calls import TENANT, TRACE, event

CARD = "4111 1111 1111 1111"
TALK = (
    ("caller", "My order still has not come, and it was paid with <CREDIT_CARD_1>."),
    ("assistant", "I am sorry to hear that. I will look up the order for you right away."),
    ("caller", "This is the third time that I call. Can I talk to a real person please?"),
    ("assistant", "Of course. I will get a colleague for you who can send it again today."),
)
HEARD = "Of course. I will get a colleague"
RULE = "escalation.explicit_request"
# The house's policy of these calls: a second person agrees to e-mail addresses, and nobody else to cards.
POLICY = shipped().text.replace(b"second_person: []", b"second_person: [EMAIL_ADDRESS]")
LABEL = parse(POLICY, name="policy.yaml").label
RATE, SECONDS = 8000, 8


def span() -> RedactedSpan:
    """The card in the first sentence."""
    at = TALK[0][1].index("<")
    return RedactedSpan(
        start=at, end=at + len(CARD), entity="CREDIT_CARD", pseudonym="<CREDIT_CARD_1>", score=0.97,
        recognizer="card", redacted_start=at, redacted_end=at + len("<CREDIT_CARD_1>"),
    )


def talk(call_id: str) -> list[Data]:
    """What was said and measured, in two turns."""
    facts: list[Data] = [CallAdmitted(
        channel="phone", caller_pseudonym="caller-3f9a", language="en", encoding="mulaw", sample_rate=RATE,
        audio_partition=0, policy_version=LABEL,
    )]
    for turn in (1, 2):
        heard, answer = TALK[2 * turn - 2][1], TALK[2 * turn - 1][1]
        cut_off = turn == 2
        facts += [
            UtteranceRedacted(
                participant="caller", utterance=f"u{turn}", turn=turn, text=heard, detector="d1",
                spans=(span(),) if turn == 1 else (), start_ms=18_000 * turn - 15_000, end_ms=18_000 * turn - 9000,
            ),
            TurnEnded(turn=turn, utterances=(f"u{turn}",)),
            *(
                AssistantRedacted(stage=stage, utterance=f"a{turn}", turn=turn, text=answer, detector="d1")
                for stage in ("generated", "synthesised")
            ),
            AssistantRedacted(
                stage="heard", utterance=f"a{turn}", turn=turn, text=HEARD if cut_off else answer, detector="d1",
                method="playback_mark", interrupted=cut_off, mismatch=cut_off,
            ),
            LatencyMeasured(turn=turn, ttfa_ms=880.0 + 140 * turn, parts=(
                Part(name="endpointing", ms=320.0), Part(name="transcription", ms=180.0 + 40 * turn),
                Part(name="language_model", ms=240.0 + 100 * turn), Part(name="synthesis", ms=110.0),
                Part(name="playback", ms=30.0),
            )),
        ]
    assert call_id
    return facts


def asked(call_id: str, handoff: str, *, cause: str, start: datetime) -> list[Data]:
    """The request for a person, its packet and its offer."""
    said = TALK[2][1].index("Can I talk")
    because = (Evidence(event_id=cause, turn=2, start=said, end=len(TALK[2][1])),)
    lines = tuple(
        TranscriptLine(
            event_id=cause if number == 2 else f"{call_id}/line/{number}", participant=who, turn=number // 2 + 1,
            text=HEARD if number == 3 else text, occurred_at=start + timedelta(seconds=6 + 9 * number),
            interrupted=number == 3,
        )
        for number, (who, text) in enumerate(TALK)
    )
    packet = HandoffPacket(
        handoff=handoff, call_id=call_id, tenant=TENANT, queue="orders", priority=2, language="en", channel="phone",
        caller_pseudonym="caller-3f9a",
        reason=HandoffReason(
            rule=RULE, text="The caller asked for a person.", policy_version=LABEL,
            because=because,
        ),
        summary=(
            CitedSentence(text="The order has not come; it was paid with <CREDIT_CARD_1>.", turns=(1,)),
            CitedSentence(text="It is the third call about it.", turns=(2,)),
        ),
        promised=(CitedSentence(text="I will look up the order for you right away.", turns=(1,), at_ms=12_000),),
        tried=(CitedSentence(text="This is the third time that I call.", turns=(2,), at_ms=21_000),),
        still_open=(CitedSentence(text="My order still has not come.", turns=(1,), at_ms=3000),),
        next_step=CitedSentence(text="Say what has become of the order.", turns=(1, 2)),
        transcript=lines, pseudonyms=("<CREDIT_CARD_1>",), disclosure_heard=True, trace_id=TRACE,
        disclosures=(DisclosureShown(disclosure="ai", round=1, occasion="start", state="heard"),),
        consent=ConsentShown(consent="c1", mode="ask", state="given"),
        audit_position=f"{TENANT}/{call_id}/14", requested_at=now(),
    )
    return [
        HandoffRequested(
            handoff=handoff, rule=RULE, reason="The caller asked for a person.",
            policy_version=LABEL, queue="orders", priority=2, because=because,
        ),
        HandoffPackaged(handoff=handoff, packet=packet),
        HandoffOffered(handoff=handoff, queue="orders", priority=2, expires_at=now() + timedelta(minutes=30)),
    ]


def upset(call_id: str = "call-1", handoff: str = "h1", *, begun: datetime | None = None) -> list[Event]:
    """A whole call up to its offer, begun a minute ago."""
    start = begun or now() - timedelta(seconds=60)
    facts = talk(call_id)
    facts += asked(call_id, handoff, cause=f"{TENANT}/{call_id}/8", start=start)
    return [
        event(number, data, call_id=call_id, at=start + timedelta(seconds=3 * number))
        for number, data in enumerate(facts, start=1)
    ]


def quiet(number: int, *, days: int = 14) -> list[Event]:
    """An ended call without anything in it, some time in the last days."""
    start = now() - timedelta(minutes=days * 24 * 60 * (number % 97) / 97 + number)
    facts = [*talk(f"quiet-{number}")[:7], CallEnded(reason="hangup")]
    return [
        event(at, data, call_id=f"quiet-{number}", at=start + timedelta(seconds=2 * at))
        for at, data in enumerate(facts, start=1)
    ]


def tell(served: Served, events: list[Event], *, sealed: bool = True) -> None:
    """Fold a call into the read model with the original of its card, and into the log."""
    call_id = events[0].call_id
    more = []
    if sealed:
        more.append(event(90, seal_original(
            served.keyring, tenant=TENANT, call_id=call_id, pseudonym="<CREDIT_CARD_1>", entity="CREDIT_CARD",
            value=CARD,
        ), call_id=call_id, at=events[0].occurred_at + timedelta(seconds=90)))
    _record(served, [*events, *more])


def tell_quiet(served: Served, numbers: range) -> None:
    """Fold many ended calls at once; the log holds their ends alone."""
    events = [one for number in numbers for one in quiet(number)]
    served.tell(*events)
    _record(served, [one for one in events if isinstance(one.data, CallEnded)], tell=False)


def _record(served: Served, events: list[Event], *, tell: bool = True) -> None:
    if tell:
        served.tell(*events)
    drafts = [
        draft(one, src=Source(cluster="c1", topic_id=one.call_id, partition=0, offset=at), keyring=served.keyring)
        for at, one in enumerate(events)
    ]
    with transaction(served.pool) as connection:
        append(connection, TENANT, drafts, now())


def sign(served: Served, folder: Path) -> str:
    """Sign what the log holds now; gives the verifier key."""
    signer = log_signer(folder, origin=ORIGIN)
    with transaction(served.pool) as connection:
        publish(
            connection, tenant=TENANT, origin=ORIGIN, signers=[signer], guard=RollbackGuard(folder / "guard"),
            signed_at=now(),
        )
    return str(signer.key)


def end(served: Served, call_id: str) -> None:
    """Hang up, and keep what was heard: a quiet tone in both directions."""
    served.tell(event(95, CallEnded(reason="hangup"), call_id=call_id, at=now()))
    wave = (2000 * np.sin(np.arange(160) * 2 * np.pi * 440 / RATE)).astype("<i2").tobytes()
    with transaction(served.pool) as connection:
        recordings.begin(connection, tenant=TENANT, call_id=call_id, at=now())
        for direction in ("in", "out"):
            records = [
                AudioRecord(
                    kind="media", call_id=call_id, tenant=TENANT, number=number, offset_ms=20 * number,
                    sample_rate=RATE, payload=wave, utterance="a1" if direction == "out" else "",
                    said_ms=20 * number,
                )
                for number in range(50 * SECONDS)
            ]
            chunk = cut(records, direction=direction, place=f"{direction}/0/0", keyring=served.keyring, at=now())
            recordings.keep(connection, [chunk])


def brief(served: Served, call_id: str, handoff: str) -> None:
    """Play the agent a briefing of two seconds before she joins, and keep its sound."""
    played = BriefingPlayed(
        handoff=handoff, agent="ann", played_ms=2000, whole=True, utterance=f"{BRIEFING}{handoff}",
        text="Why you are asked: The caller asked for a person. The order has not come.",
    )
    served.tell(event(93, played, call_id=call_id, at=now()))
    wave = (2000 * np.sin(np.arange(160) * 2 * np.pi * 330 / RATE)).astype("<i2").tobytes()
    chunk = cut([AudioRecord(
        kind="media", call_id=call_id, tenant=TENANT, number=number, offset_ms=30_000 + 20 * number, sample_rate=RATE,
        payload=wave, utterance=played.utterance, said_ms=20 * number, leg="b1",
    ) for number in range(100)], direction="briefing", place=f"b/0/{handoff}", keyring=served.keyring, at=now())
    with transaction(served.pool) as connection:
        recordings.keep(connection, [chunk])


def strict_policy(folder: Path) -> Path:
    """Write the policy."""
    file = folder / "policy.yaml"
    file.write_bytes(POLICY)
    return file


def hide(served: Served, call_id: str, pseudonym: str, entity: str, value: str) -> None:
    """Seal one more original of a call."""
    sealed = seal_original(
        served.keyring, tenant=TENANT, call_id=call_id, pseudonym=pseudonym, entity=entity, value=value
    )
    served.tell(event(91, sealed, call_id=call_id, at=now()))
