"""A summary of a call without a language model: every sentence is taken from, and cites, the turns it holds by."""

import re
from collections.abc import Iterator, Sequence

from schemas.base import Participant
from schemas.handoffs import CitedSentence, TranscriptLine
from schemas.verdicts import HandoffRequested

QUOTE_MOST = 160  # characters of one quotation; the transcript has the rest
SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
SHORT = 12  # characters; "yes" and "hello" say nothing about why somebody calls


def summarise(
    lines: Sequence[TranscriptLine], request: HandoffRequested, *, pseudonyms: Sequence[str]
) -> tuple[CitedSentence, ...]:
    """Why a person is needed, what the caller came for, what was answered last, what was given."""
    return tuple(_sentences(lines, request, pseudonyms))


def _sentences(
    lines: Sequence[TranscriptLine], request: HandoffRequested, pseudonyms: Sequence[str]
) -> Iterator[CitedSentence]:
    turns = tuple(dict.fromkeys(one.turn for one in request.because))
    yield CitedSentence(text=request.reason, turns=turns)
    opening = next((line for line in lines if line.participant == "caller" and len(line.text) >= SHORT), None)
    if opening is not None:
        text = f"The caller came with: “{quote(opening.text)}”"
        yield CitedSentence(text=text, turns=(opening.turn,), at_ms=opening.at_ms)
    asked = {one.event_id for one in request.because}
    for line in lines:
        if line.event_id in asked and line is not opening:
            yield CitedSentence(text=f"She then said: “{quote(line.text)}”", turns=(line.turn,), at_ms=line.at_ms)
    given = [name for name in pseudonyms if any(name in line.text for line in lines if line.participant == "caller")]
    if given:
        cited = tuple(dict.fromkeys(
            line.turn for line in lines if line.participant == "caller" and any(name in line.text for name in given)
        ))
        yield CitedSentence(text=f"She gave {', '.join(given)}.", turns=cited)
    answer = _last(lines, "assistant")
    if answer is not None:
        manner = "was interrupted at" if answer.interrupted else "last said"
        text = f"The assistant {manner}: “{quote(answer.text)}”"
        yield CitedSentence(text=text, turns=(answer.turn,), at_ms=answer.at_ms)


def _last(lines: Sequence[TranscriptLine], participant: Participant) -> TranscriptLine | None:
    return next((line for line in reversed(lines) if line.participant == participant), None)


def sentences(text: str) -> list[str]:
    """What a text falls into, in order."""
    return [one.group().strip() for one in SENTENCE.finditer(text) if one.group().strip()]


def quote(text: str) -> str:
    """What a summary shows of a text."""
    return text if len(text) <= QUOTE_MOST else text[: QUOTE_MOST - 1].rstrip() + "…"
