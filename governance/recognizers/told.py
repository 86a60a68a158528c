"""Finds what is told after the words that announce it: a secret word, a login, an address."""

import re
from collections.abc import Callable

from schemas.redaction import PiiSpan

NAME = "told"
IS = r"(?:\s+(?:is|was|would be|will be|should be|used to be)|\s*['\u2019]s|\s*:)(?:\s+(?:just|still|called))?\s+"
SECRET = re.compile(
    r"\b(?:(?P<USERNAME>user\s?name|user\s?id|screen\s?name|log\s?in(?:\s(?:name|id))?|handle)"
    r"|(?P<PASSWORD>pass\s?(?:word|phrase|code)|(?:memorable|secret|security|safe|code)\s(?:word|phrase|name|place|"
    r"answer)"
    r"|(?:security\squestion\s)?answer\sto\s(?:my|the|that|your)\s(?:security|secret)\squestion))" + IS,
    re.IGNORECASE,
)
# What is said of a secret, not the secret: "my password is not working".
ABOUT = re.compile(
    r"(?:not|no|never|wrong|right|incorrect|correct|invalid|expired|expiring|locked|blocked|working|required|needed|"
    r"too|very|so|being|been|the|that|this|in|on|under|what|where|same|different|case|long|short|weak|strong|"
    r"saved|lost|forgotten|unknown|missing|empty|fine|ok|okay|gone|out|about|asking|failing|rejected|refused|"
    r"always|only|now|already|there|here|giving|getting|accepted|reset|changed|my|your|their|one|something|really)\b",
    re.IGNORECASE,
)
STOP = re.compile(
    r"(?:and|but|so|because|which|who|if|when|please|thanks|thank|can|could|would|will|i|i'm|i've|we|you|it|it's|is|"
    r"was|"
    r"that's|for|since|okay|ok|my|the|that|now|what|do|did|does|have|has|to|on|with|from|or)",
    re.IGNORECASE,
)
MOST_SECRET_WORDS = 5
ADDRESS = re.compile(
    r"\b(?:(?:(?:home|new|current|old|mailing|postal|delivery|billing|shipping|street|my|our|his|her|their|your|the)\s)"
    r"address(?:\s+(?:is|was|would be|will be)|\s*['\u2019]s|\s*:)|(?:i|we|he|she|they)(?:\s|['\u2019](?:m|re|s)\s)"
    r"(?:am\s|are\s|is\s|just\s|now\s)?(?:liv(?:e|es|ing)|resid(?:e|es|ing)|stay(?:s|ing)?|located)\s(?:at|on)|"
    r"(?:i|we)(?:['\u2019](?:ve|m|re)|\shave|\sjust|\sare)?\s(?:just\s)?mov(?:ed|ing)\sto)\s+(?:it's\s|at\s|still\s)?",
    re.IGNORECASE,
)
PLACED = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundred|street|road|avenue|lane|drive|close|court|house|cottage|farm|terrace|crescent|"
    r"gardens|place|square|way|mews|lodge|villas?|boulevard|grove|hall|flat|apartment|unit|box)\b",
    re.IGNORECASE,
)
AFTER_ADDRESS = frozenset(
    {"and", "but", "because", "which", "please", "thanks", "thank", "can", "could", "would", "i", "i'm", "i've", "we",
     "is", "was", "since", "okay", "ok", "my", "for", "that's", "if", "when", "not", "wrong", "incorrect", "correct",
     "different", "same", "so", "who", "what", "it", "it's", "you", "changed", "right"}
)  # fmt: skip
MOST_ADDRESS_WORDS = 14
STEP = re.compile(r"[\s,]*(?P<word>[\w#'\u2019/-]+)(?P<stop>[.?!;](?:\s|$))?")


def told(text: str, context: str | None = None) -> list[PiiSpan]:
    """Secret words, login names and addresses that somebody says she is telling."""
    del context
    found = []
    for match in SECRET.finditer(text):
        end = _end(text, match.end(), MOST_SECRET_WORDS, stopped=lambda word: STOP.fullmatch(word) is not None)
        if end > match.end() and ABOUT.match(text, match.end()) is None:
            found.append(_span(match.end(), end, match.lastgroup or "PASSWORD", 0.6))
    for match in ADDRESS.finditer(text):
        end = _end(text, match.end(), MOST_ADDRESS_WORDS, stopped=lambda word: word.lower() in AFTER_ADDRESS)
        if PLACED.search(text, match.end(), end) is not None:
            found.append(_span(match.end(), end, "ADDRESS", 0.55))
    return found


def _end(text: str, start: int, most: int, *, stopped: Callable[[str], bool]) -> int:
    end = start
    for _ in range(most):
        step = STEP.match(text, end)
        if step is None or stopped(step.group("word")):
            break
        end = step.end("word")
        if step.group("stop"):
            break
    return end


def _span(start: int, end: int, kind: str, score: float) -> PiiSpan:
    return PiiSpan(start=start, end=end, type=kind, score=score, recognizer=NAME)
