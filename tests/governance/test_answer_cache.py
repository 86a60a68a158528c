"""An answer is given again only where it holds for everybody: the same question, place, policy, language and tenant."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.answer_cache import KeptAnswer, Scope, askable, find_exact, find_similar, keepable

pytestmark = pytest.mark.pure

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCOPE = Scope(tenant="acme", persona="p", policy_version="v1", language="en", before="b")
OPEN = "What are your opening hours?"
NINE = "We are open from nine to six."


def kept(question: str = OPEN, *, vector: tuple[float, ...] = (), at: datetime = NOW) -> KeptAnswer:
    return KeptAnswer(scope=SCOPE, question=question, answer=NINE, kept_at=at, vector=vector)


def test_the_very_words_are_found_whatever_their_case_and_stops() -> None:
    hit = find_exact([kept()], "what are your opening hours", now=NOW, ttl=HOUR)
    assert hit is not None
    assert (hit.kept.answer, hit.match) == (NINE, "exact")


def test_an_old_answer_is_no_answer() -> None:
    old = kept(vector=(1.0,), at=NOW - HOUR)
    assert find_exact([old], OPEN, now=NOW, ttl=HOUR) is None
    assert find_similar([old], OPEN, (1.0,), threshold=0.5, now=NOW, ttl=HOUR) is None


def test_near_alone_is_never_enough() -> None:
    one = kept("how do I cancel an order", vector=(1.0, 0.0))
    near = (0.99, 0.14)
    wrong = find_similar([one], "how do I not cancel an order", near, threshold=0.5, now=NOW, ttl=HOUR)
    assert wrong is None
    right = find_similar([one], "how can I cancel an order please", near, threshold=0.5, now=NOW, ttl=HOUR)
    assert right is not None
    assert right.match == "similar"


def test_what_asks_the_same_and_lies_far_away_is_not_given() -> None:
    one = kept("how do I cancel an order", vector=(1.0, 0.0))
    assert find_similar([one], "how can I cancel an order", (0.1, 0.99), threshold=0.5, now=NOW, ttl=HOUR) is None


@pytest.mark.parametrize("question", [
    "yes", "Where is my order?", "What is my balance?", "my card is <CREDIT_CARD_1>", "cancel my order",
    "is my claim 4 4 5 6 7 1 approved", "what about that one",
])
def test_somebodys_own_matters_are_never_looked_up(question: str) -> None:
    assert not askable(question, ("Hello.",))


def test_how_to_do_something_is_the_same_for_all() -> None:
    assert askable("How do I change my address?", ("Hello.",))
    assert askable(OPEN, ("Hello.",))


def test_after_a_placeholder_was_said_nothing_is_looked_up_any_more() -> None:
    assert not askable(OPEN, ("Hello.", "I am <PERSON_1>"))


@pytest.mark.parametrize("answer", [
    "Hello <PERSON_1>, we are open.", "I have cancelled it for you.", "Your order has shipped.",
    "What is your order number?",
    "Call 0 8 0 0 1 1 1 2 for that.", "Please give me your card number now.", "Write to us at help@acme.example.",
    "No.",
])
def test_an_answer_for_one_caller_is_not_kept_for_others(answer: str) -> None:
    assert not keepable(OPEN, answer, ("Hello.",))


def test_an_answer_for_everybody_is_kept() -> None:
    assert keepable(OPEN, NINE, ("Hello.",))
