"""The confirming question: whether the assistant asked it, and whether the caller's words are a yes or a no to it."""

import re
from typing import Literal

from governance.emergency import emergency
from governance.phrases.plain import plain_speech

Reply = Literal["confirmed", "denied"]

QUESTION = re.compile(
    r"\b(?:emergency|ambulance|fire brigade|firefighters|police|paramedics?|in danger|are you (?:safe|hurt|ok(?:ay)?)|"
    r"(?:send|get|call|dispatch) (?:you )?(?:help|somebody|someone)|"
    r"is (?:anyone|anybody|someone|somebody) (?:hurt|injured))\b"
)
ME = r"(?:i'm|i am|we're|we are|he's|he is|she's|she is|they're|everyone's|everybody's|everyone is|everybody is)"
FINE = (
    r"(?:(?:all|totally|perfectly|completely|really|just|absolutely|quite) )*"
    r"(?:fine|ok|okay|alright|all right|good|safe)"
)
DENIALS = re.compile(
    rf"\b(?:no )?{ME} {FINE}\b(?! (?:with|to talk))"
    r"|\b(?:it's|that's|it is|that is|there's|there is|it was|that was) (?:really )?"
    r"(?:nothing|not (?:an? )?(?:real |actual )?emergency|no (?:real |actual )?(?:emergency|danger)|a (?:joke|mistake|"
    r"misunderstanding|false alarm)|just (?:a joke|an expression|a figure of speech))\b"
    r"|\b(?:no (?:real |actual )?emergency|false alarm)\b"
    r"|\b(?:i'm|i am|i was|we were|was) (?:just |only )?"
    r"(?:joking|kidding|messing(?: around)?|being dramatic|exaggerating)\b"
    r"|\b(?:just|only) (?:joking|kidding)\b"
    r"|\b(?:i|we) (?:don't|do not) (?:need|want) (?:an? |any |the )?(?:ambulance|help|police|emergency|fire brigade)\b"
    r"|\b(?:don't|do not|no need to|please don't) (?:send|call|dispatch|get)\b"
    r"|\b(?:nobody|no one|no-one|nobody's|no one's) (?:is |'s )?(?:hurt|injured|in danger)\b"
    r"|\b(?:i )?didn't mean (?:it|that)\b"
)
# What follows a "fine" and takes it back: "I'm fine but my mother is not breathing".
TURNS = re.compile(r"\b(?:but|except|however|although|though)\b")
NO = re.compile(r"(?:no|nope|nah|not really|not at all|of course not)\b")
YES = re.compile(
    r"(?:yes|yeah|yep|yup|please|correct|right|exactly|hurry|quick(?:ly)?|definitely|i do|we do|i am|we are|he is|"
    r"she is|they are|it is|there is)\b"
)
PLEAS = re.compile(
    r"\b(?:(?:send|call|get|need|want) (?:me |us |him |her |them )?(?:an? |the |some )?"
    r"(?:ambulance|help|police|fire brigade|fire department|firefighters|paramedics?|doctor|somebody|someone)|"
    r"hurry(?: up)?|come quick(?:ly)?)\b"
)
NOT_A_PLEA = re.compile(r"\b(?:don't|do not|didn't|no need to|not) (?:\w+ ){0,3}$")


def asks(text: str) -> bool:
    """Tell whether the assistant's words hold the confirming question."""
    return "?" in text and QUESTION.search(plain_speech(text).text) is not None


def reply(text: str, *, asked: bool, threshold: float) -> Reply | None:
    """What the caller's words say of the danger: a bare yes or no counts after the question only.

    Danger spoken of again is a yes, whatever else she says.
    """
    signal = emergency(text)
    if signal is not None and signal.score >= threshold:
        return "confirmed"
    plain = plain_speech(text).text
    denial = DENIALS.search(plain)
    if denial is not None and TURNS.search(plain, denial.end()) is None:
        return "denied"
    plea = PLEAS.search(plain)
    if plea is not None and NOT_A_PLEA.search(plain[: plea.start()]) is None:
        return "confirmed"
    if asked and denial is None:
        if YES.match(plain):
            return "confirmed"
        if NO.match(plain):
            return "denied"
    return None
