"""Unique values that nobody may ever find in clear, and calls that say them in every form."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.base import Data
from schemas.calls import CallEnded, CallStarted, DtmfPressed, ParticipantJoined, ParticipantLeft
from schemas.turns import (
    AssistantGenerated,
    AssistantHeard,
    AssistantSynthesised,
    BargeInDetected,
    InterimTranscribed,
    Provider,
    ProviderFailed,
    UtteranceFinalized,
)

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
FIRST = ("Katherine", "Jonathan", "Margaret", "Frederick", "Rebecca", "Nicholas", "Victoria", "Benjamin")
KNOWN = "wheelbarrow"  # harmless, said in some calls: the search must find it where words lie


@dataclass(frozen=True)
class Planted:
    """One call's events, and the values in them as the search knows them: digits or lower-case letters."""

    form: str
    events: tuple[Data, ...]
    values: tuple[str, ...]


class Mint:
    """Makes values; the same seed makes the same."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._made: set[str] = set()

    def digits(self, count: int) -> str:
        return "".join(str(self.chance.randrange(10)) for _ in range(count))

    def once(self, make: Callable[[], str]) -> str:
        """Make one that was not made before."""
        while (value := make()) in self._made:
            pass
        self._made.add(value)
        return value

    def card(self) -> str:
        return self.once(lambda: with_check("4" + self.digits(14)))

    def ssn(self) -> str:
        ranges = ((100, 665), (10, 99), (1000, 9999))
        return self.once(lambda: "".join(str(self.chance.randrange(*one)) for one in ranges))

    def phone(self) -> str:
        area = self.chance.choice((212, 312, 415, 503, 617, 713, 808))
        return self.once(lambda: f"{area}{self.chance.randrange(200, 999)}{self.digits(4)}")

    def word(self, syllables: int = 3) -> str:
        def make() -> str:
            pairs = (self.chance.choice("bdfgklmnprstv") + self.chance.choice("aeiou") for _ in range(syllables))
            return "".join(pairs) + self.chance.choice(("ck", "rn", "ld", "st", "rth"))

        return self.once(make)

    def iban(self) -> str:
        def make() -> str:
            bank = "".join(self.chance.choice("BCDFGHKLMNP") for _ in range(4)) + self.digits(14)
            number = int("".join(str(int(one, 36)) for one in f"{bank}GB00"))
            return f"GB{98 - number % 97:02d}{bank}"

        return self.once(make)


def with_check(digits: str) -> str:
    """Complete digits so that Luhn's sum holds."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def grouped(digits: str, *sizes: int, by: str = " ") -> str:
    """Write digits in groups."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(digits[at : at + size])
        at += size
    return by.join(pieces)


def spoken(digits: str) -> str:
    """Say digits one by one."""
    return " ".join(DIGITS[int(one)] for one in digits)


def doubled(digits: str) -> str:
    """Say digits one by one, two of a kind as "double"."""
    said, at = [], 0
    while at < len(digits):
        twice = digits[at : at + 2] == digits[at] * 2
        said.append(f"double {DIGITS[int(digits[at])]}" if twice else DIGITS[int(digits[at])])
        at += 2 if twice else 1
    return " ".join(said).replace("zero", "oh")


def paired(digits: str) -> str:
    """Say digits in pairs: "forty nine seventeen"."""
    said = []
    for at in range(0, len(digits), 2):
        tens, ones = int(digits[at]), int(digits[at + 1])
        if tens == 0:
            said.append(f"oh {DIGITS[ones]}")
        elif tens == 1:
            said.append(TEENS[ones])
        else:
            said.append(TENS[tens] + (f" {DIGITS[ones]}" if ones else ""))
    return " ".join(said)


def asks(text: str, number: int = 1) -> Data:
    """Ask as the assistant."""
    return AssistantGenerated(utterance=f"a{number}", turn=number, text=text)


def says(text: str, number: int = 1, who: str = "caller") -> Data:
    """Say something."""
    return UtteranceFinalized.model_validate(
        {"participant": who, "utterance": f"u{number}", "turn": number, "text": text}
    )


def interim(text: str, number: int = 1) -> Data:
    """Believe so far to have heard something."""
    return InterimTranscribed(participant="caller", utterance=f"u{number}", turn=number, text=text)


def assistant(text: str) -> Sequence[Data]:
    """Say something as the assistant, in its three stages."""
    return (
        asks(text),
        AssistantSynthesised(utterance="a1", turn=1, text=text, audio_ms=900),
        AssistantHeard(
            utterance="a1", turn=1, text=text, played_ms=900, method="playback_mark", interrupted=False, mismatch=False
        ),
    )


def names_of_channel(mint: Mint) -> tuple[tuple[Data, ...], tuple[str, ...]]:
    """Put numbers and addresses where a channel has names and ids."""
    one, two, three, local = mint.phone(), mint.phone(), mint.phone(), mint.word(4)
    failing = ProviderFailed(
        provider=Provider(name="x", model=f"sip:{local}@pbx.example.com"), operation="chat", error=f"no {three}",
        fallback="none",
    )
    said = UtteranceFinalized(participant="caller", utterance=f"leg-{one}", turn=1, text="hello there")
    joined = ParticipantJoined(participant="caller", actor=f"{two}")
    left = ParticipantLeft(participant="caller", actor=f"{local}@example.com")
    cut = BargeInDetected(turn=1, at_ms=1, utterance=f"leg-{one}", stopped_after_ms=1)
    return (joined, said, cut, failing, left), (one, two, three, local)


def forms(mint: Mint) -> list[tuple[str, tuple[Data, ...], tuple[str, ...]]]:
    """Say one fresh value in each form."""
    card = [mint.card() for _ in range(11)]
    ssn, phone, iban = [mint.ssn() for _ in range(2)], [mint.phone() for _ in range(4)], mint.iban()
    mail, name = [mint.word(4) for _ in range(3)], mint.word().capitalize()
    digits = mint.digits(10)
    return [
        ("card, written", (says(f"my card is {grouped(card[0], 4, 4, 4, 4)} ok"),), (card[0],)),
        ("card, digits only", (says(f"it's {card[1]}"),), (card[1],)),
        ("card, digit by digit", (says(f"my card number is {spoken(card[2])} thanks"),), (card[2],)),
        ("card, double and oh", (says(f"the card is {doubled(card[3])}"),), (card[3],)),
        ("card, in pairs", (says(f"so the card number is {paired(card[4])}"),), (card[4],)),
        ("card, with dashes, by a person", (
            says(f"I read back {grouped(card[5], 4, 4, 4, 4, by='-')}", who="human"),
        ), (card[5],)),
        ("card, by the assistant", (*assistant(f"Your card is {grouped(card[6], 4, 4, 4, 4)}, right?"),), (card[6],)),
        ("card, interim and final", (
            interim(f"my card is {grouped(card[7], 4, 4, 4)}"), interim(f"my card is {grouped(card[7], 4, 4, 4, 4)}"),
            says(f"my card is {grouped(card[7], 4, 4, 4, 4)}"),
        ), (card[7],)),
        ("card, over two lines", (
            asks("What is your card number?"), says(grouped(card[8], 4, 4)), says(card[8][8:], 2),
        ), (card[8], card[8][:8], card[8][8:])),
        ("card, over four lines, spoken", (
            asks("Read me the card, please."), says(spoken(card[9][:4])), asks("mhm", 2), says(spoken(card[9][4:8]), 2),
            says(spoken(card[9][8:12]), 3), says(spoken(card[9][12:]), 4),
        ), (card[9],)),  # no line alone is unique: a test of its own reads them
        ("social security number, written", (says(f"my social is {grouped(ssn[0], 3, 2, 4, by='-')}"),), (ssn[0],)),
        ("social security number, spoken", (
            asks("What is your social security number?"), says(spoken(ssn[1])),
        ), (ssn[1],)),
        ("telephone, written", (says(f"call me on {grouped(phone[0], 3, 3, 4, by='-')} please"),), (phone[0],)),
        ("telephone, spoken", (says(f"my number is {spoken(phone[1])}"),), (phone[1],)),
        ("telephone, keys", (DtmfPressed(digits=phone[2], turn=1),), (phone[2],)),
        ("bank account", (says(f"the iban is {iban}"),), (iban.lower(),)),
        ("mail, written", (says(f"it's {mail[0]}@example.com"),), (mail[0],)),
        ("mail, spoken", (says(f"my email is {mail[1]} dot smith at example dot com"),), (mail[1],)),
        ("mail, spelled", (
            asks("What is your email address?"), says(f"{' '.join(mail[2])} at gmail dot com"),
        ), (mail[2],)),
        ("name", (
            asks("May I have your name?"), says(f"My name is {mint.chance.choice(FIRST)} {name}."),
        ), (name.lower(),)),
        ("names and ids of the channel", *names_of_channel(mint)),
        ("in a call that asks for a person", (
            says(f"my account number is {digits} and I want the {KNOWN}"),
            says("can I speak to a real person please", 2),
        ), (digits,)),
    ]


def calls(count: int, *, seed: int) -> list[Planted]:
    """Make so many calls, each with a caller's number of its own and the forms in turn."""
    mint = Mint(seed)
    made: list[Planted] = []
    while len(made) < count:
        for form, said, values in forms(mint):
            number = mint.phone()
            events = (CallStarted(channel="phone", caller=f"+1{number}"), *said, CallEnded(reason="hangup"))
            made.append(Planted(form, events, (*values, number)))
    return made[:count]
