"""What is only ever written: addresses of all countries, contact cards, ages, titles, firms and time stamps."""

import pytest

from governance.recognizers.contact_cards import contact_cards
from governance.recognizers.countries import countries
from governance.recognizers.descriptions import descriptions
from governance.recognizers.written_addresses import written_addresses

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "address",
    [
        "77 Harbour Row\n Suite 12\n Leeds\n United Kingdom 90210",
        "4410 Lindenstra\u00dfe 9 Apt. 31, Graz, Austria 80100",
        "Rua Nova 12, Porto, Portugal 40500",
        "118 27 Rue du Moulin Suite 4\nLyon\n, RA\n France 69001",
    ],
)
def test_a_written_address_is_one_span(address: str) -> None:
    text = f"Please return the parcel to {address} today"
    assert address in [text[one.start : one.end] for one in written_addresses(text)]


def test_a_street_and_its_number_are_enough_where_an_address_is_told() -> None:
    text = "my new address is Kirkegata 14 from May on"
    assert [text[one.start : one.end] for one in written_addresses(text)] == ["Kirkegata 14"]


def test_a_corner_of_two_streets_is_an_address() -> None:
    text = "we stand at the corner of 12 Mill Lane and Station Road"
    assert [text[one.start : one.end] for one in written_addresses(text)] == [text[12:]]


@pytest.mark.parametrize(
    "text",
    ["I paid 20 dollars on the 3rd of May", "my order has 3 items and arrives in 5 days", "Windows 11 and Office 365"],
)
def test_numbers_beside_words_are_no_address(text: str) -> None:
    assert written_addresses(text) == []


def test_the_lines_of_a_contact_card_are_hidden_without_their_labels() -> None:
    card = "Ada Byron\nAnalytical Engines\nMobile: 555 0100"
    text = f"Here it is.\n{card}\n\nCan you please call her back tomorrow morning?"
    said = [text[one.start : one.end] for one in contact_cards(text)]
    assert said[-3:] == ["Ada Byron", "Analytical Engines", "555 0100"]


def test_two_sentences_under_each_other_are_no_card() -> None:
    assert contact_cards("I would like to change my plan, please, if that can be done today.\nThank you!") == []


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("she is a 47 year old woman", "AGE", "47"),
        ("I will turn 31.", "AGE", "31"),
        ("please ask Mrs. Novak", "TITLE", "Mrs."),
        ("it was 2019-03-04 10:11:12 there", "DATE_TIME", "2019-03-04 10:11:12"),
        ("a letter from Miller Ltd. came", "ORGANIZATION", "Miller Ltd."),
        ("I work for Blue Harbour", "ORGANIZATION", "Blue Harbour"),
        ("she is in \u03a0\u03b1\u03c6\u03bf\u03c2 now", "LOCATION", "\u03a0\u03b1\u03c6\u03bf\u03c2"),
    ],
)
def test_what_describes_a_person_is_found(text: str, kind: str, said: str) -> None:
    assert (kind, said) in [(one.type, text[one.start : one.end].strip()) for one in descriptions(text)]


def test_a_state_is_found_by_its_capital() -> None:
    assert [one.start for one in countries("we flew to Estonia")] == [11]
    assert countries("a turkey and some china") == []


def test_a_long_text_without_an_address_is_read_in_no_time() -> None:
    text = "Word " * 1500 + "1 " * 1500 + "A 1, " * 500 + "12 Aa Bb Cc Dd, Ee Ff Gg, " * 150
    assert isinstance(written_addresses(text), list)
