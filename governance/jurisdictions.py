"""Whose law counts for a call: places within places, and the strictest where nobody knows (ISO 3166, the EU)."""

from collections.abc import Collection

from schemas.disclosure_rules import RecordingConsent, Statement
from schemas.disclosures import Mode

UNION = "EU"
MEMBERS = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
STRICTNESS: tuple[Mode, ...] = ("none", "notice", "ask")


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
    if jurisdiction is None:
        return strictest(consent.modes())
    around = [law for law in consent.where if within(jurisdiction, law)]
    narrowest = max(around, key=lambda law: (law != UNION, len(law)), default=None)
    here = consent.elsewhere if narrowest is None else consent.where[narrowest]
    inside = {mode for law, mode in consent.where.items() if law != jurisdiction and within(law, jurisdiction)}
    return strictest({here, *inside})


def strictest(modes: Collection[Mode]) -> Mode:
    """Give the strictest of some modes."""
    return max(modes, key=STRICTNESS.index)
