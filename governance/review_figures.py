"""From calls that people read to rates over time: only calls that were drawn and read whole estimate anything."""

from collections.abc import Mapping, Sequence
from typing import Literal

from governance.proportion import wilson
from schemas.base import Frozen
from schemas.reviews import Rate, ReviewFigures, ReviewReport

Basis = Literal["sample", "chosen"]
Key = tuple[str | None, str | None, Basis]


class ReadCall(Frozen):
    """One call with all labels there are of it; where two people disagree, the worse word counts."""

    day: str
    policy_version: str | None
    drawn: bool
    complete: bool
    texts: int
    alarms: int
    texts_labelled: int
    alarms_labelled: int
    leaks: int
    false_alarms: int
    missed: int

    @property
    def basis(self) -> Basis:
        """Whether it is one of a sample that somebody read to its end."""
        return "sample" if self.drawn and self.complete else "chosen"


def report(calls: Sequence[ReadCall]) -> ReviewReport:
    """Give the figures by day and policy version, and over the whole time."""
    by_day: dict[Key, list[ReadCall]] = {}
    whole: dict[Key, list[ReadCall]] = {}
    for one in calls:
        by_day.setdefault((one.day, one.policy_version, one.basis), []).append(one)
        whole.setdefault((None, one.policy_version, one.basis), []).append(one)
    return ReviewReport(days=_figures(by_day), whole=_figures(whole))


def _figures(groups: Mapping[Key, Sequence[ReadCall]]) -> tuple[ReviewFigures, ...]:
    ordered = sorted(groups, key=lambda key: tuple(part or "" for part in key))
    return tuple(
        ReviewFigures(
            day=day, policy_version=version, basis=basis,
            calls=_rate(basis, len(group), sum(one.leaks > 0 for one in group)),
            texts=_rate(basis, sum(_texts(one) for one in group), sum(one.leaks for one in group)),
            alarms=_rate(basis, sum(_alarms(one) for one in group), sum(one.false_alarms for one in group)),
            missed=_rate(basis, len(group), sum(one.missed > 0 for one in group)),
        )
        for day, version, basis in ordered for group in (groups[day, version, basis],)
    )


def _texts(one: ReadCall) -> int:
    # Who says that she read the whole call says of each text without a label that it is clean.
    return max(one.texts, one.texts_labelled) if one.complete else one.texts_labelled


def _alarms(one: ReadCall) -> int:
    return max(one.alarms, one.alarms_labelled) if one.complete else one.alarms_labelled


def _rate(basis: Basis, of: int, found: int) -> Rate:
    if basis != "sample" or of == 0:
        return Rate(of=of, found=found)
    low, high = wilson(found, of)
    return Rate(of=of, found=found, rate=found / of, low=low, high=high)
