"""What a channel says beside the words may name a person too: a SIP address, a number in an id, who joined."""

import re
from collections.abc import Callable

from pydantic import BaseModel

from schemas.base import Data
from schemas.calls import ParticipantJoined, ParticipantLeft
from schemas.topics import FROM_CHANNELS

# An address, or seven to nineteen digits that are no part of a longer word (so no UUID and no hash).
PERSONAL = re.compile(
    r"\b(?:sips?|tel|mailto):[^\s<>\"',;]+|[^\s@<>\"',;]+@[\w-]+(?:\.[\w-]+)+|"
    r"(?<![0-9A-Za-z])\+?\(?[0-9](?:[ ./()_:-]{0,2}[0-9]){6,18}(?![0-9A-Za-z])"
)
HIDDEN = "<HIDDEN>"
# Words that redaction has read, what it says itself, and what the channel sends only to be sealed.
READ = frozenset({"text", "caller", "digits", "pseudonym", "entity", "key_id", "sealed", "detector"})
# What is made of random digits or names a policy's bytes.
MADE = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[a-z][a-z0-9_.-]*@[0-9]+\+sha256:[0-9a-f]{8}")

Name = Callable[[str], str]


def masked(text: str) -> str:
    """Give what a person of the house wrote, without addresses and long numbers."""
    return PERSONAL.sub(HIDDEN, text)


def personal(value: str) -> bool:
    """Tell whether a name or id of a channel holds an address or a long number."""
    return PERSONAL.search(value) is not None and MADE.fullmatch(value) is None


def without_persons(data: Data, *, name: Name) -> Data:
    """Give the data with each personal name or id replaced by what `name` (the same for the same) calls it."""
    if not isinstance(data, FROM_CHANNELS):
        return data  # of the house itself: ids it derived, logins of its staff
    if isinstance(data, ParticipantJoined | ParticipantLeft) and data.participant == "caller" and data.actor:
        return data.model_copy(update={"actor": name(data.actor)})
    changed = _names(data, name)
    return data.model_copy(update=changed) if changed else data


def _names(model: BaseModel, name: Name) -> dict[str, object]:
    changed: dict[str, object] = {}
    for field in type(model).model_fields:
        value = getattr(model, field)
        if isinstance(value, BaseModel) and (inner := _names(value, name)):
            changed[field] = value.model_copy(update=inner)
        elif isinstance(value, str) and field not in READ and personal(value):
            changed[field] = name(value)
    return changed
