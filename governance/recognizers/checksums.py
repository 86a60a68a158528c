"""Check digits and ranges over the joined string: Luhn, ABA routing numbers, IBAN (ISO 13616), US social security."""

import re

IBAN = re.compile(r"[a-z]{2}\d{2}[a-z\d]{11,30}")
ROUTING_WEIGHTS = (3, 7, 1)
SSN_DIGITS = 9


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: the check digit of payment cards."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        digit = int(char) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def routing(digits: str) -> bool:
    """ABA: nine digits of a Federal Reserve district, weighted 3-7-1."""
    if len(digits) != SSN_DIGITS:
        return False
    district = int(digits[:2])
    if not (1 <= district <= 12 or 21 <= district <= 32 or 61 <= district <= 72 or district == 80):
        return False
    return sum(int(char) * ROUTING_WEIGHTS[n % 3] for n, char in enumerate(digits)) % 10 == 0


def iban(value: str) -> bool:
    """ISO 13616: country, check digits and account, letters counted from ten, modulo 97."""
    if IBAN.fullmatch(value) is None:
        return False
    return int("".join(str(int(char, 36)) for char in value[4:] + value[:4])) % 97 == 1


def social_security(digits: str) -> bool:
    """Nine digits whose area, group and serial the Social Security Administration gives out."""
    if len(digits) != SSN_DIGITS:
        return False
    area = digits[:3]
    return area not in ("000", "666") and area < "900" and digits[3:5] != "00" and digits[5:] != "0000"
