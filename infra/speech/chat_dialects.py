"""How the chat-completions endpoints of the vendors differ from one another, one row a vendor (docs/vendors.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from schemas.speech import ChatMessage

LONGEST_ANSWER_TOKENS = 400  # a minute and a half of speech: nobody listens longer
# What stands in the caller's place where a conversation would not begin, or end, with her; no word of it is spoken.
BEGINS, GOES_ON = "(The call begins. Greet the caller.)", "(Please go on.)"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one endpoint takes and how it ends an answer."""

    url: str
    caller_first: bool = False  # it refuses a conversation that does not begin, or does not end, with a user's message
    says_why: bool = True  # it tells why each answer ended: one without a reason was broken off


OPENAI = Dialect("https://api.openai.com/v1")
GEMINI = Dialect("https://generativelanguage.googleapis.com/v1beta/openai", caller_first=True)
CLAUDE = Dialect("https://api.anthropic.com/v1", caller_first=True)
COMPATIBLE = Dialect("", says_why=False)  # a server of which nothing more is known

KINDS: Mapping[str, Dialect] = {"gemini": GEMINI, "claude": CLAUDE}
HOSTS: Mapping[str, Dialect] = {
    "api.openai.com": OPENAI, "generativelanguage.googleapis.com": GEMINI, "api.anthropic.com": CLAUDE,
}


def dialect_of(kind: str, url: str | None) -> Dialect:
    """Give the dialect of a kind that names one, else of the address; an unknown address speaks the least."""
    if kind in KINDS:
        return KINDS[kind]
    return HOSTS.get(urlsplit(url).hostname or "", COMPATIBLE) if url else OPENAI


def fitted(messages: Sequence[ChatMessage], dialect: Dialect) -> tuple[ChatMessage, ...]:
    """Give a conversation as the endpoint takes it: one system message, then caller first and caller last."""
    if not dialect.caller_first:
        return tuple(messages)
    told = "\n\n".join(one.text for one in messages if one.role == "system" and one.text.strip())
    talk = [one for one in messages if one.role != "system" and one.text.strip()]
    if not talk or talk[0].role != "user":
        talk.insert(0, ChatMessage(role="user", text=BEGINS))
    if talk[-1].role != "user":
        talk.append(ChatMessage(role="user", text=GOES_ON))
    return (*([ChatMessage(role="system", text=told)] if told else []), *talk)
