"""Shows what was said, redacted: pseudonyms stand out and open to who may, evidence is marked, truth told."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from api.console.html import NOTHING, Html, chip, instant, joined, tag

PSEUDONYM = re.compile(r"<[A-Z][A-Z_]{0,60}_[0-9]{1,6}>")
REVEAL = "reveal"  # the event that a page tells when somebody wants to see an original
Mark = tuple[int, int]
WITHHELD = "Withheld: redaction could not answer, so nobody may read this."
JUDGED = ("heard", "final")  # what was really said: whether something stands there in clear can be told
HOW = {"playback_mark": "as the channel confirmed it"}


def said(
    text: str, marks: Iterable[Mark] = (), *, can_reveal: bool = False, revealable: frozenset[str] | None = None
) -> Html:
    """Write words with what is to be seen in them; of pseudonyms only `revealable` ones open, where they are told."""
    hidden = {found.span() for found in PSEUDONYM.finditer(text)}
    marked = [(max(0, start), min(len(text), end)) for start, end in marks]
    cuts = sorted({0, len(text), *(at for span in (*hidden, *marked) for at in span)})
    # A pseudonym is one thing: a mark that ends within one covers the whole of it.
    cuts = [at for at in cuts if not any(start < at < end for start, end in hidden)]
    parts = []
    for start, end in pairwise(cuts):
        word: object = text[start:end]
        if (start, end) in hidden:
            opens = can_reveal and (revealable is None or word in revealable)
            word = _pseudonym(str(word), opens)
        parts.append(tag("mark", word) if any(one[0] < end and start < one[1] for one in marked) else word)
    return joined(parts)


def _pseudonym(name: str, can_reveal: bool) -> Html:
    if not can_reveal:
        return tag("span", name, {"class": "cw-pseudonym"})
    return tag("button", name, {
        "type": "button", "class": "cw-pseudonym", "data-emit": REVEAL, "data-value": name,
        "title": "See the original, with a reason",
    })


def offset_ms(began: str | None, at: str | None) -> int | None:
    """Tell how far into a call an instant is."""
    if began is None or at is None:
        return None
    gone = datetime.fromisoformat(at) - datetime.fromisoformat(began)
    return max(0, round(gone.total_seconds() * 1000))


def player(call_id: str, *, briefing: str | None = None, words: str = "Redacted recording") -> Html:
    """Play a redacted recording; it is asked for once somebody presses play, as who hears it is written down."""
    source = f"/v1/calls/{quote(call_id, safe='')}/recording"
    if briefing is not None:
        source += f"?briefing={quote(briefing, safe='')}"
    absent = "There is nothing to hear: the call is still live, was not recorded, or its recording has been deleted."
    return tag("div", joined((
        tag("audio", NOTHING, {
            "controls": "", "preload": "none", "src": source, "data-recording": "", "aria-label": words,
        }),
        tag("p", absent, {"class": "cw-empty", "data-no-recording": "", "hidden": ""}),
    )))


def listen(ms: int | None, words: object = "listen") -> Html:
    """Jump to a moment of the recording."""
    if ms is None:
        return NOTHING
    minutes, seconds = divmod(ms // 1000, 60)
    where = f"{minutes}:{seconds:02d}"
    return tag("button", joined((words, f" {where}")), {"type": "button", "class": "cw-play", "data-play-ms": ms})


def line(
    participant: str, turn: int, words: Html, *, at: str | None, ms: int | None = None, notes: Sequence[object] = (),
    name: str | None = None,
) -> Html:
    """Write one thing that was said."""
    by = tag("span", joined((tag("b", participant), f"turn {turn}, ", instant(at, date=False))), {"class": "cw-by"})
    parts = [by, tag("span", joined((words, " ", listen(ms))))]
    parts += [tag("span", one, {"class": "cw-truth"}) for one in notes]
    kind = "cw-caller" if participant == "caller" else "cw-other"
    return tag("li", joined(parts), {"class": kind, "id": name})


def transcript(
    lines: Iterable[Mapping[str, Any]], *, began: str | None, marks: Mapping[str, Sequence[Mark]], can_reveal: bool,
    labels: Callable[[str | None, str], Html],
) -> Html:
    """Write a call's words: what was really said, and for the assistant what was heard of what it made."""
    written, turns = [], set()
    for one in lines:
        stages = one["stages"]
        found = [span for stage in stages.values() for span in marks.get(stage["event_id"], ())]
        words = said(one["text"] or "", found, can_reveal=can_reveal) if not one["withheld"] else chip(WITHHELD, "warn")
        first = f"turn-{one['turn']}" if one["turn"] not in turns else None
        turns.add(one["turn"])
        written.append(line(
            one["participant"], one["turn"], words, at=one["occurred_at"], ms=offset_ms(began, one["occurred_at"]),
            notes=[*_truth(one, can_reveal=can_reveal), *_labels(one, labels)], name=first,
        ))
    return tag("ol", joined(written), {"class": "cw-lines"})


def _labels(one: Mapping[str, Any], labels: Callable[[str | None, str], Html]) -> list[Html]:
    said = next((one["stages"][stage] for stage in JUDGED if stage in one["stages"]), None)
    shown = labels(said["event_id"] if said and said["text"] else None, f"{one['participant']}, turn {one['turn']}")
    return [shown] if shown else []


def _truth(one: Mapping[str, Any], *, can_reveal: bool) -> list[Html]:
    notes = []
    stages = one["stages"]
    heard, made = stages.get("heard"), stages.get("generated")
    if one["mismatch"] and made is not None and made["text"] is not None:
        notes.append(joined(("The model wrote: ", tag("del", said(made["text"], can_reveal=can_reveal)))))
    if one["interrupted"]:
        how = HOW.get((heard or {}).get("method") or "", "estimated")
        notes.append(joined((chip("interrupted", "warn"), f" What the caller heard of it stands above, {how}.")))
    spans = [span for stage in stages.values() for span in stage["spans"]]
    if spans:
        kinds = {(span["entity"], span["recognizer"], round(span["score"], 2)) for span in spans}
        told = "; ".join(f"{entity} by {by} ({score})" for entity, by, score in sorted(kinds))
        notes.append(joined(("Redacted: ", told)))
    if any(stage["amended_by"] for stage in stages.values()):
        notes.append(joined((chip("more hidden later", "plain"),)))
    return notes
