"""What was decided in a call: each verdict with its reason, what it cites, and the text of the policy it is from."""

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from api.console import policy_text
from api.console.asking import Refused
from api.console.html import NOTHING, Html, chip, instant, joined, link, table, tag, words_of
from api.console.labels import Labels
from api.console.look import markup

HEADS = ("When", "What", "Rule", "Reason", "Cites", "Policy")
PROCESSORS = ("Does", "System", "Model", "Region", "Requests", "Failed")


def show(call: Mapping[str, Any], labels: Labels, policy: Mapping[str, Any] | Refused | None) -> None:
    """Show the verdicts, those of a version that only watched, and the policy where she may read it."""
    text, placed = NOTHING, frozenset[str]()
    if policy is not None and not isinstance(policy, Refused):
        text, placed = policy_text.marked(policy["documents"], [one["rule"] for one in call["verdicts"]])
    labels.draw(lambda: _table(
        "Verdicts", call["verdicts"], "Nothing in this call asked for a decision.", labels if labels.may else None,
        placed,
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
    if isinstance(policy, Refused):
        markup(tag("p", joined(("The text of ", tag("code", call["policy_version"]), " cannot be shown. ",
                                policy.sentence)), {"class": "cw-quiet"}))
    elif policy is not None:
        _policy(policy, text, placed)


def _table(
    caption: str, found: Sequence[Mapping[str, Any]], empty: str, labels: Labels | None = None,
    placed: frozenset[str] = frozenset(),
) -> Html:
    rows = [
        (
            instant(one["occurred_at"], date=False), words_of(one["type"].rsplit(".", 1)[-1]),
            _rule(one["rule"], placed), _reason(one),
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


def _rule(name: str, placed: frozenset[str]) -> Html:
    """Name a rule, with a way to its text where that is on the page."""
    shown = tag("code", name)
    return link(f"#{policy_text.anchor(name)}", shown) if name in placed else shown


def _policy(policy: Mapping[str, Any], text: Html, placed: frozenset[str]) -> None:
    with ui.element("details"):
        fired = f"; marked: {', '.join(sorted(placed))}" if placed else ""
        markup(joined(("The policy as it was written: ", tag("code", policy["policy_version"]), fired))).props(
            "tag=summary"
        )
        markup(text)


def processors(found: Sequence[Mapping[str, Any]]) -> Html:
    """Write who computed for a call, and where."""
    rows = [
        (words_of(one["operation"]), one["provider"]["name"], one["provider"]["model"], one["provider"]["region"],
         one["calls"], one["failed"])
        for one in found
    ]
    return table("Systems that heard, wrote or spoke", PROCESSORS, rows,
                 empty="No outside system has been reported for this call.")
