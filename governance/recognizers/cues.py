"""Words that tell what a number or an answer is: said before it, after it, or in the question just asked."""

import re

# Order matters: the first type whose word is met nearest wins a tie.
CUES: tuple[tuple[str, str], ...] = (
    ("CVV", (r"cvv2?|cvc|c v v|c v c|security code|card verification|three digits?(?: code)? on the back|exp|valid "
            r"(?:thru|through|until)|expir\w+(?: date)?")),
    ("US_SSN", (r"social security|social|ssn|s s n|sin number|national insurance|n ?i(?= number)|"
               r"tax(?:payer)?(?: id|(?= number))|itin|ird|tfn|ppsn?|aadhaa?r|nino")),
    ("PASSWORD", (r"pin(?: ?(?:code|number|#))?|p i n|passcode|pass code|pass ?word|otp|one time (?:code|passcode|"
                 r"password)|"
                 r"(?:verification|access|authentication|confirmation text|login|door|gate|alarm) code|"
                 r"security (?:question|answer|word)|secret (?:word|answer)|memorable word|passphrase")),
    ("CREDIT_CARD", (r"(?:credit |debit |bank |visa |master|new |gift |loyalty )?cards?(?: ?no)?|cc|visa|mastercard|"
                    r"amex|"
                    r"american express|discover")),
    ("ROUTING_NUMBER", r"routing|aba|sort code|transit number|swift|bic"),
    ("IBAN_CODE", r"iban"),
    ("POLICY_NUMBER", r"policy|plan id"),
    ("CLAIM_NUMBER", r"claims?(?: ?id)?"),
    ("BOOKING_REF", (r"booking|reservation|confirmation|reference|ref|pnr|locator|ticket|itinerary|boarding|flight|"
                    r"order|tracking")),
    ("US_DRIVER_LICENSE", (r"(?:driver'?s?|driving) ?licen[cs]e|licen[cs]e(?: plate)?|(?:number )?plate|"
                          r"registration|reg|vin")),
    ("US_PASSPORT", r"passport"),
    ("MEDICAL_RECORD", (r"(?:medical|patient|health|medicare|medicaid|nhs|nhi|crn|member|membership|insurance|"
                        r"subscriber|group)"
                       r"(?: (?:record|card|id))?")),
    ("DATE_OF_BIRTH", r"date of birth|birth ?da(?:y|te)|d ?o ?b|born(?: on| in)?|birth"),
    ("EMAIL_ADDRESS", r"e ?-?mail(?: ?(?:address|id))?|mail id"),
    ("PHONE_NUMBER", (r"phone|cell ?(?:phone)?|mobile|telephone|contact|call ?back|reach me(?: at| on)?|call me (?:at|"
                     r"on|back at|back on)|"
                     r"text me (?:at|on)|landline|fax|whatsapp|area code|my number|extension|ext")),
    ("ACCOUNT_NUMBER", (r"accounts?|acct|acc|ac|a/c|checking|savings|customer (?:number|id)|loan|mortgage|software|"
                       r"iban")),
    ("ADDRESS", (r"zip ?(?:code)?|post ?(?:al)? ?codes?|pin ?code|(?:street|home|mailing|billing|shipping|new|old|my) "
                r"address|"
                r"address|p\.? ?o\.? ?box|street|reside|live (?:at|in|on)|living (?:at|in|on)|apartment|apt|unit")),
    ("LOCATION", r"city|town|state|county|country|where (?:do|are) you (?:live|from|located|living)|hometown"),
    ("USERNAME", r"user ?name|user ?id|login(?: id)?|screen name|handle|log ?in"),
    ("PERSON", (r"(?:first|last|middle|maiden|full|given|family|sur|your|the|account holder'?s?|caller'?s?) ?names?|"
               r"surname|names?|who (?:am i|are you|is (?:this|calling))|speaking (?:with|to)|who i'?m|spell")),
    ("NUMERIC_ID", (r"(?:serial|id|identification|employee|student|check|invoice|case|meter|model|device|imei|vin|code|"
                   r"tracking|reference|badge|staff)|number|numbers|digits|num|no")),
)  # fmt: skip
NUMBERS_OF = frozenset(name for name, _ in CUES) - {"PERSON", "LOCATION", "EMAIL_ADDRESS"}
GLUE = (
    r"(?:[\s,:#.\-?\"']|\b(?:numbers?|num|no|nos|nbr|id|code|is|it'?s|its|was|the|would|be|has|to|have|ending|ends|"
    r"end|in|on|"
    r"with|that|that'?s|of|for|my|this|last|first|four|4|digits?|three|six|gonna|going|should|are|a|an|um|uh|er|okay|"
    r"ok|"
    r"here|and|i|got|think|yeah|yes|so|then|at|as|from|file|listed|which|follows|following|like|again|one|account|"
    r"card|new|"
    r"current|own|correct|mine|says|reads|starts|starting|address|set|changed|change|please|update|her|his|our|your|"
    r"'s)\b)*"
)
BEFORE = tuple(
    (name, re.compile(rf"(?<![\w])(?:{words})(?![\w]){GLUE}$", re.IGNORECASE)) for name,
    words in CUES if name in NUMBERS_OF
)
AFTER = tuple(
    (name, re.compile(rf"^[\s,]*(?:is|as|for|was)\s+(?:my|the|our|her|his)\s+(?:{words})(?![\w])", re.IGNORECASE))
    for name, words in CUES
    if name in NUMBERS_OF
)
ASKED = tuple((name, re.compile(rf"(?<![\w])(?:{words})(?![\w])", re.IGNORECASE)) for name, words in CUES)
GENERAL = frozenset({"NUMERIC_ID", "PERSON", "LOCATION", "ACCOUNT_NUMBER", "CREDIT_CARD", "BOOKING_REF"})
REQUEST = re.compile(
    r"\b(?:what|what's|whats|which|who|where|when|may i|can i|could i|can you|could you|would you|please|tell|give|"
    r"provide|"
    r"confirm|verify|enter|say|spell|read|need|share|repeat|state|let me have|your)\b",
    re.IGNORECASE,
)
OFFER = re.compile(r"\bhelp(?:ing)? you\b|\banything else\b|\bassist you\b|\bthank you for\b|\bwelcome to\b",
    re.IGNORECASE)
