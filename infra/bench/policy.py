"""Evaluation of the shipped policy, utterance by utterance through calls, beside keywords on the same texts."""

import re
from time import perf_counter

from governance.policy import Heard, PolicyState, judge, warm_up
from infra import clock
from infra.bench.figures import Machine, Spread, spread
from infra.bench.machine import this_machine
from infra.bench.sentences import SENTENCES
from infra.policies import load
from schemas.base import Frozen

TARGET_P95_MS = 1.0
CALLS, TURNS = 40, 25
KEYWORDS = re.compile(r"\b(?:person|human|agent|fire|gas|ambulance|breathing|knife|suicide)\b", re.IGNORECASE)


class PolicyReport(Frozen):
    """One run of `callwarden bench policy`."""

    command: str
    date: str
    machine: Machine
    policy: str
    evaluation: Spread
    keywords: Spread

    def targets(self) -> dict[str, bool]:
        """Tell whether this run meets the target."""
        return {f"p95 <= {TARGET_P95_MS:.0f} ms": self.evaluation.p95_ms <= TARGET_P95_MS}


def measure(*, calls: int = CALLS) -> PolicyReport:
    """Fold calls of 25 utterances, in turn of caller and assistant, with what the rules remember between them."""
    machine, policy = this_machine(), load()
    warm_up()
    judged: list[float] = []
    searched: list[float] = []
    for call in range(calls):
        state = PolicyState()
        for turn in range(TURNS):
            text = SENTENCES[(call * TURNS + turn) % len(SENTENCES)]
            heard = Heard(
                event_id=str(turn), participant="assistant" if turn % 2 else "caller", text=text, final=True, turn=turn
            )
            began = perf_counter()
            _, state = judge(state, heard, policy)
            judged.append(perf_counter() - began)
            began = perf_counter()
            KEYWORDS.search(text)
            searched.append(perf_counter() - began)
    return PolicyReport(
        command="callwarden bench policy", date=clock.now().date().isoformat(), machine=machine, policy=policy.label,
        evaluation=spread(judged), keywords=spread(searched),
    )
