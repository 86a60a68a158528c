"""Which providers a call may use by its policy: each is held to every rule, and one rule against it is enough."""

from collections.abc import Sequence
from typing import Any, TypeGuard

from schemas.base import Frozen
from schemas.residency import Denial, ResidencyRules

DENY, ALLOW = "residency.deny", "residency.allow_regions"
NOBODY = "residency.none_left"


class Located(Frozen):
    """A provider of a chain: its name and where it computes."""

    name: str
    region: str


class Refusal(Frozen):
    """Why a provider may not be used."""

    rule: str
    reason: str


class Choice(Frozen):
    """Places in the chain that are permitted, in its order, and the refusals of the others."""

    permitted: tuple[int, ...]
    refused: tuple[tuple[int, Refusal], ...]


def choose(chain: Sequence[Located], rules: ResidencyRules) -> Choice:
    """Hold each provider of a chain against the rules."""
    refusals = [refusal(one, rules) for one in chain]
    return Choice(
        permitted=tuple(at for at, why in enumerate(refusals) if why is None),
        refused=tuple((at, why) for at, why in enumerate(refusals) if why is not None),
    )


def refusal(one: Located, rules: ResidencyRules) -> Refusal | None:
    """The first rule against a provider, or None."""
    for denial in rules.deny:
        if _meant(one, denial):
            named = " in ".join(part for part in (denial.provider, denial.region) if part is not None)
            return Refusal(rule=DENY, reason=f"{named} is denied: {rules.reason}")
    if rules.allow_regions is not None and not any(covers(region, one.region) for region in rules.allow_regions):
        return Refusal(rule=ALLOW, reason=f"{one.region} is not among the allowed regions: {rules.reason}")
    return None


def covers(wide: str, narrow: str) -> bool:
    """Whether a region is another one or lies within it by its name: `eu` covers `eu-west-1`, not `europe`."""
    wide, narrow = wide.lower(), narrow.lower()
    return narrow == wide or narrow.startswith(f"{wide}-")


def strictest(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """The section of two documents as it is written there, joined: all denials, and the regions that both allow.

    What is malformed is left to the schema, which names the line.
    """
    both = {**below, **above}
    denied, more = below.get("deny"), above.get("deny")
    if isinstance(denied, list) and isinstance(more, list):
        both["deny"] = [*denied, *(one for one in more if one not in denied)]
    wide, narrow = below.get("allow_regions"), above.get("allow_regions")
    if _regions(wide) and _regions(narrow):
        both["allow_regions"] = _in_both(wide, narrow)
    elif _regions(wide) and narrow is None:
        both["allow_regions"] = wide  # `allow_regions:` with nothing behind it takes nothing back
    return both


def _regions(written: object) -> TypeGuard[list[str]]:
    return isinstance(written, list) and all(isinstance(one, str) for one in written)


def _in_both(first: list[str], second: list[str]) -> list[str]:
    narrower = [one for one in first if any(covers(wide, one) for wide in second)]
    return [*narrower, *(one for one in second if one not in narrower and any(covers(wide, one) for wide in first))]


def _meant(one: Located, denial: Denial) -> bool:
    provider = denial.provider is None or denial.provider.lower() == one.name.lower()
    return provider and (denial.region is None or covers(denial.region, one.region))
