"""Whose law counts for a call: places within places, and the strictest where nobody knows (ISO 3166, the EU)."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from schemas.disclosure_rules import ListeningRules, RecordingConsent, Statement
from schemas.disclosures import Mode
from schemas.legs import Announce

UNION = "EU"
MEMBERS = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
STRICTNESS: tuple[Mode, ...] = ("none", "notice", "ask")
TELLING: tuple[Announce, ...] = ("never", "agent", "everyone")
Way = TypeVar("Way", bound=str)


def within(place: str, law: str) -> bool:
    """Tell whether what holds in `law` holds in `place`: a state lies in its country, a member in the union."""
    return place == law or place.startswith(f"{law}-") or (law == UNION and place[:2] in MEMBERS)


def applies(statement: Statement, jurisdiction: str | None) -> bool:
    """Tell whether a statement is due there; of a place known too little, whatever may hold in it does."""
    laws = statement.jurisdictions
    return not laws or jurisdiction is None or any(
        within(jurisdiction, law) or within(law, jurisdiction) for law in laws
    )


def recording_mode(consent: RecordingConsent, jurisdiction: str | None) -> Mode:
    """Give the mode of the narrowest place that the policy names; the strictest of all it may be."""
    return _narrowest(consent.elsewhere, consent.where, jurisdiction, STRICTNESS)


def announced(rules: ListeningRules, jurisdiction: str | None) -> Announce:
    """Give who is told of listening in, by the same rule."""
    return _narrowest(rules.announce, rules.where, jurisdiction, TELLING)


def strictest(modes: Collection[Mode]) -> Mode:
    """Give the strictest of some modes."""
    return max(modes, key=STRICTNESS.index)


def _narrowest(elsewhere: Way, where: Mapping[str, Way], jurisdiction: str | None, order: Sequence[Way]) -> Way:
    if jurisdiction is None:
        return max({elsewhere, *where.values()}, key=order.index)
    around = [law for law in where if within(jurisdiction, law)]
    narrowest = max(around, key=lambda law: (law != UNION, len(law)), default=None)
    here = elsewhere if narrowest is None else where[narrowest]
    inside = {way for law, way in where.items() if law != jurisdiction and within(law, jurisdiction)}
    return max({here, *inside}, key=order.index)
