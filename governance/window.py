"""What of a long call a language model still sees: the last messages as they were, and before them a running summary.

The summary is extractive: whole sentences that were said, the ones that carry facts first, never a word of its own.
"""

import re
from collections.abc import Sequence

from schemas.base import Frozen
from schemas.speech import ChatMessage

CHARACTERS_A_TOKEN = 4  # of English; what is counted here only has to be on the safe side
OVERHEAD = 4  # tokens that a message takes beside its words
SENTENCE = re.compile(r"[^.?!]+[.?!]*")
FACT = re.compile(
    r"<[A-Z][A-Z_]*_\d+>|\d|\b(?:not|never|no|don't|can't|won't|must|need|want|would like|allerg\w*|prefer|always|only|"
    r"promise\w*|agree\w*|yesterday|today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|my|because)\b",
    re.IGNORECASE,
)
WHO = {"user": "Caller", "assistant": "You", "system": ""}
HEAD = "Earlier in this call, in the words that were said:"


class Remembered(Frozen):
    """A call's talk: what is summed up, and the messages that follow."""

    lines: tuple[str, ...] = ()  # "Caller: …", oldest first
    messages: tuple[ChatMessage, ...] = ()

    @property
    def summary(self) -> str:
        """The summary as a model reads it; empty as long as nothing was left out."""
        return "\n".join((HEAD, *self.lines)) if self.lines else ""


def tokens(text: str) -> int:
    """Reckon what a message costs."""
    return OVERHEAD + -(-len(text) // CHARACTERS_A_TOKEN)


def take(talk: Remembered, message: ChatMessage, *, most_messages: int, budget: int) -> Remembered:
    """Remember one more message; the oldest move into the summary, which has a third of the budget."""
    messages, lines = (*talk.messages, message), talk.lines
    for_messages, for_summary = budget - budget // 3, budget // 3
    while len(messages) > 1 and (
        len(messages) > most_messages or sum(tokens(one.text) for one in messages) > for_messages
    ):
        lines, messages = (*lines, *_sentences(messages[0])), messages[1:]
    return Remembered(lines=_within(lines, for_summary), messages=messages)


def _sentences(message: ChatMessage) -> tuple[str, ...]:
    who = WHO[message.role]
    return tuple(f"{who}: {one.strip()}" for one in SENTENCE.findall(message.text) if one.strip(" .?!"))


def _within(lines: Sequence[str], budget: int) -> tuple[str, ...]:
    """Leave out what says least: first what you said, then what holds no fact, the oldest first; order is kept."""
    kept = dict(enumerate(dict.fromkeys(lines)))
    cost = {at: tokens(line) for at, line in kept.items()}
    left = sum(cost.values()) + tokens(HEAD)
    for at in sorted(kept, key=lambda at: (_weight(kept[at]), at)):
        if left <= budget:
            break
        left -= cost[at]
        del kept[at]
    return tuple(kept[at] for at in sorted(kept))


def _weight(line: str) -> int:
    caller = line.startswith("Caller:")
    return 2 * caller + (FACT.search(line) is not None)
