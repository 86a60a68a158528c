"""Policies: what is in force, what was published, and what another version would have decided on recorded calls."""

from collections.abc import Sequence
from difflib import unified_diff
from http import HTTPStatus
from typing import Any

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from api.console.asking import Refused, path
from api.console.forms import address, further
from api.console.html import Html, chip, facts, instant, joined, link, table, tag
from api.console.look import add, button, doing, enter, markup, page, problem, section, shown
from api.console.persons import Visit

PATH = "/console/policies"
CHANGES = ("same", "added", "gone", "earlier", "later")
NAME, SHIPPED = "house.yaml", "shipped"


def install() -> None:
    """Add the page."""
    add("/policies", policies)


async def policies(request: Request, version: str = "", cursor: str = "") -> Response | None:
    """Show what is in force, one version where the address names it, and the place to try another."""
    visit = await enter(request)
    if not isinstance(visit, Visit):
        return visit
    with page(visit, "Policies", here="policies"):
        text = ""
        if version:
            with section("This version"):
                text = await _version(visit, version)
        with section("Try another version on recorded calls"):
            Trial(visit, text).build()
        with section("Published, newest first"):
            await shown(_list(visit, cursor))
    return None


async def _version(visit: Visit, version: str) -> str:
    try:
        known = await visit.ask.get(path("policies", version))
    except Refused as refused:
        problem(refused)
        return ""
    markup(facts([("Version", tag("code", known["policy_version"])), ("Title", known["title"]),
                  ("Digest", tag("code", known["digest"]))]))
    for one in known["documents"]:
        markup(joined((tag("h3", one["name"]),
                       tag("pre", one["text"], {"tabindex": "0", "aria-label": one["name"]}))))
    return str(known["documents"][-1]["text"])


async def _list(visit: Visit, cursor: str) -> None:
    found = await visit.ask.get("/v1/policies", {"cursor": cursor, "limit": 50})
    markup(facts([
        ("In force for calls that begin now", link(address(PATH, {"version": found["live"]}), found["live"])),
        ("Watching", tag("code", found["shadow"]) if found["shadow"] else None),
        ("As it ships", link(f"{PATH}?version=shipped", "read it")),
    ]))
    rows = [
        (
            link(address(PATH, {"version": one["policy_version"]}), one["policy_version"]), one["title"],
            chip(one["mode"], "good" if one["mode"] == "live" else "plain"), one["published_by"],
            instant(one["published_at"]),
        )
        for one in found["publications"]
    ]
    heads = ("Version", "Title", "Mode", "By", "At")
    markup(table("Publications", heads, rows, empty="Nothing was published yet: the version of the settings counts."))
    markup(further(PATH, {}, found["cursor"], first=not cursor))


class Trial:
    """A document that is tried, and published once its differences were looked at."""

    def __init__(self, visit: Visit, text: str) -> None:
        """Start with the text of the version that was looked at."""
        self._visit = visit
        self._start = text

    def build(self) -> None:
        """Lay it out."""
        markup(tag("p", "Nothing changes by trying: every call that has ended is decided again by this document."))
        self._text = ui.textarea("Policy document (YAML)", value=self._start).props(
            "outlined autogrow input-class=cw-mono spellcheck=false"
        ).style("width: 100%")
        with ui.element("div").classes("cw-actions"):
            button("Try it", self._try, kind="cw-primary")
            button("Publish to watch", lambda: self._publish("shadow"))
            button("Publish live", lambda: self._publish("live"), kind="cw-danger")
        self._result = ui.element("div").props('role="status"').classes("cw-page")

    def _documents(self) -> dict[str, object]:
        return {"documents": [{"name": NAME, "text": self._text.value or " "}]}

    async def _try(self) -> None:
        self._result.clear()
        with self._result:
            await shown(self._differences())

    async def _differences(self) -> None:
        report = await self._visit.ask.post("/v1/backtests", self._documents())
        markup(await self._changes())
        markup(facts([("Version", tag("code", report["policy"])), ("Calls", report["calls"]),
                      ("Utterances", report["utterances"]), *((one, report[one]) for one in CHANGES)]))
        rows = [[tag("code", rule), *(counts[one] for one in CHANGES)] for rule, counts in report["by_rule"].items()]
        markup(table("Decisions by rule", ("Rule", *CHANGES), rows, empty="Neither version decides anything."))
        if report["examples"]:
            markup(tag("h3", "Some that differ"))
            markup(table("Decisions that differ", ("Change", "Rule", "Call", "Reason"),
                         [_example(one) for one in report["examples"]], empty=""))
        elif report["calls"]:
            markup(tag("p", "No decision differs.", {"class": "cw-note cw-good"}))

    async def _changes(self) -> Html:
        """Hold the text against the version in force; where that was not kept, against the shipped."""
        live = (await self._visit.ask.get("/v1/policies", {"limit": 1}))["live"]
        try:
            known = await self._visit.ask.get(path("policies", live))
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            known = await self._visit.ask.get(path("policies", SHIPPED))
        before = str(known["documents"][-1]["text"]).splitlines()
        return _changed(known["policy_version"], before, str(self._text.value or "").splitlines())

    async def _publish(self, mode: str) -> None:
        async def publish() -> None:
            await self._visit.ask.post("/v1/policies", {**self._documents(), "mode": mode})

        counts = "for calls that begin from now on" if mode == "live" else "and decides nothing: it watches"
        if await doing(publish(), said=f"Published, {counts}."):
            ui.navigate.to("/policies")


def _changed(label: str, before: Sequence[str], after: Sequence[str]) -> Html:
    lines = list(unified_diff(before, after, n=2, lineterm=""))[2:]
    title = tag("h3", joined(("What the text changes against ", tag("code", label))))
    if not lines:
        return joined((title, tag("p", "Nothing: it is the same text.", {"class": "cw-empty"})))
    kinds = {"+": "cw-diff-new", "-": "cw-diff-gone"}
    written = joined((tag("span", one, {"class": kinds.get(one[:1])}) for one in lines), between="\n")
    return joined((title, tag("pre", written, {"tabindex": "0", "aria-label": "Changed lines"})))


def _example(one: dict[str, Any]) -> tuple[object, ...]:
    turn = one["turn"] if one["turn"] is not None else one["turn_on_record"]
    tone = {"added": "good", "gone": "bad"}.get(one["change"], "warn")
    return (
        chip(one["change"], tone), tag("code", one["rule"]),
        link(f"/console/calls/{one['call']}#turn-{turn}", f"{one['call']}, turn {turn}"), one["reason"],
    )
