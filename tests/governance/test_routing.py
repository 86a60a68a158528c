"""The small model gets what is plainly simple; whatever speaks for thinking goes to the large one."""

import pytest

from governance.routing import Asked, doubts, route

pytestmark = pytest.mark.pure

PLAIN = Asked(text="When do you open?", turns=1)


def test_a_short_plain_question_goes_to_the_small_model() -> None:
    assert route(PLAIN).size == "small"


@pytest.mark.parametrize(("change", "reason"), [
    ({"flagged": True}, "policy"), ({"failed_before": True}, "failed_before"), ({"turns": 40}, "long_call"),
    ({"summarised": True}, "summarised"), ({"text": "word " * 20}, "long_question"),
    ({"text": "Which plan would you recommend?"}, "hard_words"),
    ({"text": "When do you open and where are you?"}, "many_questions"),
])
def test_each_reason_alone_sends_it_to_the_large_one(change: dict[str, object], reason: str) -> None:
    routed = route(PLAIN.model_copy(update=change))
    assert (routed.size, routed.reason) == ("large", reason)


@pytest.mark.parametrize("beginning", [
    "I'm not sure about that.", "I don't know.", "Sorry, I cannot help with that.", "I am afraid I do not know that.",
    "I'm sorry, but I can't answer that.", "Unsure.",
])
def test_not_knowing_is_heard_at_the_beginning(beginning: str) -> None:
    assert doubts(beginning)


@pytest.mark.parametrize("beginning", [
    "We open at nine.", "Sure, I can help with that.", "I know that one.", "You can not return it.", "",
])
def test_an_answer_is_no_doubt(beginning: str) -> None:
    assert not doubts(beginning)
