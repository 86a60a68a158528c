"""One call's whole story: what was said, heard and hidden, how long it took, what was decided and why, its proof."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import Response

from api.console import asking, audit_page, briefings, proof_panel, verdicts, waterfall
from api.console.asking import Refused, outcome, path
from api.console.calls_page import state_of
from api.console.dialogs import ask_original
from api.console.html import facts, instant, joined, link, tag
from api.console.labels import Labels
from api.console.look import add, button, doing, enter, markup, page, section, shown
from api.console.persons import Visit
from api.console.words_said import REVEAL, player, transcript

LOOKS = ("read", "reveal.", "access.")
MOST_ENTRIES = 500
PARTS = (
    ("said", "What was said"), ("decided", "What was decided"), ("time", "How long it took"), ("looked", "Who looked"),
    ("proof", "Proof"),
)


def install() -> None:
    """Add the page."""
    add("/calls/{call_id}", call)


async def call(request: Request, call_id: str, sample: str = "") -> Response | None:
    """Show one call."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, f"Call {call_id}", here="calls"):
        ui.add_head_html(proof_panel.SCRIPT)
        await shown(_story(visit, call_id, sample))
    return None


async def _story(visit: Visit, call_id: str, sample: str) -> None:
    labels = Labels(visit, call_id, sample=sample)
    story = await _asked(visit, call_id, labels)
    known = story.call
    with section("The call"):
        markup(facts([
            ("State", state_of(known)), ("Began", instant(known["started_at"])), ("Ended", instant(known["ended_at"])),
            ("Channel", known["channel"]), ("Caller", known["caller"]), ("Language", known["language"]),
            ("Policy", known["policy_version"]), ("Turns", known["turns"]), ("Trace", tag("code", known["trace_id"])),
        ]))
        parts = PARTS if story.entries is not None else PARTS[:-2]
        markup(tag("nav", joined((link(f"#{name}", words) for name, words in parts), between=" · "),
                   {"aria-label": "Parts of the story"}))
        if visit.may("read_audit"):
            with ui.element("div").classes("cw-actions"):
                button("Take the evidence", lambda: doing_bundle(visit, call_id))
    with section("Said, heard and hidden", name="said"):
        await shown(_words(visit, known, story.words, labels))
    with section("Decided, and why", name="decided"):
        verdicts.show(known, labels, story.policy)
    if labels.may:
        with section("What you say of it"):
            labels.draw(labels.of_call)
            labels.listen()
    with section("Where the time went", name="time"):
        markup(waterfall.plot(story.turns))
        markup(waterfall.written(story.turns))
    with section("Who computed for it"):
        markup(verdicts.processors(known["processors"]))
    if story.entries is not None:
        await shown(_log(visit, story.entries))


@dataclass(frozen=True, slots=True)
class _Story:
    """What the API says of a call; a part that it refuses is its refusal."""

    call: Mapping[str, Any]
    turns: Sequence[dict[str, Any]]
    words: Mapping[str, Any] | Refused
    policy: Mapping[str, Any] | Refused | None
    entries: Mapping[str, Any] | Refused | None


async def _asked(visit: Visit, call_id: str, labels: Labels) -> _Story:
    """Ask for all of it at once; raises Refused where the call itself cannot be read."""

    async def call() -> tuple[Mapping[str, Any], Mapping[str, Any] | Refused | None]:
        known = await visit.ask.get(path("calls", call_id))
        label = known["policy_version"]
        readable = label and visit.may("set_policies")
        return known, await outcome(visit.ask.get(path("policies", label))) if readable else None

    async def entries() -> Mapping[str, Any] | Refused | None:
        if not visit.may("read_audit"):
            return None
        return await outcome(visit.ask.get("/v1/audit/entries", {"call": call_id, "limit": MOST_ENTRIES}))

    (known, policy), turns, words, found, _ = await asyncio.gather(
        call(), visit.ask.get(path("calls", call_id, "turns")),
        outcome(visit.ask.get(path("calls", call_id, "transcript"))), entries(), labels.load(),
    )
    return _Story(known, turns["turns"], words, policy, found)


async def _words(visit: Visit, known: Mapping[str, Any], words: Mapping[str, Any] | Refused, labels: Labels) -> None:
    call_id = str(known["call_id"])
    told = asking.told(words)
    marks: dict[str, list[tuple[int, int]]] = {}
    for one in known["verdicts"]:
        for cited in one["because"]:
            marks.setdefault(cited["event_id"], []).append((cited["start"] or 0, cited["end"] or 0))
    can_reveal = visit.may("reveal")
    markup(player(call_id))
    if not told["lines"]:
        markup(tag("p", "Nothing was said, or the call was erased.", {"class": "cw-empty"}))
    labels.draw(lambda: transcript(
        told["lines"], began=known["started_at"], marks=marks, can_reveal=can_reveal, labels=labels.of_text
    ))
    if told["briefings"]:
        markup(briefings.shown(call_id, told["briefings"], can_reveal=can_reveal))
    here = ui.element("div")

    def reveal(event: GenericEventArguments) -> None:
        with here:
            ask_original(visit, call_id, str(event.args))

    ui.on(REVEAL, reveal)


async def _log(visit: Visit, entries: Mapping[str, Any] | Refused) -> None:
    found = asking.told(entries)["entries"]
    looks = [one for one in found if one["type"].startswith(LOOKS)]
    with section("Who looked", name="looked"):
        markup(audit_page.entries(looks, empty="Nobody looked at this call before you."))
    with section("Proof", name="proof"):
        if not found:
            markup(tag("p", "The log has nothing of this call yet.", {"class": "cw-empty"}))
            return
        proved = [(one["index"], one["leaf_hash"]) for one in found]
        go = f"Prove {len(proved)} entries here" if len(proved) > 1 else "Prove its entry here"
        markup(proof_panel.panel(visit.who.tenant, proved, go=go))
    with section("Its entries in the log"), ui.element("details"):
        markup(joined((f"{len(found)} entries",)), kind="").props("tag=summary")
        markup(audit_page.entries(found, empty=""))


async def doing_bundle(visit: Visit, call_id: str) -> None:
    """Give the evidence as a file."""

    async def take() -> None:
        answer = await visit.ask.send("POST", "/v1/audit/bundles", body={"call": call_id})
        ui.download.content(answer.content, "evidence.zip")

    await doing(take(), said="The evidence is on its way to you; that you took it is in the log.")
