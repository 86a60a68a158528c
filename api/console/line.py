"""The buttons that open a live line of the page: to speak with a caller, or to hear a call (docs/transfers.md)."""

from api.console.asset_files import address_of
from api.console.html import Html, joined, tag

SCRIPT = f'<script type="module" src="{address_of("line.js")}"></script>'


def to_speak(call_id: str) -> Html:
    """Who has accepted a call joins it, at once or after its briefing."""
    return joined((
        tag("button", joined(("Speak with the caller", _hint("s"))), {
            "type": "button", "class": "cw-primary", "data-line": "agent", "data-call": call_id, "data-join": "cold",
            "data-key": "s", "aria-keyshortcuts": "s",
        }),
        tag("button", "Hear the briefing first", {
            "type": "button", "class": "cw-plain", "data-line": "agent", "data-call": call_id, "data-join": "warm",
        }),
    ), between=" ")


def to_listen(call_id: str) -> Html:
    """A supervisor hears a live call; that she does is in the log before she does."""
    return tag("button", "Listen in", {
        "type": "button", "class": "cw-plain", "data-line": "listen", "data-call": call_id,
        "aria-label": f"Listen in to {call_id}",
    })


def _hint(key: str) -> Html:
    return tag("kbd", key, {"aria-hidden": "true"})
