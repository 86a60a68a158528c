"""Numbers under a hundred as people say them in France, or in Belgium and Switzerland."""

UNITS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize",
)  # fmt: skip
TENS = ["", "dix", "vingt", "trente", "quarante", "cinquante", "soixante", "septante", "huitante", "nonante"]
ELEVEN, FOURSCORE = 11, 80


def say_number(number: int, *, hyphens: bool, swiss: bool) -> str:
    """A number in words; without hyphens as a recogniser may write it."""
    said = _said(number, swiss=swiss)
    return said if hyphens else said.replace("-", " ")


def _said(number: int, *, swiss: bool) -> str:
    if number < len(UNITS):
        return UNITS[number]
    ten, unit = divmod(number, 10)
    if not swiss and ten in (7, 9):
        ten, unit = ten - 1, unit + 10
    if not swiss and ten == FOURSCORE // 10:
        return "quatre-vingts" if not unit else f"quatre-vingt-{_said(unit, swiss=True)}"
    if not unit:
        return TENS[ten]
    joint = " et " if unit in (1, ELEVEN) and ten > 1 else "-"
    return f"{TENS[ten]}{joint}{_said(unit, swiss=True)}"
