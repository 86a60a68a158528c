"""French as it is said: numbers in words of three countries, spellings, addresses, and talk that names nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.recognizers.french_every import recognize_french
from governance.recognizers.french_numbers import nir
from governance.redaction import without_overlaps
from governance.spoken.french_glyphs import french_runs
from tests.support.said_french import say_number

pytestmark = pytest.mark.pure


def hidden(text: str, asked: str | None = None) -> list[tuple[str, str]]:
    """What is found in a text, with its type."""
    return [(one.type, text[one.start : one.end]) for one in without_overlaps(recognize_french(text, asked))]


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("quatre-vingt-dix-sept", "97"), ("soixante et onze", "71"), ("septante-huit nonante et un", "7891"),
        ("huitante-cinq octante deux", "8582"), ("zéro six double deux", "0622"), ("quatre vingt", "80"),
        ("cinquante-quatre vingt-cinq", "5425"), ("quatre-vingts quatre-vingt-un", "8081"), ("mille neuf cent", "1900"),
        ("soixante-neuf mille sept", "69007"), ("deux cent trente-huit zéro quatorze", "238014"), ("cent un", "101"),
        ("b comme bernard i grec double v", "byw"), ("L E deux F", "leff"), ("alpha tango neuf", "at9"),
    ],
)  # fmt: skip
def test_what_is_said_is_read_as_its_characters(said: str, digits: str) -> None:
    assert [run.value for run in french_runs(said)] == [digits]


@given(st.lists(st.integers(0, 99), min_size=5, max_size=9), st.booleans(), st.booleans())
def test_a_number_in_pairs_is_hidden_whole_in_any_country(pairs: list[int], hyphens: bool, swiss: bool) -> None:
    said = " ".join(say_number(pair, hyphens=hyphens, swiss=swiss) for pair in pairs)
    [(_, found)] = hidden(f"mon numéro de téléphone c'est le {said}")
    assert found == said


@given(st.integers(0, 99), st.booleans())
def test_every_number_under_a_hundred_is_read_back(number: int, swiss: bool) -> None:
    [run] = french_runs(say_number(number, hyphens=True, swiss=swiss))
    assert run.value == str(number)


def test_the_key_of_a_social_security_number_is_checked() -> None:
    assert nir("284057501234521")
    assert not nir("284057501234522")
    assert hidden("2 84 05 75 012 345 21") == [("FR_NIR", "2 84 05 75 012 345 21")]


def test_checks_give_a_card_and_an_account_their_types_without_a_word_about_them() -> None:
    card = "quarante-cinq trente-neuf quatorze quatre-vingt-huit zéro trois quarante-trois soixante-quatre "
    card += "soixante-sept"
    assert hidden(f"alors {card}") == [("CREDIT_CARD", card)]
    iban = "FR14 2004 1010 0505 0001 3M02 606"
    assert hidden(f"notez {iban}") == [("IBAN_CODE", iban)]


def test_a_name_is_found_with_and_without_capitals_and_so_is_its_spelling() -> None:
    assert hidden("je m'appelle camille lefèvre et j'appelle") == [("PERSON", "camille lefèvre")]
    assert hidden("madame bouvier à l'appareil") == [("PERSON", "bouvier")]
    assert hidden("mon nom c'est Kowalski ça s'écrit K O W A L S K I") == [
        ("PERSON", "Kowalski"), ("PERSON", "K O W A L S K I")
    ]  # fmt: skip


def test_an_address_ends_where_the_sentence_goes_on() -> None:
    assert hidden("j'habite au douze bis rue de la république à lyon et je voudrais") == [
        ("ADDRESS", "douze bis rue de la république à lyon")
    ]


def test_a_spoken_e_mail_address_is_one_span() -> None:
    said = "camille point lefevre arobase orange point fr"
    assert hidden(f"mon adresse mail c'est {said}") == [("EMAIL_ADDRESS", said)]


def test_a_date_is_a_birthday_only_where_somebody_says_so() -> None:
    assert hidden("né le quatorze juillet mille neuf cent soixante-dix-neuf")[0][0] == "DATE_OF_BIRTH"
    assert hidden("le rendez-vous du quatorze juillet") == []


@pytest.mark.parametrize(
    "said",
    [
        "il y a quatre-vingt-dix-sept euros de trop", "on sera douze à vingt heures trente", "c'est bon point final",
        "en deux mille dix-neuf déjà", "je suis en train de conduire", "bonjour je voudrais un conseiller",
    ],
)  # fmt: skip
def test_ordinary_talk_is_left_alone(said: str) -> None:
    assert hidden(said) == []


def test_what_is_no_answer_is_not_hidden() -> None:
    assert hidden("pourquoi vous voulez savoir ça", "Quel est votre nom ?") == []
    assert hidden("c'est marchetti", "Votre nom s'il vous plaît ?") == [("PERSON", "marchetti")]
