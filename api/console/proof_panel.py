"""The proof of entries, checked in the page itself: it takes bytes from the service, and no more."""

import json
from collections.abc import Sequence

from api.console.asset_files import address_of
from api.console.html import Html, joined, tag

SCRIPT = f'<script type="module" src="{address_of("proof.js")}"></script>'
Entry = tuple[int, str]


def panel(tenant: str, entries: Sequence[Entry], *, go: str, show_entry: bool = False) -> Html:
    """Ask for a proof of these entries, each with the hash that a search showed for it."""
    parts = [
        tag("p", "The page computes every hash itself and follows it to the signed checkpoint. To trust neither this "
                 "page nor the service, give the key that you were handed another way."),
        tag("label", joined(("Verifier key, if you have one of your own",
                             tag("input", "", {"data-own-key": "", "spellcheck": "false", "autocomplete": "off",
                                               "placeholder": "name+id+key; the service's where empty"})))),
        tag("p", tag("button", go, {"type": "button", "class": "cw-primary", "data-verify": ""})),
        tag("p", "", {"data-verdict": "", "role": "status"}),
        tag("ol", "", {"class": "cw-steps"}),
    ]
    if show_entry:
        parts += [tag("h3", "The entry as it lies in the log"),
                  tag("pre", "It is shown once it has been checked.", {"data-entry": "", "tabindex": "0",
                                                                    "aria-label": "Entry"})]
    return tag("div", joined(parts), {
        "data-proof": json.dumps([list(one) for one in entries]), "data-tenant": tenant, "class": "cw-form",
    })
