"""Hears an explicit request for a person: a command to honour in the same turn, told apart from talk about people."""

import re

from governance.phrases.concepts import concepts
from governance.phrases.matching import any_of, compiled, matches
from governance.phrases.person_frames import FRAMES, GUARDS, SPELT
from governance.phrases.person_moves import MOVES
from governance.phrases.person_requests import ASKS, LEFT_OUT
from governance.phrases.person_scenes import REQUESTS, WORDS
from governance.phrases.plain import plain_speech
from governance.phrases.scenes import believed
from schemas.policies import Place, Signal

RULE = "escalation.explicit_request"
PHRASES = (*ASKS, *FRAMES, *MOVES)
GATE = any_of(PHRASES)
# Without one of these nobody is asked for; most speech is done with after looking for them.
NAMED = (
    r"(?:speak|spoke|talk|chat|reach|contact|connect|transfer|put|patch|pass|hand|forward|route|escalat|human|person|"
    r"people|agent|rep|reps|representativ|operator|advis|associate|manage|supervis|superior|boss|teller|clerk|cashier|"
    r"staff|employee|colleague|team|technician|consultant|dispatcher|nurse|banker|underwriter|adjuster|case|expert|"
    r"professional|attendant|specialist|reception|someone|somebody|anyone|anybody|nobody|no one|whoever|who|desk|"
    r"department|dept|office|division|cent(?:er|re)|line|service|support|care|relations|success|concierge|housekeep|"
    r"billing|sales|claims|spa|restaurant|pharmacy|help ?desk|headquarters|robot|bot|machine|computer|chatbot|voice|"
    r"recording|automated|virtual|ai|a i|algorithm|program|software|answering|lady|guy|gentleman|man|woman|girl|chap|"
    r"mr|mrs|ms|miss|dr|doctor|tier|call ?back|get|give|find|someone's|in person|face|see|assistant|skip|live|flesh|"
    r"word|owner|hold|wait|ask|communicat|convers|deal|discuss|charge|handoff|hook|loop)[a-z']*"
)

# "the manager's e-mail" is not the manager.
POSSESSIVE = re.compile(r"(?<!who)(?<!whoever)(?<!someone)(?<!somebody)(?<!anyone)(?<!there)(?<!that)(?<!it)'s$")
# Said after a request it is none: "can I talk to someone … actually no, just tell me".
TAKEN_BACK = re.compile(
    r"\b(?:actually,? no\b|(?:oh |no |ah )?never ?mind\b|scratch that\b|on second thoughts?\b|no,? wait,? (?:just|"
    r"don't)\b)"
    r"(?!.*\b(?:human|person|agent|someone|somebody|manager|representative|operator)\b)",
    re.IGNORECASE,
)


def asks_for_a_person(text: str) -> Signal | None:
    """The caller's request for a person with its evidence, or None."""
    plain = plain_speech(text, without=LEFT_OUT, meant=SPELT)
    if compiled(NAMED).search(plain.text) is None:
        return None
    told = list(believed(plain, concepts(plain, WORDS), REQUESTS, GUARDS))
    if compiled(GATE).search(plain.text) is not None:
        told += matches(plain, PHRASES, GUARDS)
    told = [one for one in told if not POSSESSIVE.search(plain.text, one.start, one.end)]
    found = max(told, key=lambda match: (match.score, match.end - match.start), default=None)
    if found is None:
        return None
    start, end = plain.span(found.start, found.end)
    if TAKEN_BACK.search(text, end) is not None:
        return None
    return Signal(
        rule=RULE, kind="explicit_request", score=found.score, evidence=(Place(start=start, end=end),)
    )
