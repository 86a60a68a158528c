"""Which of two language models answers a turn: the small one for what is plainly simple, in doubt the large one."""

import re
from typing import Literal

from schemas.base import Frozen

Size = Literal["small", "large"]
# Words of a question that wants to be thought about; several questions in one are no simple question.
HARD = re.compile(
    r"\b(?:why|explain|compare|difference|recommend|should|better|best|instead|complain|wrong|problem|refund|cancel|"
    r"unless|except|however|because|although|if|but|and then)\b", re.IGNORECASE
)
ASKING = re.compile(r"\b(?:what|when|where|which|who|how|why)\b", re.IGNORECASE)
# The beginning of an answer of a model that does not know.
DOUBT = re.compile(
    r"^\W*(?:(?:i'?m |i am )?(?:sorry|afraid)[,.]?(?: but)? )?"
    r"(?:i(?: do not|'?m not| am not| don'?t| can ?not| can'?t)|"
    r"that is beyond|it is unclear)(?: really| quite| entirely)? "
    r"(?:know|sure|certain|able|have (?:that|any|this|the) information|understand|answer|help with|tell)\b|"
    r"^\W*unsure\b",
    re.IGNORECASE,
)
MOST_WORDS, MOST_TURNS = 14, 12


class Asked(Frozen):
    """What is known of a turn before a model is asked."""

    text: str
    turns: int  # of the caller so far
    flagged: bool = False  # the policy found something in this turn
    failed_before: bool = False  # the last answer failed, or the small model did not know
    summarised: bool = False  # part of the talk is only a summary by now


class Routed(Frozen):
    """Who is asked first, and why; `reason` is one of a fixed few, for traces."""

    size: Size
    reason: str


def route(asked: Asked) -> Routed:
    """Pick the model."""
    words = len(asked.text.split())
    reasons = (
        ("policy", asked.flagged), ("failed_before", asked.failed_before), ("long_call", asked.turns > MOST_TURNS),
        ("summarised", asked.summarised), ("long_question", words > MOST_WORDS),
        ("hard_words", HARD.search(asked.text) is not None),
        ("many_questions", len(ASKING.findall(asked.text)) > 1),
    )
    for reason, holds in reasons:
        if holds:
            return Routed(size="large", reason=reason)
    return Routed(size="small", reason="short_and_plain")


def doubts(beginning: str) -> bool:
    """Tell whether an answer begins by saying that its writer does not know."""
    return DOUBT.search(beginning) is not None
