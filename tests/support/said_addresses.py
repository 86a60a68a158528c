"""Hundreds of ways to say an e-mail address on the telephone, from a seed: spelled, joined by signs, in pieces."""

from random import Random

from tests.support.said_numbers import REPLIES, Line, Told, said

WORDS = ("bracken", "lionel", "wash", "tamsin", "orchid", "quill", "harbor", "sunny", "yeo", "mina")
SIGNS = ("dot", "underscore", "dash", "hyphen", "dot", "point")
NATO = ("alpha", "bravo", "charlie", "delta", "echo", "kilo", "lima", "tango", "victor", "zulu")
EXPLAINED = ("t for tommy", "b as in boy", "s for sugar", "m as in mike", "c like charlie", "f for freddie")
DOMAINS = (
    "gmail", "g mail", "yahoo", "hotmail", "outlook", "icloud", "m s n", "a b c", "orchid", "my company",
    "orchid dash mail", "a o l",
)
ENDS = ("dot com", "dot net", "dot org", "dot co dot uk", "dot c o m", "dot fr", "point com", "dot edu")
BEFORE = ("", "it's ", "my email is ", "sure it's ", "yes, ", "the email address is ", "um it's ")
# Replies that an address goes on after; none asks for something else.
REPLIED = tuple(one for one in REPLIES[:11] if "digits" not in one)


def local(random: Random) -> list[str]:
    """The part before "at" as its spoken pieces: no cut leaves a piece that is half a word."""
    way = random.random()
    if way < 0.3:
        return [random.choice(WORDS)] + (said(random, str(random.randint(1, 9999))) if random.random() < 0.5 else [])
    if way < 0.6:
        first, second = random.choice(WORDS), random.choice([*WORDS, "j", "b"])
        return [first, random.choice(SIGNS), second] + (["double seven"] if random.random() < 0.3 else [])
    letters = random.choices("bcdefghjklmnpqrstvwxyz", k=random.randint(2, 6))
    if way < 0.75:
        return letters
    if way < 0.85:
        return [random.choice(NATO) for _ in letters]
    return [random.choice(EXPLAINED), *letters, random.choice(SIGNS), random.choice(WORDS)]


def address(random: Random, *, most_turns: int = 4, before: tuple[str, ...] = BEFORE) -> Told:
    """An address in one to four turns; a cut stands before "at", before "dot", after them, or within the local part."""
    end = random.choice(ENDS).split(" ", 1)
    pieces = [*local(random), "at", random.choice(DOMAINS), *end]
    turns = random.randint(1, min(most_turns, len(pieces)))
    cuts = sorted(random.sample(range(1, len(pieces)), turns - 1))
    lines: list[Line] = []
    secret: list[set[int]] = []
    for n, (a, b) in enumerate(zip([0, *cuts], [*cuts, len(pieces)], strict=True)):
        lead = random.choice(before) if n == 0 else ""
        text = " ".join(pieces[a:b])
        lines.append(("caller", lead + text))
        # The signs themselves tell nothing; what stands between them does.
        secret.append(secret_of(lead, pieces[a:b]))
        if b < len(pieces):
            lines.append(("assistant", random.choice(REPLIED)))
            secret.append(set())
    return Told(lines, secret)


def secret_of(lead: str, pieces: list[str]) -> set[int]:
    """Where the pieces that tell something stand."""
    places: set[int] = set()
    at = len(lead)
    for piece in pieces:
        if piece not in ("at", "dot", "point", *SIGNS):
            places |= set(range(at, at + len(piece)))
        at += len(piece) + 1
    return places
