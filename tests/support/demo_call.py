"""Evidence of a demo call in which everything happened that can be expected of one."""

from typing import Any

import numpy as np

from infra.call_script import CallResult
from infra.demo.desk import Taken
from infra.demo.evidence import CallEvidence
from infra.demo.proof import Proof
from infra.demo.scenes import Expected, Scene
from infra.speech.wav import Wav

POLICY = "default@1+sha256:00000000"
SCENE = Scene(
    name="scene", title="A caller in a scene", call_id="c1", caller="+12025550100", script=(),
    expected=Expected(
        entities=frozenset({"CREDIT_CARD"}), rules=frozenset({"disclosure.ai"}), handoff=True, desk=True,
        emergency="medical", barge_in=True, keys=16,
    ),
)
STEPS = ("dtmf_redacted", "emergency_detected", "handoff_claimed", "handoff_accepted", "handoff_completed")
TOLD = ("final-1", "generated-1", "heard-1", "disclosure", "verdict", "emergency", "request")


def stage(event_id: str, text: str, *entities: str) -> dict[str, Any]:
    spans = [{"entity": one, "pseudonym": f"<{one}_1>"} for one in entities]
    return {"event_id": event_id, "text": text, "spans": spans, "detector": "spoken-1"}


def line(participant: str, text: str, *, interrupted: bool = False, **stages: dict[str, Any]) -> dict[str, Any]:
    return {
        "turn": 1, "participant": participant, "text": text, "interrupted": interrupted, "withheld": False,
        "stages": stages,
    }


def verdict(event_id: str, kind: str, rule: str, *, provisional: bool = False) -> dict[str, Any]:
    return {
        "event_id": event_id, "type": kind, "rule": rule, "policy_version": POLICY, "provisional": provisional,
        "score": 0.97, "because": [{"turn": 1}],
    }


def true_evidence() -> CallEvidence:
    """Give it anew, so that a test may spoil it."""
    heard = "I am getting a person. Call your emergency number"
    entries = [*(f"step-{one}" for one in STEPS), *TOLD]
    kinds = [*STEPS, *("-" for _ in TOLD)]
    return CallEvidence(
        scene=SCENE,
        result=CallResult(
            call_id="c1", answer=Wav(np.zeros(0, dtype=np.int16), 8_000), said=[(0, 900)], answered_after_ms=[700],
            clears=1,
        ),
        detail={
            "verdicts": [
                verdict("disclosure", "verdict_reached", "disclosure.ai"),
                verdict("verdict", "verdict_reached", "emergency.medical"),
                verdict("emergency", "emergency_detected", "emergency.medical", provisional=True),
                verdict("request", "handoff_requested", "emergency.medical"),
            ],
            "emergency": "medical",
            "handoffs": [{"rule": "emergency.medical", "queue": "emergency", "priority": 1, "state": "completed"}],
        },
        turns=[{
            "turn": 1, "ttfa_ms": 700.0, "barge_in_ms": 180,
            "waterfall": [{"name": "endpointing", "ms": 300.0}, {"name": "language_model", "ms": 400.0}],
        }],
        lines=[
            line("caller", "<CREDIT_CARD_1>", final=stage("final-1", "<CREDIT_CARD_1>", "CREDIT_CARD")),
            line("assistant", heard, interrupted=True, generated=stage("generated-1", f"{heard} now."),
                 heard=stage("heard-1", heard)),
        ],
        entries=[
            {"index": at, "event_id": event_id, "type": kind}
            for at, (event_id, kind) in enumerate(zip(entries, kinds, strict=True))
        ],
        taken=Taken(
            steps=["claimed by ana", "completed: solved"], refused_status=409,
            packet={
                "audit_position": "request", "summary": [{"text": "The caller gave <CREDIT_CARD_1>.", "turns": [1]}],
            },
        ),
        proof=Proof(index=1, kind="emergency_detected", size=9, root="r", checkpoint=b"", verified=True),
    )
