"""What was passed on too early is amended by a new event: the earlier event stays, its masked text replaces it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from governance.redaction import Pseudonyms, redact
from governance.summary import quote, sentences
from schemas.base import Frozen, Participant
from schemas.handoffs import CitedSentence, HandoffPacket, TranscriptLine
from schemas.redacted import RedactedSpan, RedactionAmended
from schemas.redaction import PiiSpan

Digest = Callable[[str], str]


class Published(Frozen):
    """A line as it was passed on, redacted: by which event, and what was replaced in it."""

    line: int
    event_id: str
    participant: Participant
    utterance: str
    turn: int
    text: str
    spans: tuple[RedactedSpan, ...]


class Amended(NamedTuple):
    """The lines as they are now, the events that say so, and the originals to seal: (pseudonym, entity, value)."""

    published: tuple[Published, ...]
    events: tuple[RedactionAmended, ...]
    originals: tuple[tuple[str, str, str], ...]
    pseudonyms: Pseudonyms


def amend(
    published: Sequence[Published], earlier: Iterable[tuple[int, PiiSpan]], pseudonyms: Pseudonyms, *, digest: Digest,
    detector: str, policy_version: str,
) -> Amended:
    """Hides spans of lines that were passed on; a line in which nothing readable is left of them has no new event."""
    by_line: dict[int, list[PiiSpan]] = {}
    for line, span in earlier:
        by_line.setdefault(line, []).append(span)
    lines: list[Published] = []
    events: list[RedactionAmended] = []
    originals: list[tuple[str, str, str]] = []
    for one in published:
        readable = [part for span in by_line.get(one.line, ()) for part in still_readable(one, span)]
        if readable:
            was = one
            one, pseudonyms, fresh = _hide(one, readable, pseudonyms, digest=digest)
            originals += fresh
            events.append(RedactionAmended(
                amends=was.event_id, participant=one.participant, utterance=one.utterance, turn=one.turn,
                text=one.text, spans=one.spans, detector=detector, policy_version=policy_version,
            ))
        lines.append(one)
    return Amended(tuple(lines), tuple(events), tuple(originals), pseudonyms)


def still_readable(published: Published, span: PiiSpan) -> list[PiiSpan]:
    """The parts of a span, in the original text, that no replacement covers and that hold a letter or digit."""
    parts: list[PiiSpan] = []
    at = span.start
    covered = [(one.start, one.end) for one in published.spans if one.end > span.start]
    for start, end in [*covered, (span.end, span.end)]:
        stop = min(start, span.end)
        if at < stop:
            said = published.text[_now(published, at) : _now(published, at) + stop - at]
            lead = len(said) - len(said.lstrip(" ,.;-"))
            body = said.strip(" ,.;-")
            if any(char.isalnum() for char in body):
                parts.append(span.model_copy(update={"start": at + lead, "end": at + lead + len(body)}))
        at = max(at, end)
        if at >= span.end:
            break
    return parts


def _now(published: Published, at: int) -> int:
    """Where a readable character of the original stands in the text that was passed on."""
    before = [one for one in published.spans if one.end <= at]
    return at if not before else before[-1].redacted_end + at - before[-1].end


def _hide(
    one: Published, readable: Sequence[PiiSpan], pseudonyms: Pseudonyms, *, digest: Digest
) -> tuple[Published, Pseudonyms, list[tuple[str, str, str]]]:
    places = [
        span.model_copy(update={
            "start": _now(one, span.start), "end": _now(one, span.start) + span.end - span.start,
        }) for span in readable
    ]
    text, hidden, pseudonyms = redact(one.text, places, pseudonyms, digest=digest)
    originals = [(new.pseudonym, new.entity, one.text[new.start : new.end]) for new in hidden]

    def moved(at: int) -> int:
        grown = (new.redacted_end - new.redacted_start - (new.end - new.start) for new in hidden if new.end <= at)
        return at + sum(grown)

    kept = [
        old.model_copy(update={"redacted_start": moved(old.redacted_start), "redacted_end": moved(old.redacted_end)})
        for old in one.spans
    ]
    back = {_now(one, span.start): span for span in readable}
    fresh = [
        new.model_copy(update={
            "start": back[new.start].start, "end": back[new.start].start + new.end - new.start,
        }) for new in hidden
    ]
    spans = tuple(sorted([*kept, *fresh], key=lambda span: span.start))
    return one.model_copy(update={"text": text, "spans": spans}), pseudonyms, originals


def amended_packet(packet: HandoffPacket, texts: Mapping[str, str]) -> HandoffPacket:
    """A handoff's packet with amended texts by event id: in its transcript, and where its summary quotes them."""
    lines: list[TranscriptLine] = []
    changes: list[tuple[str, str]] = []
    for line in packet.transcript:
        text = texts.get(line.event_id, line.text)
        if text != line.text:
            changes.append((line.text, text))
        lines.append(line.model_copy(update={"text": text}))
    if not changes:
        return packet
    stale = {line.turn for line in packet.transcript if texts.get(line.event_id, line.text) != line.text}
    quoted = {
        name: tuple(_requoted(one, changes) for one in getattr(packet, name))
        for name in ("summary", "promised", "tried", "still_open")
    }
    return packet.model_copy(update={
        **quoted,
        "transcript": tuple(lines),
        "next_step": None if packet.next_step is None else _requoted(packet.next_step, changes),
        # What a model made of words that nobody may read now is not mended but dropped.
        "written": tuple(one for one in packet.written if not stale & set(one.turns)),
    })


def _requoted(one: CitedSentence, changes: Sequence[tuple[str, str]]) -> CitedSentence:
    text = one.text
    for was, now in changes:
        text = text.replace(quote(was), quote(now))
        text = _part_of(text, was, now)
    return one.model_copy(update={"text": text})


def _part_of(text: str, was: str, now: str) -> str:
    """Replace a sentence of the earlier text by the same of the new one; where they cannot be matched, by all of it."""
    before, after = sentences(was), sentences(now)
    for at, part in enumerate(before):
        if quote(part) in text and part not in after:
            there = after[at] if len(before) == len(after) else now
            text = text.replace(quote(part), quote(there))
    return text
