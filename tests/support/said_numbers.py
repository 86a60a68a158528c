"""Thousands of ways to say a number on the telephone, from a seed: in a line, in pieces, read back and corrected."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from schemas.base import Participant
from tests.support.speech_forms import ONES, TEENS, TENS, check_digit

Line = tuple[Participant, str]
PAUSES = (" ", " ", " ", " ", ", ", " um ", " uh ", "... ", " and then ", " dash ", ". ", " okay ", " and ", " hyphen ")
BEFORE = ("", "", "it's ", "yeah it's ", "sure, ", "my number is ", "um ", "ok so ", "the number is ", "and then ",
          "let me get my card, okay it's ", "here you go ", "I'd like to pay with ", "can you take this down ")
NEXT = ("", "", "and ", "then ", "okay ", "the next ones are ", "and then it's ", "um ", "after that ",
        "sorry, ", "where was I, ", "let me see, ", "the last ones are ", "and the final part is ", "followed by ")
AFTER = ("", "", "", " okay", " please", ".", " that's it", " thanks", " did you get that?", " hold on", " and",
         " is that right", " just a second", " and that's the whole thing", " are you ready for the rest")
REPLIES = (
    "mm-hm", "yes", "okay", "go on", "right", "uh huh", "okay, go ahead", "and the next digits?", "got it, and then?",
    "sorry, could you say that again?", "I have that so far, please continue",
    "Perfect, thank you. And what comes after that?", "I'm listening.", "Alright, I've got the first four.",
    "Sorry, the line is bad, could you repeat the last part?", "Sure, take your time", "Thank you, please continue.",
    "No problem, go ahead whenever you are ready.", "Could you please give me the remaining digits?",
    "okay I'm writing that down", "Great, thanks for that, carry on please.",
)
FIXES = ("no sorry", "sorry, I mean", "wait, no", "actually", "no wait", "correction", "scratch that")


class Told(NamedTuple):
    """The lines of a call, and of each caller's line the characters that belong to the number."""

    lines: list[Line]
    secret: list[set[int]]


def digit(random: Random, char: str) -> str:
    """One digit as it is said or written."""
    if char == "0":
        return random.choice(("zero", "oh", "o", "0"))
    return random.choice((ONES[int(char)], ONES[int(char)], char))


def said(random: Random, digits: str) -> list[str]:
    """Digits as words: one by one, in pairs, doubled, tripled, hundreds, numerals."""
    words: list[str] = []
    at = 0
    while at < len(digits):
        left = digits[at:]
        way = random.random()
        repeats = len(left) - len(left.lstrip(left[0]))
        if repeats >= 3 and way < 0.4:
            words.append(f"{random.choice(('triple', 'treble'))} {digit(random, left[0])}")
            at += 3
        elif repeats >= 2 and way < 0.4:
            words.append(f"double {digit(random, left[0])}")
            at += 2
        elif len(left) >= 2 and way < 0.6:
            words.append(pair(left[0], left[1], random))
            at += 2
        elif len(left) >= 3 and left[0] != "0" and left[1:3] == "00" and way < 0.8:
            words.append(f"{ONES[int(left[0])]} hundred")
            at += 3
        elif len(left) >= 4 and way > 0.93:
            words.append(left[:4])
            at += 4
        else:
            words.append(digit(random, left[0]))
            at += 1
    return words


def pair(first: str, second: str, random: Random) -> str:
    """Two digits as one number."""
    if first == "0":
        return f"{random.choice(('oh', 'zero'))} {ONES[int(second)]}"
    if first == "1":
        return TEENS[int(second)]
    tens = TENS[int(first)]
    return tens if second == "0" else tens + random.choice((" ", "-")) + ONES[int(second)]


def line(random: Random, digits: str, *, before: str, after: str) -> tuple[str, set[int]]:
    """One line that says digits, and where they stand in it."""
    return with_pauses(random, said(random, digits), PAUSES, before=before, after=after)


def with_pauses(
    random: Random, words: Sequence[str], pauses: Sequence[str], *, before: str, after: str
) -> tuple[str, set[int]]:
    """Words of any language with pauses between, and where they stand in the line."""
    text, places = before, set[int]()
    for n, word in enumerate(words):
        text += random.choice(pauses) if n else ""
        places |= set(range(len(text), len(text) + len(word)))
        text += word
    return text + after, places


def in_turns(random: Random, digits: str, most_turns: int) -> list[str]:
    """Digits cut anywhere into at most so many parts."""
    turns = random.randint(1, most_turns)
    cuts = sorted(random.sample(range(1, len(digits)), turns - 1)) if turns > 1 else []
    return [digits[a:b] for a, b in zip([0, *cuts], [*cuts, len(digits)], strict=True)]


def told(random: Random, digits: str, *, most_turns: int = 4) -> Told:
    """A number told in one to four turns with replies between, sometimes read back, sometimes corrected."""
    pieces = in_turns(random, digits, most_turns)
    lines: list[Line] = []
    secret: list[set[int]] = []
    for n, piece in enumerate(pieces):
        before = random.choice(NEXT if n else BEFORE)
        text, places = line(random, piece, before=before, after=random.choice(AFTER))
        lines.append(("caller", text))
        secret.append(places)
        if n + 1 < len(pieces):
            reply, read_back = random.choice(REPLIES), set[int]()
            if random.random() < 0.25 and len(piece) > 1:
                reply, read_back = line(random, piece, before=random.choice(("so that's ", "")), after="")
            lines.append(("assistant", reply))
            secret.append(read_back)
    if random.random() < 0.2:
        fix, places = corrected(random, digits[-1])
        lines += [("assistant", "okay"), ("caller", fix)]
        secret += [set(), places]
    return Told(lines, secret)


def corrected(random: Random, last: str) -> tuple[str, set[int]]:
    """'no sorry, seven not nine'."""
    wrong = ONES[(int(last) + 1) % 10]
    right = ONES[int(last)]
    start = random.choice(FIXES) + ", "
    places = set(range(len(start), len(start) + len(right)))
    second = len(start) + len(right) + len(" not ")
    return f"{start}{right} not {wrong}", places | set(range(second, second + len(wrong)))


def card(random: Random) -> str:
    """A number of 13 to 19 digits with its check digit."""
    length = random.choice((13, 14, 15, 16, 16, 16, 16, 19))
    body = random.choice("3456") + "".join(random.choice("0123456789") for _ in range(length - 2))
    return body + check_digit(body)


def social_security(random: Random) -> str:
    """Nine digits in ranges that are given out."""
    area = random.choice([n for n in range(1, 900) if n != 666])
    return f"{area:03}{random.randint(1, 99):02}{random.randint(1, 9999):04}"


def phone(random: Random) -> str:
    """Ten or eleven digits."""
    return random.choice(("", "1", "0")) + str(random.randint(2_000_000_000, 9_999_999_999))
