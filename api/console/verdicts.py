"""What was decided in a call: each verdict with its reason, what it cites, and the text of the policy it is from."""

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from api.console.asking import Refused, path
from api.console.html import Html, chip, instant, joined, link, table, tag, words_of
from api.console.labels import Labels
from api.console.look import markup
from api.console.persons import Visit

HEADS = ("When", "What", "Rule", "Reason", "Cites", "Policy")
PROCESSORS = ("Does", "System", "Model", "Region", "Requests", "Failed")


async def show(visit: Visit, call: Mapping[str, Any], labels: Labels) -> None:
    """Show the verdicts, those of a version that only watched, and the policy where she may read it."""
    labels.draw(lambda: _table(
        "Verdicts", call["verdicts"], "Nothing in this call asked for a decision.", labels if labels.may else None
    ))
    if call["shadow_verdicts"]:
        markup(tag("h3", "What a version that only watches would have decided"))
        markup(_table("Verdicts of the version that watches", call["shadow_verdicts"], ""))
    if call["handoffs"]:
        markup(tag("h3", "Handoffs"))
        markup(table(
            "Handoffs", ("Requested", "Queue", "State", "Agent", "Ended as"),
            [(instant(one["requested_at"]), one["queue"], one["state"], one["claimed_by"], one["disposition"])
             for one in call["handoffs"]], empty="",
        ))
    label = call["policy_version"]
    if label and visit.may("set_policies"):
        await _policy(visit, label)


def _table(
    caption: str, found: Sequence[Mapping[str, Any]], empty: str, labels: Labels | None = None
) -> Html:
    rows = [
        (
            instant(one["occurred_at"], date=False), words_of(one["type"].rsplit(".", 1)[-1]), tag("code", one["rule"]),
            _reason(one),
            joined((link(f"#turn-{cited['turn']}", f"turn {cited['turn']}")
                    for cited in one["because"] if cited["turn"] is not None), between=", "),
            one["policy_version"], *(() if labels is None else (labels.of_alarm(one),)),
        )
        for one in found
    ]
    return table(caption, HEADS if labels is None else (*HEADS, "Judged"), rows, empty=empty)


def _reason(one: Mapping[str, Any]) -> Html:
    said = [one["reason"] or words_of(one["kind"] or one["type"].rsplit(".", 1)[-1])]
    if one["score"] is not None:
        said.append(f" (score {one['score']:.2f})")
    if one["provisional"]:
        said += [" ", chip("provisional")]
    return joined(said)


async def _policy(visit: Visit, label: str) -> None:
    try:
        policy = await visit.ask.get(path("policies", label))
    except Refused as refused:
        markup(tag("p", joined(("The text of ", tag("code", label), " cannot be shown. ", refused.sentence)),
                   {"class": "cw-quiet"}))
        return
    with ui.element("details"):
        markup(joined(("The policy as it was written: ", tag("code", label)))).props("tag=summary")
        for document in policy["documents"]:
            markup(joined((tag("h3", document["name"]), tag("pre", document["text"], {
                "tabindex": "0", "aria-label": document["name"]}))))


def processors(found: Sequence[Mapping[str, Any]]) -> Html:
    """Write who computed for a call, and where."""
    rows = [
        (words_of(one["operation"]), one["provider"]["name"], one["provider"]["model"], one["provider"]["region"],
         one["calls"], one["failed"])
        for one in found
    ]
    return table("Systems that heard, wrote or spoke", PROCESSORS, rows,
                 empty="No outside system has been reported for this call.")
