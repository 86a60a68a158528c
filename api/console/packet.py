"""The packet of a handoff for the one who reads it: why, what happened, what is still open, and the words for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.console.forms import address
from api.console.html import NOTHING, Html, age, chip, facts, instant, joined, link, tag, until, words_of
from api.console.words_said import Mark, line, listen, offset_ms, said

Packet = Mapping[str, Any]
TONES = {"offered": "warn", "claimed": "plain", "accepted": "good", "declined": "bad", "expired": "bad"}
# Parts of a packet that are lists of sentences, each with the turns that it holds by.
CITED = (
    ("promised", "Promised to the caller"), ("tried", "Tried so far"), ("still_open", "Still open"),
)


def state_chip(handoff: Mapping[str, Any]) -> Html:
    """Show where a handoff stands."""
    by = f" by {handoff['claimed_by']}" if handoff.get("claimed_by") else ""
    return chip(f"{handoff['state']}{by}", TONES.get(handoff["state"], "plain"))


def queue_item(handoff: Mapping[str, Any], *, chosen: bool) -> Html:
    """Show one handoff as the queue has it."""
    priority = handoff.get("priority")
    name = f"{words_of(handoff.get('queue') or 'no queue')}"
    parts = [
        tag("strong", name), tag("span", joined(("priority ", str(priority) if priority is not None else "none"))),
        tag("span", joined(("waits ", age(handoff.get("requested_at"))))), state_chip(handoff),
        tag("small", handoff.get("reason") or "no reason told"),
    ]
    return tag("li", tag("a", joined(parts), {
        "href": address("/console/desk", {"handoff": handoff["handoff"]}), "data-row": "", "data-emit": "choose",
        "data-value": handoff["handoff"], "aria-current": "true" if chosen else None,
        "class": "cw-urgent" if priority is not None and priority <= 2 else None,
    }))


def queue(handoffs: Sequence[Mapping[str, Any]], chosen: str | None) -> Html:
    """Show what waits, most urgent first."""
    if not handoffs:
        return tag("p", "Nobody waits. A new call appears here by itself.", {"class": "cw-empty"})
    return tag("ul", joined(queue_item(one, chosen=one["handoff"] == chosen) for one in handoffs),
               {"class": "cw-queue"})


def cited(sentences: Sequence[Mapping[str, Any]]) -> Html:
    """Write sentences, each with links to its turns and to its moment in the recording."""
    return tag("ul", joined(
        tag("li", joined((
            said(one["text"]), " ",
            joined((link(f"#turn-{turn}", f"turn {turn}") for turn in one["turns"]), between=", "),
            " ", listen(one.get("at_ms")),
        ))) for one in sentences
    ), {"class": "cw-bullets"})


def head(handoff: Mapping[str, Any], packet: Packet | None) -> Html:
    """Write what an agent reads first."""
    known: list[tuple[str, object]] = [
        ("State", state_chip(handoff)),
        ("Waits for", age(handoff.get("requested_at"))),
        ("Queue", joined((words_of(handoff.get("queue") or "none"), f", priority {handoff.get('priority')}"))),
    ]
    if handoff["state"] in ("offered", "claimed"):
        known.append(("Offer ends in", until(handoff.get("expires_at"))))
    if packet is not None:
        known += [
            ("Caller", packet["caller_pseudonym"]), ("Language", packet["language"]), ("Channel", packet["channel"]),
            ("Told it is an assistant", chip("heard", "good") if packet["disclosure_heard"] else chip("not heard",
                                                                                                      "bad")),
            ("Consent to record", consent(packet)),
        ]
    known.append(("Call", link(f"/console/calls/{handoff['call_id']}", handoff["call_id"])))
    return facts(known)


def consent(packet: Packet) -> Html:
    """Say whether the call may be recorded."""
    given = packet.get("consent")
    if given is None:
        return chip("not needed")
    state = str(given.get("state", given))
    return chip(words_of(state), "good" if state == "given" else "warn")


def why(packet: Packet) -> Html:
    """Write why a person was asked for, with the words that say so."""
    reason = packet["reason"]
    evidence = {one["event_id"]: one for one in reason["because"]}
    quotes = [
        tag("li", joined((said(spoken["text"], [_mark(evidence[spoken["event_id"]])]), " ",
                          link(f"#turn-{spoken['turn']}", f"turn {spoken['turn']}"))))
        for spoken in packet["transcript"] if spoken["event_id"] in evidence
    ]
    danger = tag("p", joined((chip("emergency", "bad"), " ", words_of(str(packet["emergency"]))))) if packet.get(
        "emergency") else NOTHING
    rule = tag("p", joined(("Rule ", tag("code", reason["rule"]), " of ", tag("code", reason["policy_version"]))),
               {"class": "cw-quiet"})
    return joined((danger, tag("p", reason["text"]), tag("ul", joined(quotes), {"class": "cw-bullets"})
                   if quotes else NOTHING, rule))


def before(packet: Packet) -> Html:
    """Write what happened: summary, what was promised and tried, what is open, what to do next."""
    written = packet.get("written") or packet["summary"]
    parts = [cited(written) if written else tag("p", "Nothing was said yet.", {"class": "cw-empty"})]
    for name, title in CITED:
        if packet.get(name):
            parts += [tag("h3", title), cited(packet[name])]
    if packet.get("next_step"):
        parts += [tag("h3", "Suggested next step"), cited([packet["next_step"]])]
    return joined(parts)


def spoken(packet: Packet, *, began: str | None, can_reveal: bool) -> Html:
    """Write the redacted transcript of the packet."""
    marks: dict[str, Mark] = {one["event_id"]: _mark(one) for one in packet["reason"]["because"]}
    if not packet["transcript"]:
        return tag("p", "Nothing was said yet.", {"class": "cw-empty"})
    lines, turns = [], set()
    for one in packet["transcript"]:
        found = [marks[one["event_id"]]] if one["event_id"] in marks else []
        notes = [chip("interrupted", "warn")] if one["interrupted"] else []
        name = f"turn-{one['turn']}" if one["turn"] not in turns else None
        turns.add(one["turn"])
        at_ms = one.get("at_ms")
        lines.append(line(
            one["participant"], one["turn"], said(one["text"], found, can_reveal=can_reveal), at=one["occurred_at"],
            ms=offset_ms(began, one["occurred_at"]) if at_ms is None else at_ms, notes=notes, name=name,
        ))
    return tag("ol", joined(lines), {"class": "cw-lines"})


def provenance(packet: Packet) -> Html:
    """Name what proves the packet."""
    return facts([
        ("Requested at", instant(packet["requested_at"])), ("Trace", tag("code", packet["trace_id"])),
        ("Entry of the log", tag("code", packet["audit_position"])),
        ("Language model", tag("code", (packet.get("written_by") or {}).get("model", "none: extracted"))),
    ])


def _mark(evidence: Mapping[str, Any]) -> Mark:
    return evidence["start"] or 0, evidence["end"] or 0
