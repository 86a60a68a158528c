"""What agents heard of a call before they joined: each briefing's words, and its sound where it was recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.console.html import NOTHING, Html, chip, instant, joined, length, tag
from api.console.words_said import player, said

GONE = "Its words are not kept any more, or a line of the call hides more since and they might repeat it."


def shown(call_id: str, found: Sequence[Mapping[str, Any]], *, can_reveal: bool) -> Html:
    """Write the briefings of a call; of a handoff that was briefed twice one player plays both."""
    if not found:
        return NOTHING
    parts = [tag("h3", "What the agent heard before she joined")]
    for handoff in dict.fromkeys(one["handoff"] for one in found):
        mine = [one for one in found if one["handoff"] == handoff]
        parts += [_briefing(one, can_reveal=can_reveal) for one in mine]
        parts.append(player(call_id, briefing=handoff, words=f"Briefing of {mine[-1]['agent'] or 'the agent'}"))
    return joined(parts)


def _briefing(one: Mapping[str, Any], *, can_reveal: bool) -> Html:
    heard = joined((length(one["played_ms"]), " of it were heard" if one["whole"] is False else " long"))
    who = joined((tag("b", one["agent"] or "an agent"), ", ", instant(one["occurred_at"], date=False), ", ", heard))
    words = said(one["text"], can_reveal=can_reveal) if one["text"] else tag("em", GONE)
    cut = [tag("span", chip("not heard to its end", "warn"), {"class": "cw-truth"})] if one["whole"] is False else []
    by = tag("span", who, {"class": "cw-by"})
    line = tag("li", joined((by, tag("span", words), *cut)), {"class": "cw-other"})
    return tag("ol", line, {"class": "cw-lines"})
