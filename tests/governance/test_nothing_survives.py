"""No number that identifies somebody survives, in thousands of spoken forms and splits over up to four turns."""

from random import Random

import pytest

from governance.holding import question_after
from governance.recognizers.every import recognize
from governance.recognizers.french_every import recognize_french
from governance.redaction_window import Window, follow
from governance.tongues import tongue
from tests.support.french_numbers import french_told
from tests.support.said_addresses import address
from tests.support.said_numbers import Line, Told, card, phone, social_security, told

pytestmark = pytest.mark.pure

FORMS = 1200


def readable(text: Told, question: str | None = None, language: str = "en") -> list[str]:
    """What of the secret is left in the lines, once the last one has been followed."""
    hidden: list[set[int]] = []
    window, speaks = Window(language=language), tongue(language)
    recognized = recognize_french if language == "fr" else recognize
    for who, said in text.lines:
        asked = question if who == "caller" else None
        spans = recognized(said, asked)
        found, earlier, window, _ = follow(
            window, said, spans, participant=who, asked=speaks.asked_for(asked), question=asked
        )
        question = question_after(question, said, speaks) if who != "caller" else question
        hidden.append(set())
        for number, span in [*earlier, *((len(hidden), one) for one in found)]:
            hidden[number - 1] |= set(range(span.start, span.end))
    return [
        "".join(said[at] for at in sorted(secret - shown) if said[at].isalnum())
        for (_, said), secret, shown in zip(text.lines, text.secret, hidden, strict=True)
    ]


def leaking(
    forms: list[Told], question: str | None = None, language: str = "en"
) -> list[tuple[list[Line], list[str]]]:
    """The forms of which something is left."""
    return [(one.lines, left) for one in forms if any(left := readable(one, question, language))]


def test_no_card_survives_in_any_form_or_split() -> None:
    random = Random(4)
    assert leaking([told(random, card(random)) for _ in range(FORMS)])[:3] == []


def test_no_card_survives_where_it_was_asked_for() -> None:
    random = Random(5)
    forms = [told(random, card(random)) for _ in range(FORMS // 2)]
    assert leaking(forms, "What is the card number please?")[:3] == []


def test_no_social_security_number_survives() -> None:
    random = Random(6)
    forms = [told(random, social_security(random)) for _ in range(FORMS)]
    assert leaking(forms)[:3] == []
    assert leaking(forms[: FORMS // 4], "Can I have your social security number?")[:3] == []


def test_no_phone_number_that_was_asked_for_survives() -> None:
    random = Random(7)
    forms = [told(random, phone(random)) for _ in range(FORMS)]
    assert leaking(forms, "What's the best phone number to reach you?")[:3] == []


def test_no_spelled_address_survives_in_one_line() -> None:
    random = Random(8)
    assert leaking([address(random, most_turns=1) for _ in range(FORMS)])[:3] == []


def test_no_spelled_address_survives_any_split_where_it_was_asked_for_or_announced() -> None:
    random = Random(9)
    assert leaking([address(random) for _ in range(FORMS // 2)], "And your e-mail address?")[:3] == []
    announced = [address(random, before=("my email is ", "the e-mail address is ")) for _ in range(FORMS // 2)]
    assert leaking(announced)[:3] == []


def test_no_card_survives_in_french() -> None:
    random = Random(11)
    forms = [french_told(random, card(random)) for _ in range(FORMS // 2)]
    assert leaking(forms, language="fr")[:3] == []
    assert leaking(forms[: FORMS // 4], "Quel est votre numéro de carte ?", language="fr")[:3] == []
