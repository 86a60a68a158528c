"""The packet of a handoff for the one who reads it: why, what happened, what is still open, and the words for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.console.forms import address
from api.console.html import NOTHING, Html, age, chip, facts, instant, joined, link, tag, until, words_of
from api.console.words_said import WITHHELD, Mark, line, listen, said

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
        tag("small", joined((handoff.get("reason") or "no reason told", *_needs(handoff)), between=" ")),
    ]
    return tag("li", tag("a", joined(parts), {
        "href": address("/console/desk", {"handoff": handoff["handoff"]}), "data-row": "", "data-emit": "choose",
        "data-value": handoff["handoff"], "aria-current": "true" if chosen else None,
        "class": "cw-urgent" if priority is not None and priority <= 2 else None,
    }))


def _needs(handoff: Mapping[str, Any]) -> list[Html]:
    needs = [chip(f"needs {one}") for one in handoff.get("skills", ())]
    return [chip(handoff["language"]), *needs] if handoff.get("language") else needs


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
        told = [disclosure(one) for one in packet.get("disclosures", ())]
        heard = chip("heard", "good") if packet["disclosure_heard"] else chip("not heard", "bad")
        known += [
            ("Caller", packet.get("caller_pseudonym")), ("Language", packet["language"]),
            ("Channel", packet["channel"]),
            ("Told the caller", joined(told, between=" ") if told else joined(("that it is an assistant: ", heard))),
            ("Consent to record", consent(packet)),
        ]
    if handoff.get("disposition"):
        known.append(("Ended as", handoff["disposition"]))
    known.append(("Call", link(f"/console/calls/{handoff['call_id']}", handoff["call_id"])))
    return facts(known)


def consent(packet: Packet) -> Html:
    """Say whether the call may be recorded."""
    given = packet.get("consent")
    if given is None:
        return chip("not needed")
    state = str(given.get("state", given))
    return chip(words_of(state), "good" if state == "given" else "warn")


def disclosure(one: Mapping[str, Any]) -> Html:
    """Say how far a statement has come that the caller was due."""
    words = f"{words_of(one['disclosure'])}: {words_of(one['state'])}"
    return chip(words, "good" if one["state"] == "heard" else "bad")


def why(packet: Packet) -> Html:
    """Write why a person was asked for, with the words that say so, and what to begin with."""
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
    begin = [tag("h3", "Suggested next step"), cited([packet["next_step"]])] if packet.get("next_step") else []
    return joined((danger, tag("p", reason["text"]), tag("ul", joined(quotes), {"class": "cw-bullets"})
                   if quotes else NOTHING, *begin, rule))


def before(packet: Packet) -> Html:
    """Write what happened: summary, what was promised and tried, what is open."""
    quoted = packet["summary"]
    parts = [cited(quoted) if quoted else tag("p", "Nothing was said yet.", {"class": "cw-empty"})]
    if packet.get("written"):
        by = (packet.get("written_by") or {}).get("model", "a language model")
        parts += [tag("h3", f"As {by} puts it, each sentence held against its turns"), cited(packet["written"])]
    for name, title in CITED:
        if packet.get(name):
            parts += [tag("h3", title), cited(packet[name])]
    return joined(parts)


def spoken(
    packet: Packet, lines: Iterable[Mapping[str, Any]], *, revealable: frozenset[str], since: Mapping[str, str]
) -> Html:
    """Write the redacted lines; those said `since` the packet was made, and those amended, say so."""
    marks: dict[str, Mark] = {one["event_id"]: _mark(one) for one in packet["reason"]["because"]}
    written, turns = [], set()
    for one in lines:
        found = [marks[one["event_id"]]] if one["event_id"] in marks else []
        notes = [chip("interrupted", "warn")] if one.get("interrupted") else []
        if one["event_id"] in since:
            notes.append(chip(since[one["event_id"]]))
        name = f"turn-{one['turn']}" if one["turn"] not in turns else None
        turns.add(one["turn"])
        words = said(one["text"], found, can_reveal=bool(revealable), revealable=revealable)
        written.append(line(
            one["participant"], one["turn"], words, at=one["occurred_at"], ms=one.get("at_ms"), notes=notes, name=name,
        ))
    if not written:
        return tag("p", "Nothing was said yet.", {"class": "cw-empty"})
    return tag("ol", joined(written), {"class": "cw-lines"})


def notes(found: Sequence[Mapping[str, Any]]) -> Html:
    """Write what agents noted, redacted."""
    if not found:
        return tag("p", "Nobody has written anything down.", {"class": "cw-empty"})
    return tag("ul", joined(
        tag("li", joined((tag("b", one["agent"]), ", ", instant(one["occurred_at"], date=False), ": ",
                          said(one["text"]) if one.get("text") else chip(WITHHELD, "warn")))) for one in found
    ), {"class": "cw-bullets"})


def provenance(packet: Packet) -> Html:
    """Name what proves the packet."""
    return facts([
        ("Requested at", instant(packet["requested_at"])), ("Trace", tag("code", packet.get("trace_id"))),
        ("Entry of the log", tag("code", packet.get("audit_position"))),
        ("Language model", tag("code", (packet.get("written_by") or {}).get("model", "none: extracted"))),
    ])


def _mark(evidence: Mapping[str, Any]) -> Mark:
    return evidence.get("start") or 0, evidence.get("end") or 0
