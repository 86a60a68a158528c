"""One call's whole story: what was said, heard and hidden, how long it took, what was decided and why, its proof."""

from collections.abc import Mapping
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import Response

from api.console import audit_page, proof_panel, verdicts, waterfall
from api.console.asking import path
from api.console.calls_page import state_of
from api.console.dialogs import ask_original
from api.console.html import facts, instant, joined, tag
from api.console.labels import Labels
from api.console.look import add, button, doing, enter, markup, page, section, shown
from api.console.persons import Visit
from api.console.words_said import REVEAL, player, transcript

LOOKS = ("read", "reveal.", "access.")
MOST_ENTRIES = 500


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
    known = await visit.ask.get(path("calls", call_id))
    labels = Labels(visit, call_id, sample=sample)
    await labels.load()
    turns = (await visit.ask.get(path("calls", call_id, "turns")))["turns"]
    with section("The call"):
        markup(facts([
            ("State", state_of(known)), ("Began", instant(known["started_at"])), ("Ended", instant(known["ended_at"])),
            ("Channel", known["channel"]), ("Caller", known["caller"]), ("Language", known["language"]),
            ("Policy", known["policy_version"]), ("Turns", known["turns"]), ("Trace", tag("code", known["trace_id"])),
        ]))
        if visit.may("read_audit"):
            with ui.element("div").classes("cw-actions"):
                button("Take the evidence", lambda: doing_bundle(visit, call_id))
    with section("Said, heard and hidden"):
        await shown(_words(visit, known, labels))
    with section("Decided, and why"):
        await verdicts.show(visit, known, labels)
    if labels.may:
        with section("What you say of it"):
            labels.draw(labels.of_call)
            labels.listen()
    with section("Where the time went"):
        markup(waterfall.plot(turns))
        markup(waterfall.written(turns))
    with section("Who computed for it"):
        markup(verdicts.processors(known["processors"]))
    if visit.may("read_audit"):
        await shown(_log(visit, call_id))


async def _words(visit: Visit, known: Mapping[str, Any], labels: Labels) -> None:
    call_id = str(known["call_id"])
    lines = (await visit.ask.get(path("calls", call_id, "transcript")))["lines"]
    marks: dict[str, list[tuple[int, int]]] = {}
    for one in known["verdicts"]:
        for cited in one["because"]:
            marks.setdefault(cited["event_id"], []).append((cited["start"] or 0, cited["end"] or 0))
    can_reveal = visit.may("reveal")
    markup(player(call_id))
    if not lines:
        markup(tag("p", "Nothing was said, or the call was erased.", {"class": "cw-empty"}))
    labels.draw(lambda: transcript(
        lines, began=known["started_at"], marks=marks, can_reveal=can_reveal, labels=labels.of_text
    ))
    here = ui.element("div")

    def reveal(event: GenericEventArguments) -> None:
        with here:
            ask_original(visit, call_id, str(event.args))

    ui.on(REVEAL, reveal)


async def _log(visit: Visit, call_id: str) -> None:
    found = (await visit.ask.get("/v1/audit/entries", {"call": call_id, "limit": MOST_ENTRIES}))["entries"]
    looks = [one for one in found if one["type"].startswith(LOOKS)]
    with section("Who looked"):
        markup(audit_page.entries(looks, empty="Nobody looked at this call before you."))
    with section("Proof"):
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
