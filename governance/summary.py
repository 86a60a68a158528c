"""A summary of a call without a language model: every sentence is taken from, and cites, the turns it holds by."""

from collections.abc import Iterator, Sequence

from schemas.base import Participant
from schemas.handoffs import CitedSentence, TranscriptLine
from schemas.verdicts import HandoffRequested

QUOTE_MOST = 160  # characters of one quotation; the transcript has the rest
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
        yield CitedSentence(text=f"The caller came with: “{quote(opening.text)}”", turns=(opening.turn,))
    asked = {one.event_id for one in request.because}
    for line in lines:
        if line.event_id in asked and line is not opening:
            yield CitedSentence(text=f"She then said: “{quote(line.text)}”", turns=(line.turn,))
    given = [name for name in pseudonyms if any(name in line.text for line in lines if line.participant == "caller")]
    if given:
        cited = tuple(dict.fromkeys(
            line.turn for line in lines if line.participant == "caller" and any(name in line.text for name in given)
        ))
        yield CitedSentence(text=f"She gave {', '.join(given)}.", turns=cited)
    answer = _last(lines, "assistant")
    if answer is not None:
        manner = "was interrupted at" if answer.interrupted else "last said"
        yield CitedSentence(text=f"The assistant {manner}: “{quote(answer.text)}”", turns=(answer.turn,))


def _last(lines: Sequence[TranscriptLine], participant: Participant) -> TranscriptLine | None:
    return next((line for line in reversed(lines) if line.participant == participant), None)


def quote(text: str) -> str:
    """What a summary shows of a text."""
    return text if len(text) <= QUOTE_MOST else text[: QUOTE_MOST - 1].rstrip() + "…"
