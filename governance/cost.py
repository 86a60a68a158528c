"""Reckons what calls cost: recorded usage times listed prices; what has no price or no measure is named, not zero."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from schemas.costs import CostReport, Item, Price, PriceList, Reason, Sum, Unit, Unpriced, Usage

MILLION = Decimal(1_000_000)
MINUTE_MS = Decimal(60_000)
CENTS = Decimal("0.000001")
Key = tuple[str, str]  # tenant and call
System = tuple[str, str, str, str]  # operation, provider, model, region


def quantity(usage: Usage, unit: Unit) -> Decimal:
    """Give how many units of a price were used."""
    match unit:
        case "audio_minute" | "call_minute":
            return usage.audio_ms / MINUTE_MS
        case "million_characters":
            return usage.characters / MILLION
        case "million_input_tokens":
            return usage.input_tokens / MILLION
        case "million_output_tokens":
            return usage.output_tokens / MILLION


def prices_of(usage: Usage, prices: Sequence[Price]) -> list[Price]:
    """Give the prices of a system: those of the most exact model name, for each unit the first."""
    fitting = [one for one in prices if _fits(one, usage)]
    exact = max((_exactness(one) for one in fitting), default=(0, 0))
    units: dict[Unit, Price] = {}
    for one in fitting:
        if _exactness(one) == exact:
            units.setdefault(one.unit, one)
    return list(units.values())


def reckon(usages: Sequence[Usage], lengths_ms: Mapping[Key, int], prices: PriceList) -> CostReport:
    """Add up what calls cost; `lengths_ms` has every call, also one that asked nobody."""
    amounts: dict[Key, Decimal] = dict.fromkeys(lengths_ms, Decimal(0))
    incomplete: set[Key] = set()
    mixes: dict[Key, set[str]] = {key: set() for key in lengths_ms}
    quantities: dict[tuple[System, Price], Decimal] = defaultdict(Decimal)
    unpriced: dict[tuple[System, Reason], int] = defaultdict(int)
    for usage in usages:
        key, system = (usage.tenant, usage.call_id), _system(usage)
        mixes.setdefault(key, set()).add(f"{usage.operation} {usage.provider}/{usage.model}")
        found = prices_of(usage, prices.prices)
        used = {one: quantity(usage, one.unit) for one in found}
        why = _why_not(found, used)
        if why is not None:
            unpriced[system, why] += usage.calls
            incomplete.add(key)
        for price, amount in used.items():
            quantities[system, price] += amount
            amounts[key] = amounts.get(key, Decimal(0)) + amount * price.price
    call_of = {key: (amounts[key], lengths_ms.get(key, 0), key not in incomplete) for key in amounts}
    named = {key: " + ".join(sorted(mix)) or "nobody was asked" for key, mix in mixes.items()}
    return CostReport(
        currency=prices.currency, prices_dated=prices.dated, about=prices.about,
        whole=_sum("all calls", call_of.values()),
        mixes=_grouped(call_of, named), tenants=_grouped(call_of, {key: key[0] for key in call_of}),
        calls=tuple(_sum(f"{tenant}/{call}", [call_of[tenant, call]]) for tenant, call in sorted(call_of)),
        items=tuple(_item(system, price, used) for (system, price), used in sorted(quantities.items(), key=_order)),
        unpriced=tuple(
            Unpriced(operation=one[0], provider=one[1], model=one[2], region=one[3], why=why, calls=calls)
            for (one, why), calls in sorted(unpriced.items())
        ),
    )


def _why_not(found: Sequence[Price], used: Mapping[Price, Decimal]) -> Reason | None:
    if not found:
        return "no_price"
    costs = any(one.price for one in found)
    return "not_measured" if costs and not any(used.values()) else None


def _fits(price: Price, usage: Usage) -> bool:
    model = usage.model.startswith(price.model[:-1]) if price.model.endswith("*") else usage.model == price.model
    here = price.region is None or price.region == usage.region
    return model and here and (price.operation, price.provider) == (usage.operation, usage.provider)


def _exactness(price: Price) -> tuple[int, int]:
    return (len(price.model) + (0 if price.model.endswith("*") else 1_000), int(price.region is not None))


def _system(usage: Usage) -> System:
    return usage.operation, usage.provider, usage.model, usage.region


def _order(one: tuple[tuple[System, Price], Decimal]) -> tuple[System, str]:
    (system, price), _ = one
    return system, price.unit


def _item(system: System, price: Price, used: Decimal) -> Item:
    return Item(
        operation=system[0], provider=system[1], model=system[2], region=system[3], unit=price.unit,
        quantity=_rounded(used), price=price.price, amount=_rounded(used * price.price), source=price.source,
        checked=price.checked,
    )


def _grouped(calls: Mapping[Key, tuple[Decimal, int, bool]], name_of: Mapping[Key, str]) -> tuple[Sum, ...]:
    groups: dict[str, list[tuple[Decimal, int, bool]]] = defaultdict(list)
    for key, one in calls.items():
        groups[name_of[key]].append(one)
    return tuple(_sum(name, groups[name]) for name in sorted(groups))


def _sum(name: str, calls: Iterable[tuple[Decimal, int, bool]]) -> Sum:
    mine = list(calls)
    amount = sum((one for one, _, _ in mine), Decimal(0))
    minutes = sum(length for _, length, _ in mine) / MINUTE_MS
    return Sum(
        name=name, calls=len(mine), minutes=_rounded(minutes), amount=_rounded(amount),
        a_minute=_rounded(amount / minutes) if minutes else None, complete=all(whole for _, _, whole in mine),
    )


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENTS, ROUND_HALF_UP)
