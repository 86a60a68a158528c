"""What a packet says beside its summary: promised, tried, still open, and a next step; each quotes and cites a turn."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from governance.summary import quote, sentences
from schemas.base import Frozen
from schemas.disclosures import ConsentShown
from schemas.handoffs import CitedSentence, TranscriptLine
from schemas.verdicts import HandoffRequested

MOST = 5  # of each kind, the latest: a person has ten seconds
SHORT_WORDS = 3


class Words(NamedTuple):
    """How a language promises, tells what was done, asks, and answers that it cannot."""

    promise: re.Pattern[str]
    no_promise: re.Pattern[str]
    done: re.Pattern[str]
    done_by_caller: re.Pattern[str]
    wish: re.Pattern[str]
    person: re.Pattern[str]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b", re.IGNORECASE)


ENGLISH = Words(
    promise=_any(
        r"(?:i|we)(?:'ll| will| shall)(?! not\b)", r"you(?:'ll| will)(?! not\b) (?:get|receive|have|hear|find)",
        r"(?:i am|i'm|we are|we're) going to", r"will (?:arrive|be (?:sent|refunded|delivered|called|there))",
        r"(?:i|we) promise", r"you can expect",
    ),
    # A courtesy that is over when it is said, or no promise at all.
    no_promise=_any(
        r"(?:i|we)(?:'ll| will) (?:connect|transfer|put) you", r"(?:will|'ll) (?:never|not)", r"won't",
        r"(?:i|we)(?:'ll| will) (?:need|have to ask|be happy|be glad)", r"if (?:i|we|you)",
    ),
    done=_any(
        r"(?:i|we)(?:'ve| have) (?:\w+ed|sent|found|made|put|set|seen|taken|begun|got)(?! to\b)",
        r"(?:i|we) (?:checked|looked|tried|sent|found|updated|cancel+ed|changed|opened|reset|restarted|booked)",
        r"(?:has|have) been (?:\w+ed|sent|made|put|set)", r"(?:i|we) can see",
    ),
    done_by_caller=_any(
        r"(?:i|we)(?:'ve| have)? (?:already |just )?(?:tried|called|phoned|rang|restarted|reset|rebooted|checked|sent|"
        r"paid|waited|written|wrote|emailed|unplugged|reinstalled|returned|spoken|spoke)",
        r"(?:i|we)(?:'ve| have) (?:already )?been (?:on hold|waiting)",
    ),
    wish=_any(
        r"i (?:need|want|would like)", r"i'd like", r"(?:can|could|will|would) (?:you|i|we)", r"please",
        r"i(?:'m| am) (?:calling|trying|looking)", r"where(?:'s| is| are)", r"when (?:will|do|does|is|can)",
        r"how (?:do|can|much|long|many)", r"why (?:is|was|did|do|does|have|has)",
    ),
    person=_any(
        r"(?:a|an|the|real|actual|live) (?:\w+ )?(?:person|human|agent|operator|representative|manager|supervisor|"
        r"colleague)", r"(?:speak|talk) (?:to|with) (?:some|any)(?:one|body)", r"customer (?:service|support)",
    ),
)
FRENCH = Words(
    promise=_any(r"(?:je|nous) vais", r"nous allons", r"(?:je|on) vous \w+rai", r"vous (?:recevrez|aurez)",
                 r"sera (?:envoy|rembours|livr)\w+", r"je (?:vous )?promets"),
    no_promise=_any(r"(?:je vais|nous allons) vous (?:passer|mettre en relation|transf\w+)", r"ne \w+ pas", r"si vous"),
    done=_any(r"(?:j'ai|nous avons) (?!besoin)\w+", r"a été \w+", r"ont été \w+", r"je vois"),
    done_by_caller=_any(r"j'ai (?:déjà )?(?:essayé|appelé|redémarré|vérifié|envoyé|payé|attendu|écrit)"),
    wish=_any(r"je (?:voudrais|veux|souhaite|cherche|dois)", r"j'(?:aimerais|ai besoin)", r"pouvez-vous", r"est-ce que",
              r"(?:où|quand|comment|pourquoi|combien)", r"s'il vous plaît"),
    person=_any(r"(?:une|la|vraie) personne", r"un (?:conseiller|humain|agent|responsable)", r"quelqu'un"),
)
TONGUES = {"en": ENGLISH, "fr": FRENCH}


class Outlook(Frozen):
    """What is quoted of a call for whoever goes on with it."""

    promised: tuple[CitedSentence, ...] = ()
    tried: tuple[CitedSentence, ...] = ()
    still_open: tuple[CitedSentence, ...] = ()
    next_step: CitedSentence | None = None


class _Said(NamedTuple):
    line: TranscriptLine
    text: str
    place: int


def outlook(
    lines: Sequence[TranscriptLine], request: HandoffRequested, *, consent: ConsentShown | None,
    emergency: str | None, language: str,
) -> Outlook:
    """Quote what was promised, tried and asked; a sentence that was cut off promises nothing."""
    words = TONGUES.get(language[:2].lower())
    said = [] if words is None else list(_sentences(lines))
    promised, tried, still_open = ([], [], []) if words is None else (
        [one for one in said if _promises(one, words)],
        [one for one in said if _tells_of_a_try(one, words)],
        _still_open(said, words),
    )
    return Outlook(
        promised=_cited(promised), tried=_cited(tried), still_open=_cited(still_open),
        next_step=_next(request, _cited(still_open), _cited(promised), consent=consent, emergency=emergency),
    )


def _sentences(lines: Sequence[TranscriptLine]) -> Iterator[_Said]:
    place = 0
    for line in lines:
        parts = sentences(line.text)
        if line.interrupted:
            parts = [one for one in parts if one.endswith((".", "!", "?"))]
        for part in parts:
            yield _Said(line, part, place)
            place += 1


def _promises(one: _Said, words: Words) -> bool:
    if one.line.participant == "caller" or one.text.endswith("?"):
        return False
    return words.promise.search(one.text) is not None and words.no_promise.search(one.text) is None


def _tells_of_a_try(one: _Said, words: Words) -> bool:
    if one.text.endswith("?"):
        return False
    theirs = one.line.participant == "caller"
    return (words.done_by_caller if theirs else words.done).search(one.text) is not None


def _still_open(said: Sequence[_Said], words: Words) -> list[_Said]:
    """Wishes of the caller after which the assistant neither told of something done nor answered at all."""
    wishes = [
        one for one in said
        if one.line.participant == "caller" and len(one.text.split()) >= SHORT_WORDS
        and (one.text.endswith("?") or words.wish.search(one.text)) and not words.person.search(one.text)
        and not words.done_by_caller.search(one.text)
    ]
    done = [one.place for one in said if one.line.participant == "assistant" and _tells_of_a_try(one, words)]
    found: list[_Said] = []
    for at, wish in enumerate(wishes):
        until = wishes[at + 1].place if at + 1 < len(wishes) else len(said)
        if not any(wish.place < place < until for place in done):
            found.append(wish)
    return found


def _cited(said: Sequence[_Said]) -> tuple[CitedSentence, ...]:
    texts = {one.text.casefold(): one for one in said}  # what was said twice is quoted once, as said last
    kept = sorted(texts.values(), key=lambda one: one.place)[-MOST:]
    return tuple(
        CitedSentence(text=quote(one.text), turns=(one.line.turn,), at_ms=one.line.at_ms) for one in kept
    )


def _next(
    request: HandoffRequested, still_open: Sequence[CitedSentence], promised: Sequence[CitedSentence], *,
    consent: ConsentShown | None, emergency: str | None,
) -> CitedSentence:
    because = tuple(dict.fromkeys(one.turn for one in request.because))
    if emergency is not None:
        return CitedSentence(text="Ask first whether everybody is safe, and where she is.", turns=because)
    refused = " She does not want to be recorded." if consent and consent.state in ("refused", "withdrawn") else ""
    if still_open:
        last = still_open[-1]
        text = f"Begin with what she asked and nobody settled: “{last.text}”{refused}"
        return CitedSentence(text=text, turns=last.turns, at_ms=last.at_ms)
    if promised:
        last = promised[-1]
        text = f"Say what becomes of the promise: “{last.text}”{refused}"
        return CitedSentence(text=text, turns=last.turns, at_ms=last.at_ms)
    return CitedSentence(text=f"Ask what she needs; the call does not say it yet.{refused}", turns=because)
