"""Ways to say a number on the telephone in French, from a seed: in a line or in pieces, with replies between."""

from random import Random

from tests.support.said_numbers import Line, Told, in_turns, with_pauses

ONES = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
        "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf")  # fmt: skip
TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
PAUSES = (" ", " ", " ", " ", ", ", " euh ", "... ", " et puis ", " tiret ")
BEFORE = ("", "", "c'est le ", "oui c'est le ", "alors ", "mon numéro c'est le ", "euh ", "voilà, ")
NEXT = ("", "", "et ", "puis ", "ensuite ", "après c'est ", "euh ", "la suite c'est ", "les derniers c'est ", "alors ")
AFTER = ("", "", "", " voilà", " merci", ".", " c'est tout", " d'accord ?", " attendez")
REPLIES = (
    "oui", "d'accord", "mm-hm", "allez-y", "et ensuite ?", "je vous écoute", "très bien, continuez",
    "Pardon, pouvez-vous répéter ?", "c'est noté, et la suite ?", "Merci, continuez s'il vous plaît.",
    "prenez votre temps",
)  # fmt: skip


def hundred(number: int) -> str:
    """A number under a hundred as it is said in France, or in Belgium from seventy."""
    tens, ones = divmod(number, 10)
    if number < 20:
        return ONES[number]
    if tens == 7:
        return "soixante et onze" if ones == 1 else f"soixante-{ONES[10 + ones]}"
    if tens >= 8:
        rest = number - 80
        return f"quatre-vingt-{ONES[rest]}" if rest else "quatre-vingts"
    return TENS[tens] if not ones else f"{TENS[tens]} et un" if ones == 1 else f"{TENS[tens]}-{ONES[ones]}"


def said(random: Random, digits: str) -> list[str]:
    """Digits as words: one by one, in pairs, or written."""
    words: list[str] = []
    at = 0
    while at < len(digits):
        left, way = digits[at:], random.random()
        if len(left) >= 2 and left[0] != "0" and way < 0.5:
            words.append(hundred(int(left[:2])))
            at += 2
        elif len(left) >= 4 and way > 0.9:
            words.append(left[:4])
            at += 4
        else:
            words.append(random.choice((ONES[int(left[0])], ONES[int(left[0])], left[0])))
            at += 1
    return words


def french_told(random: Random, digits: str, *, most_turns: int = 4) -> Told:
    """A number told in one to four turns."""
    pieces = in_turns(random, digits, most_turns)
    lines: list[Line] = []
    secret: list[set[int]] = []
    for n, piece in enumerate(pieces):
        before, after = random.choice(NEXT if n else BEFORE), random.choice(AFTER)
        text, places = with_pauses(random, said(random, piece), PAUSES, before=before, after=after)
        lines.append(("caller", text))
        secret.append(places)
        if n + 1 < len(pieces):
            lines.append(("assistant", random.choice(REPLIES)))
            secret.append(set())
    return Told(lines, secret)
