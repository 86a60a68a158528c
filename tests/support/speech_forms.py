"""Ways to say a digit string on the telephone, for property tests."""

from hypothesis import strategies as st

ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
PAUSES = (" ", " ", " ", ", ", " um ", " uh ", "... ", " and then ", " dash ", ". ")


def pair(first: str, second: str) -> str:
    """Two digits as one number, where there is such a number."""
    tens, ones = int(first), int(second)
    if tens == 0:
        return f"oh {ONES[ones]}"
    if tens == 1:
        return TEENS[ones]
    return TENS[tens] if ones == 0 else f"{TENS[tens]} {ONES[ones]}"


@st.composite
def spoken_digits(draw: st.DrawFn, digits: str) -> str:
    """One way to say all of `digits`: words, doubles, pairs, numerals, with pauses between."""
    said: list[str] = []
    at = 0
    while at < len(digits):
        ways = ["word", "numeral"]
        if at + 1 < len(digits):
            ways.append("pair")
            ways += ["double"] if digits[at] == digits[at + 1] else []
        way = draw(st.sampled_from(ways))
        if way == "pair":
            said.append(pair(digits[at], digits[at + 1]))
        elif way == "double":
            said.append(f"double {ONES[int(digits[at])]}")
        elif way == "numeral":
            said.append(digits[at])
        else:
            said.append(draw(st.sampled_from(("oh", "zero", "o"))) if digits[at] == "0" else ONES[int(digits[at])])
        at += 2 if way in ("pair", "double") else 1
    return said[0] + "".join(draw(st.sampled_from(PAUSES)) + piece for piece in said[1:])


def check_digit(body: str) -> str:
    """The digit that makes a card number valid (ISO/IEC 7812-1)."""
    total = 0
    for place, char in enumerate(reversed(body)):
        digit = int(char) * (2 - place % 2)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


@st.composite
def cards(draw: st.DrawFn) -> str:
    """A card number with 13 to 16 digits and its check digit."""
    length = draw(st.sampled_from((13, 14, 15, 16)))
    body = draw(st.sampled_from("3456")) + draw(st.text("0123456789", min_size=length - 2, max_size=length - 2))
    return body + check_digit(body)
