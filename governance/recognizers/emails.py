"""Finds e-mail addresses as written, as read out ("jo underscore b at gmail dot com") and as typed without signs."""

import re

from governance.spoken.glyphs import Token, one_glyph, tokens
from governance.spoken.glyphs import explained as explained_tokens
from governance.spoken.words import CONNECTORS, NATO, REPEATS
from schemas.redaction import PiiSpan

WRITTEN = re.compile(r"[\w.+%'-]+\s?@\s?[\w-]+(?:\s?\.\s?[\w-]+)+", re.UNICODE)
# "jo [at] example (dot) net"
SIGN = r"\s?[\[({<]\s?(?:dot|\.)\s?[\])}>]\s?|\."
BRACKETED = re.compile(
    rf"[\w+%'-]{{1,64}}(?:(?:{SIGN})[\w+%'-]{{1,64}})*\s?[\[({{<]\s?(?:at|@)\s?[\])}}>]\s?[\w-]+(?:(?:{SIGN})[\w-]+)+",
    re.IGNORECASE,
)
PROVIDERS = (
    r"(?:g ?mails?|yahoo(?:mail)?|hot ?mail|outlook|aol|icloud|proton ?mail|msn|ymail|comcast|"
    r"rediff(?:mail)?)"
)
# At most 64 characters (RFC 5321, 4.5.3.1.1) of each run: without an end it is tried from each place to each other.
UNSIGNED = re.compile(rf"(?:[\w.+-]{{1,64}}\s+(?:\d+\s+)?(?:at\s+)?)??[\w.+-]{{0,64}}(?<!\w)"
                      rf"(?:[\w.+-]{{0,64}}?){PROVIDERS}\s?"
                      r"(?:dot )?\.?\s?(?:com|net|org|co)\b",
                      re.IGNORECASE)  # fmt: skip
PROVIDED = re.compile(PROVIDERS, re.IGNORECASE)
STOP = frozenset(
    {"is", "it's", "its", "was", "my", "email", "e-mail", "mail", "address", "to", "that's", "that", "either", "or",
    "called",
     "the", "on", "from", "use", "and", "it", "be", "yes", "yeah", "sure", "um", "uh", "so", "ok", "okay", "me",
     "reach", "send",
     "contact", "write", "i", "think", "would", "under", "for", "gmail", "can", "you", "update", "change", "have",
     "id", ",",
     ".", "?", "!", ":", "says", "no", "not", "of", "new", "one", "we", "with", "please"}
)  # fmt: skip
# What "point" must stand before to be a dot: "at this point in time" is none.
LEVELS = frozenset({"com", "net", "org", "edu", "co", "uk", "fr", "de", "io", "us", "ca", "gov", "info", "c", "n"})
LONGEST_LOCAL = 8
MOST_PLAIN_WORDS = 3
LONGEST_PATH = 12
LONGEST_DOMAIN = 7
NO_LOCAL = frozenset({"look", "go", "us", "online", "shop", "find", "website", "visit", "page", "site", "store",
    "meet"})
NAME = "spoken_email"


def emails(text: str, context: str | None = None) -> list[PiiSpan]:
    """E-mail addresses of a text in any of three forms."""
    del context
    found = [span(match.start(), match.end(), 1.0) for match in (WRITTEN.finditer(text) if "@" in text else ())]
    if any(sign in text for sign in "[({<"):
        found += [span(match.start(), match.end(), 0.95) for match in BRACKETED.finditer(text)]
    words = tokens(text)
    for at, token in enumerate(words):
        if token.text in ("at", "@") and at > 0 and words[at - 1].text not in NO_LOCAL:
            end = domain_end(words, at + 1)
            if end is not None:
                found.append(span(words[local_start(words, at)].start, words[end - 1].end, 0.9))
    if found or PROVIDED.search(text) is None:
        return found
    return [unsigned(match) for match in UNSIGNED.finditer(text)]


def span(start: int, end: int, score: float) -> PiiSpan:
    """An e-mail span."""
    return PiiSpan(start=start, end=end, type="EMAIL_ADDRESS", score=score, recognizer=NAME)


def unsigned(match: re.Match[str]) -> PiiSpan:
    """An address typed without @, from its first word."""
    words = match.group().split()
    skip = 0
    for word in words[:-1]:
        if word.lower() not in STOP:
            break
        skip += len(word) + 1
    return span(match.start() + skip, match.end(), 0.7)


