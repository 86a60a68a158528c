"""Whether a class of a call's data stays or goes: legal hold > statutory retention > erasure > expiry."""

from calendar import monthrange
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from schemas.base import Frozen
from schemas.retention import CLASSES, SEALED_CLASSES, ClassRule, DataClass, RetentionRules, Ruling

GONE = ("erased", "expired")
# A call that nobody ended is over after this long: a lost channel must not keep a person's data.
LONGEST_CALL = timedelta(hours=24)


class Standing(Frozen):
    """What is known of a call at one instant; `holds` and `erasure` are ids."""

    started_at: datetime
    ended_at: datetime | None = None
    holds: tuple[str, ...] = ()
    erasure: str | None = None


def decide(rules: RetentionRules, standing: Standing, *, at: datetime) -> tuple[Ruling, ...]:
    """Rule on every class; the only place that knows the order of precedence."""
    return tuple(_rule(name, getattr(rules, name), standing, at) for name in CLASSES)


def key_goes(rulings: Sequence[Ruling], *, already: Collection[DataClass]) -> bool:
    """Tell whether nothing sealed is left to be opened, so that the key can be destroyed."""
    gone = {one.data_class for one in rulings if one.outcome in GONE} | set(already)
    return gone.issuperset(SEALED_CLASSES)


def cutoff(rule: ClassRule, *, at: datetime) -> datetime | None:
    """Give the end before which a call's class is due for expiry; None where it never is."""
    if rule.delete_after is None:
        return None
    limits = (rule.delete_after, rule.keep_at_least)
    return min(shift(at, period, back=True) for period in limits if period is not None)


def shift(at: datetime, period: str, *, back: bool = False) -> datetime:
    """Move an instant by a period of the calendar: a month after 31 January is the last day of February."""
    number, unit = period.split(" ")
    count = -int(number) if back else int(number)
    if unit.startswith("day"):
        return at + timedelta(days=count)
    months = at.year * 12 + at.month - 1 + (count * 12 if unit.startswith("year") else count)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9998:
        return at.replace(year=1 if back else 9998)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def _rule(data_class: DataClass, rule: ClassRule, standing: Standing, at: datetime) -> Ruling:
    over_at = standing.ended_at or standing.started_at + LONGEST_CALL
    if standing.holds:
        return Ruling(data_class=data_class, outcome="held", because=f"legal hold {', '.join(sorted(standing.holds))}")
    if over_at > at:
        return Ruling(data_class=data_class, outcome="live", because="the call is not over", until=over_at)
    kept_until = shift(over_at, rule.keep_at_least) if rule.keep_at_least is not None else None
    if kept_until is not None and kept_until > at:
        because = f"statutory retention of {rule.keep_at_least}: {rule.law}"
        return Ruling(data_class=data_class, outcome="kept", because=because, until=kept_until)
    if standing.erasure is not None:
        return Ruling(data_class=data_class, outcome="erased", because=f"erasure {standing.erasure}")
    due_at = shift(over_at, rule.delete_after) if rule.delete_after is not None else None
    if due_at is not None and due_at <= at:
        return Ruling(data_class=data_class, outcome="expired", because=f"kept for {rule.delete_after} after the call")
    return Ruling(data_class=data_class, outcome="stays", because="not due", until=due_at)
