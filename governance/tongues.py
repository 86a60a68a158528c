"""What a language says around a number that is told over several lines: how it is read, asked for and gone on with."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from governance.recognizers.cues import GENERAL, NUMBERS_OF, asked_for
from governance.recognizers.french_cues import CODES as FRENCH_NUMBERS
from governance.recognizers.french_cues import GENERAL as FRENCH_GENERAL
from governance.recognizers.french_cues import french_asked_for
from governance.spoken.french_glyphs import french_runs
from governance.spoken.runs import Run, runs


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language: `lead_in` matches what may stand around the characters of a line that goes on with a number."""

    runs: Callable[[str], list[Run]]
    asked_for: Callable[[str | None], str | None]
    numbers: frozenset[str]
    special: frozenset[str]
    lead_in: re.Pattern[str]
    go_on: re.Pattern[str]
    new_subject: re.Pattern[str]
    correcting: re.Pattern[str]
    counting: re.Pattern[str]
    mostly_words: frozenset[str]


def _around(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[\W_]|\b(?:{words})\b)*", re.IGNORECASE)


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


ENGLISH = Tongue(
    runs=runs, asked_for=asked_for, numbers=NUMBERS_OF, special=NUMBERS_OF - GENERAL,
    lead_in=_around(
        r"and|then|it's|its|that's|is|are|was|the|rest|next|last|first|ones?|four|digits?|numbers?|um+|uh+|uhm|erm?|"
        r"hmm|ah|so|yes|yeah|yep|ok|okay|right|it|that|after|followed|by|finally|sorry|i|said|again|no|nope|wait|goes|"
        r"continues?|of|my|card|not|mean|meant|actually|correction|scratch|make|rather|instead|oops|pardon|me|excuse|"
        r"let|see|think|should|be|but|well|oh|with|ends?|ending|in|starts?|hold|on|hang|all|for|at|to|sure|here|please|"
        r"thanks|there|done|got|you|have|a|double|triple|dash|hyphen|space|letters?|spelled|like|as"
    ),
    go_on=_any(
        r"next|rest|remaining|continue|go (?:on|ahead)|keep going|carry on|digits?|numbers?|letters?|then|far|more|"
        r"again|repeat|pardon|say|catch|hear|missed|listening|ready|take your time|got|have|so|read|after|correct|"
        r"right|confirm|slow(?:ly|er)?|characters?|spell"
    ),
    new_subject=_any("what|how|when|where|which|who|your|would|do you|are you"),
    correcting=_any("no|nope|sorry|not|mean|meant|wait|actually|correction|scratch|rather|instead|oops"),
    # Nobody answers these with an identifier; what was counted is not held back.
    counting=re.compile(
        r"\bhow (?:many|much|long|old|often|far|large|big)\b|\bwhat (?:time|day|date|size|quantity|amount)\b|"
        r"\b(?:quantity|amount|guests|party of|which (?:day|one|option|size))\b|\bout of\b|\bscale\b",
        re.IGNORECASE,
    ),
    # Of these a single one is a word far more often than a digit.
    mostly_words=frozenset({"one", "oh", "o", "a"}),
)  # fmt: skip
FRENCH = Tongue(
    runs=french_runs, asked_for=french_asked_for, numbers=FRENCH_NUMBERS, special=FRENCH_NUMBERS - FRENCH_GENERAL,
    lead_in=_around(
        r"et|puis|ensuite|après|alors|donc|c'est|c|est|ce|ça|cela|sont|était|le|la|les|l|reste|suite|suivants?|suivant|"
        r"derniers?|premiers?|quatre|chiffres?|numéros?|numero|euh+|heu+|hum+|hmm|ah|oui|ouais|ok|okay|d'accord|d|"
        r"accord|bon|bien|voilà|voici|il|y|a|enfin|finalement|pardon|désolée?|je|j|ai|dis|dit|disais|encore|non|"
        r"attendez|attends|continue|de|du|des|ma|mon|mes|carte|pas|veux|voulais|dire|plutôt|correction|oups|excusez|"
        r"moi|me|laissez|voir|crois|pense|doit|être|mais|ben|bah|avec|finit|termine|se|par|en|commence|tout|pour|à|au|"
        r"sûr|sure|ici|s'il|s|vous|plaît|plait|merci|là|fini|fait|noté|notez|avez|un|une|double|triple|tiret|espace|"
        r"trait|union|lettres?|comme|que|qu|sur"
    ),
    go_on=_any(
        r"suite|suivants?|reste|continuez|allez-y|allez|poursuivez|chiffres?|numéros?|lettres?|ensuite|puis|après|"
        r"encore|répéte[rz]|répétez|pardon|dites|redites|entendu|compris|écoute|prêt|prête|prenez votre temps|noté|"
        r"lentement|doucement|correct|exact|confirme[rz]?|épele[rz]|derniers?"
    ),
    new_subject=_any(r"quel|quelle|quels|quelles|comment|quand|où|qui|combien|votre|vos|pourquoi|est-ce que|voulez"),
    correcting=_any(r"non|pardon|désolée?|pas|voulais dire|attendez|plutôt|correction|oups|enfin"),
    counting=re.compile(
        r"\bcombien\b|\bquel(?:le)? (?:heure|jour|date|taille|quantité|montant|âge)\b|\bnombre de\b|\bpersonnes\b|"
        r"\bà quelle heure\b|\bsur une échelle\b",
        re.IGNORECASE,
    ),
    mostly_words=frozenset({"un", "une", "six", "neuf"}),
)  # fmt: skip


def tongue(language: str) -> Tongue:
    """The language of a call; one that is not known is read as English, whose figures are everybody's."""
    return FRENCH if language[:2] == "fr" else ENGLISH
