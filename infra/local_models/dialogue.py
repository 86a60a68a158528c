"""The scripted dialogue that stands in for a language model: the same conversation always gets the same answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from infra.local_models.script import Intent, Script, Slot

TRIMMED = " \t\n.,;!?-"
PSEUDONYM = re.compile(r"<[A-Z][A-Z_]*(?:_\d+)?>")


@dataclass(frozen=True)
class Message:
    """One message of the conversation, in the words of the chat completions endpoint."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass
class _Conversation:
    """What the messages so far amount to."""

    turns: int = 0
    current: Intent | None = None
    asked: Slot | None = None
    refused: bool = False  # the last answer to the question did not fit
    values: dict[tuple[str, str], str] = field(default_factory=dict)


def answer(script: Script, messages: Sequence[Message]) -> str:
    """The assistant's next words; the greeting as long as the caller has said nothing."""
    conversation = _Conversation()
    for message in messages:
        if message.role == "assistant":
            _hear_assistant(script, conversation, message.text)
        elif message.role == "user" and message.text.strip():
            _hear_caller(script, conversation, message.text)
    if conversation.turns == 0:
        return script.greeting
    return _reply(script, conversation)


def _hear_assistant(script: Script, conversation: _Conversation, text: str) -> None:
    """Finds which question was put; half of it is enough, the caller may have cut in."""
    conversation.asked = None
    for intent in script.intents:
        for slot in intent.slots:
            if any(_opening(line) in text for line in (slot.question, slot.retry) if line):
                conversation.current, conversation.asked = intent, slot


def _hear_caller(script: Script, conversation: _Conversation, text: str) -> None:
    conversation.turns += 1
    conversation.refused = False
    asked, pending = conversation.asked, conversation.current
    matched = _match(script, text)
    conversation.asked = None
    if asked and pending and not (matched and matched.urgent):
        value = _extract(asked, text)
        if value is not None or (matched is None and asked.pattern is None):
            conversation.values[pending.name, asked.name] = value or text.strip(TRIMMED)
            return
        if matched is None or matched is pending:
            conversation.refused = True
            return
    conversation.current = matched
    if matched is None:
        return
    for slot in matched.slots:
        value = _extract(slot, text)
        if value is not None:
            conversation.values[matched.name, slot.name] = value


def _reply(script: Script, conversation: _Conversation) -> str:
    intent = conversation.current
    position = conversation.turns - 1
    if intent is None:
        return script.fallbacks[position % len(script.fallbacks)]
    values: dict[str, str] = {}
    for slot in intent.slots:
        value = conversation.values.get((intent.name, slot.name))
        if value is None:
            return slot.retry if conversation.refused and slot.retry else slot.question
        values[slot.name] = slot.hidden if PSEUDONYM.search(value) else value
    return intent.answers[position % len(intent.answers)].format(**values)


def _match(script: Script, text: str) -> Intent | None:
    for intent in script.intents:
        if any(re.search(pattern, text, re.IGNORECASE) for pattern in intent.patterns):
            return intent
    return None


def _extract(slot: Slot, text: str) -> str | None:
    """The first group of the slot's pattern, or all that it matches."""
    if slot.pattern is None:
        return None
    found = re.search(slot.pattern, text, re.IGNORECASE)
    if found is None:
        return None
    return str(found.group(1) if found.re.groups and found.group(1) else found.group(0)).strip(TRIMMED)


def _opening(line: str) -> str:
    return line[: len(line) // 2]