def domain_end(words: list[Token], at: int) -> int | None:
    """The token after "gmail dot com" where it starts at a token; None where there is no domain."""
    dots = 0
    place = at
    if PROVIDED.fullmatch(words[at].text if at < len(words) else "") and spelled_before(words, at - 1) and ends(
        words, at + 1
    ):
        return at + 1
    while place < len(words) and place - at < LONGEST_DOMAIN:
        text = words[place].text
        dot = text in ("dot", ".") or (text == "point" and place + 1 < len(words) and words[place + 1].text in LEVELS)
        if dot and place > at and place + 1 < len(words):
            if text == "." and not (words[place].glued and words[place + 1].glued):
                break
            level = top_level(words, place + 1)
            if level == place + 1:
                break
            place, dots = level, dots + 1
            if place + 1 < len(words) and words[place].text in ("slash", "/"):
                return path_end(words, place)
            if place + 1 < len(words) and words[place].text in ("dot", "point", "dash"):
                continue
            return place
        if not text.isalnum() and text not in CONNECTORS:
            break
        place += 1
    return place if dots else None


def ends(words: list[Token], at: int) -> bool:
    """Whether the address ends before a token; what ends the text may go on in the next words."""
    if at == len(words) or words[at].text in ("dot", "point"):
        return False
    stop = words[at].text in ".!?,"
    return not words[at].glued or (stop and (at + 1 == len(words) or not words[at + 1].glued))


def spelled_before(words: list[Token], at: int) -> bool:
    """Whether what stands before "at gmail" is read out: a sign, a character or a number."""
    before = [word.text for word in words[max(0, at - 3) : at]]
    return any(word in CONNECTORS or (len(word) == 1 and word not in ("a", "i", ",")) for word in before) or (
        at > 0 and one_glyph(words, at - 1)[0].kind == "digits"
    )


def path_end(words: list[Token], at: int) -> int:
    """The token after "slash one two three dash s m": characters, and a word after each sign."""
    place = at
    while place < len(words) and place - at < LONGEST_PATH:
        sign = words[place].text in CONNECTORS or words[place].text in ("slash", "/")
        follows = place > at and (words[place - 1].text in CONNECTORS or words[place - 1].text in ("slash", "/"))
        if not (sign or follows or one_glyph(words, place)[0].kind in ("digits", "letter")):
            break
        place += 1
    return place


def top_level(words: list[Token], at: int) -> int:
    """The token after "com", or after "c o m"."""
    place = at
    if len(words[at].text) > 1:
        return at + 1 if words[at].text.isalpha() else at
    while place < len(words) and len(words[place].text) == 1 and words[place].text.isalpha() and place - at < 3:
        place += 1
    return place if place - at > 1 else at


def local_start(words: list[Token], at: int) -> int:
    """The first token of the part before "at": characters and words joined by signs, or plain words after "is"."""
    place, plain = at, 0
    while place > 0 and at - place < LONGEST_LOCAL * 2:
        before = words[place - 1].text
        explained = explanation(words, place)
        if explained:
            place -= explained
            continue
        joined = before in CONNECTORS or before in REPEATS or (place < at and words[place].text in CONNECTORS)
        if place >= 2 and before == "." and not words[place - 1].glued:
            break
        sign = before == "." and not (words[place - 1].glued and words[place].glued)
        character = (len(before) == 1 and before.isalnum()) or before in NATO
        number = one_glyph(words, place - 1)[0].kind == "digits"
        if sign:
            break
        initial = before == "i" and place < at and len(words[place].text) == 1
        ends = (before in STOP and not joined and before != "one") or not (before.isalnum() or before in CONNECTORS)
        if ends and not initial:
            break
        if not (joined or character or number):
            if plain == MOST_PLAIN_WORDS:
                break
            plain += 1
        place -= 1
    return place if place < at else max(at - 1, 0)


def explanation(words: list[Token], end: int) -> int:
    """How many tokens "t for tommy" takes that ends before a token; 0 where none does."""
    for length in (3, 4):
        start = end - length
        if start >= 0 and len(words[start].text) == 1 and explained_tokens(words, start) == length:
            return length
    return 0
