"""Holds recorded calls against another version of the policy and says which decisions would differ."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, get_args

from governance.policy import Finding, Heard, PolicyState, judge
from schemas.base import Frozen
from schemas.policies import Policy
from schemas.verdicts import Evidence

Change = Literal["same", "added", "gone", "earlier", "later"]
CHANGES: tuple[Change, ...] = get_args(Change)
EXAMPLES = 5  # of each rule and change; a person reads them


class Verdict(Frozen):
    """A verdict, on record or found anew: never the words it answers to, only where they are."""

    rule: str
    reason: str
    evidence: tuple[Evidence, ...]


class RecordedCall(Frozen):
    """What the rules could hear of a call, in the order they heard it, and what they said then."""

    call_id: str
    heard: tuple[Heard, ...]
    verdicts: tuple[Verdict, ...]


class Difference(Frozen):
    """One verdict, compared; `turn` is None where it is gone, `turn_on_record` where it is new."""

    call: str
    rule: str
    change: Change
    turn: int | None
    turn_on_record: int | None
    reason: str
    evidence: tuple[Evidence, ...]


class Report(Frozen):
    """The decision diff of many calls."""

    policy: str
    calls: int
    utterances: int
    same: int
    added: int
    gone: int
    earlier: int
    later: int
    by_rule: dict[str, dict[Change, int]]
    examples: tuple[Difference, ...]


class Tally:
    """Adds up differences call by call, so that no more than one call is held at a time."""

    def __init__(self, policy: Policy) -> None:
        """Start with nothing counted."""
        self._policy = policy
        self._calls = 0
        self._utterances = 0
        self._counts: Counter[tuple[str, Change]] = Counter()
        self._examples: list[Difference] = []

    def add(self, call: RecordedCall) -> None:
        """Fold one call through the policy and count what differs."""
        self._calls += 1
        self._utterances += len(call.heard)
        for one in compare(call, refold(call.heard, self._policy)):
            self._counts[one.rule, one.change] += 1
            if one.change != "same" and self._counts[one.rule, one.change] <= EXAMPLES:
                self._examples.append(one)

    def report(self) -> Report:
        """The diff of everything added so far."""
        totals = {change: sum(n for (_, what), n in self._counts.items() if what == change) for change in CHANGES}
        rules = sorted({rule for rule, _ in self._counts})
        return Report(
            policy=self._policy.label, calls=self._calls, utterances=self._utterances,
            same=totals["same"], added=totals["added"], gone=totals["gone"],
            earlier=totals["earlier"], later=totals["later"],
            by_rule={rule: {change: self._counts[rule, change] for change in CHANGES} for rule in rules},
            examples=tuple(self._examples),
        )


def refold(heard: Iterable[Heard], policy: Policy) -> list[Finding]:
    """Everything a policy finds in a call, in the order in which it finds it."""
    state, found = PolicyState(), list[Finding]()
    for one in heard:
        said, state = judge(state, one, policy)
        found += said
    return found


def compare(call: RecordedCall, found: Iterable[Finding]) -> list[Difference]:
    """Pair the n-th verdict of a rule on record with the n-th found anew; places are turns, then events in them."""
    order = {one.event_id: n for n, one in enumerate(call.heard)}
    anew = [Verdict(rule=one.rule, reason=one.reason, evidence=one.evidence) for one in found]
    differences: list[Difference] = []
    for rule in dict.fromkeys(one.rule for one in (*call.verdicts, *anew)):
        before = sorted((one for one in call.verdicts if one.rule == rule), key=lambda one: _place(one, order))
        after = [one for one in anew if one.rule == rule]
        differences += [
            _difference(call.call_id, before[n : n + 1], after[n : n + 1], order)
            for n in range(max(len(before), len(after)))
        ]
    return differences


def _difference(call: str, before: list[Verdict], after: list[Verdict], order: dict[str, int]) -> Difference:
    change: Change = "gone" if not after else "added"
    if before and after:
        then, now = _place(before[0], order), _place(after[0], order)
        change = "same" if then == now else "earlier" if now < then else "later"
    shown = (after or before)[0]
    return Difference(
        call=call, rule=shown.rule, change=change, reason=shown.reason, evidence=shown.evidence,
        turn=after[0].evidence[0].turn if after else None,
        turn_on_record=before[0].evidence[0].turn if before else None,
    )


def _place(verdict: Verdict, order: dict[str, int]) -> tuple[int, int]:
    first = verdict.evidence[0]
    return first.turn, order.get(first.event_id, -1)
