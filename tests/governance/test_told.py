"""What is told after its announcement, written in mixed codes, or misheard within a number."""

import pytest

from governance.recognizers.every import recognize
from governance.spoken.runs import runs

pytestmark = pytest.mark.pure


def hidden(text: str, question: str | None = None) -> str:
    """The text with a line over each letter and digit that is found."""
    found = {at for span in recognize(text, question) for at in range(span.start, span.end)}
    return "".join("_" if at in found and char.isalnum() else char for at, char in enumerate(text))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("my memorable word is marmalade", "marmalade"),
        ("the password's copper teapot nine", "copper teapot nine"),
        ("user name is gardenshed seven", "gardenshed seven"),
        ("my security answer was wellington", "wellington"),
        ("our new address is rose cottage the green", "rose cottage the green"),
        ("we just moved to four the orchard please change it", "four the orchard"),
        ("flat nine sixteen elmwood mews", "flat nine sixteen elmwood mews"),
        ("it is p o box three one seven", "p o box three one seven"),
        ("i was born on the fifth of the eleventh sixty eight", "the fifth of the eleventh sixty eight"),
        ("the card expiry is july thirty one", "july thirty one"),
        ("my number plate is KX61 DTO", "KX61 DTO"),
        ("the registration is 4TRB882", "4TRB882"),
        ("send it to m b underscore forty at gmail please", "m b underscore forty at gmail"),
    ],
)
def test_what_is_announced_is_hidden_whole(text: str, secret: str) -> None:
    start = text.index(secret)
    said = hidden(text)[start : start + len(secret)]
    assert not any(char.isalnum() for char in said.removeprefix("the"))


@pytest.mark.parametrize(
    "text",
    [
        "my password is not working",
        "the password is wrong",
        "my user name is the same",
        "the address is correct thank you",
        "we moved to another provider",
        "a five percent rise is too much",
        "I have an account at gmail",
        "my contract expires in july",
        "it arrives on the 21st by 10am",
        "one two three go to the next one",
        "open from nine to five",
    ],
)
def test_what_is_said_about_it_stays(text: str) -> None:
    assert hidden(text) == text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("for five three to won nine for six six seven ate oh", "453219466780"),
        ("one five five two too eight nine won", "15522891"),
        ("my number is five five five one two one two to confirm", "5551212"),
    ],
)
def test_words_that_sound_like_digits_are_digits_inside_a_number(said: str, meant: str) -> None:
    assert meant in [run.value for run in runs(said)]


@pytest.mark.parametrize("said", ["two to three weeks for four people", "I won two for six", "four for five"])
def test_words_that_sound_like_digits_are_words_elsewhere(said: str) -> None:
    assert all(len(run.value) == 1 for run in runs(said))