SHORT_QUESTION = 5  # words; "Postcode?", "account number please"
REACH = 90  # characters before a number in which its cue is looked for


def cue_before(text: str, start: int) -> str | None:
    """The type that the words just before a number give it; the nearest word wins."""
    before = text[max(0, start - REACH) : start]
    best: tuple[int, str] | None = None
    for name, pattern in BEFORE:
        found = pattern.search(before)
        if found is None:
            continue
        place = last_cue(name, before)
        if best is None or (best[1] == "NUMERIC_ID" and name != "NUMERIC_ID") or (
            place > best[0] and name != "NUMERIC_ID"
        ):
            best = (place, name)
    return best[1] if best is not None else None


def last_cue(name: str, before: str) -> int:
    """Where the last cue of a type stands."""
    pattern = next(pattern for kind, pattern in ASKED if kind == name)
    return max((found.end() for found in pattern.finditer(before)), default=0)


def cue_after(text: str, end: int) -> str | None:
    """The type that "... is my PIN" gives a number."""
    after = text[end : end + 40]
    return next((name for name, pattern in AFTER if pattern.search(after)), None)


def asked_for(question: str | None) -> str | None:
    """The type of what was asked just before; the last thing asked counts, specific before general."""
    best: tuple[int, int, str] | None = None
    for n, sentence in enumerate(re.split(r"(?<=[.!?])\s+", (question or "").replace("_", " "))):
        if not sentence or not asks(sentence):
            continue
        for name, pattern in ASKED:
            for found in pattern.finditer(sentence):
                rank = (0 if name == "NUMERIC_ID" else 1 if name in GENERAL else 2, n * 1000 + found.end(), name)
                best = max(best or rank, rank)
    return best[2] if best is not None else None


def asks(sentence: str) -> bool:
    """Whether a sentence wants something told: a question, a request, or just the name of a field."""
    if OFFER.search(sentence):
        return False
    return len(sentence.split()) <= SHORT_QUESTION or REQUEST.search(sentence) is not None
