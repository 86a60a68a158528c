"""The addresses and secrets of dispatch endpoints: a YAML file of the operator's, outside the policy, read once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from infra import yaml_file
from infra.webhooks.sender import Endpoint

EVENTS = frozenset({"dispatch"})
_FILE = TypeAdapter(dict[str, dict[str, Any]])


def load(path: Path | None) -> Mapping[str, Endpoint]:
    """Give the endpoints by name: `name: {url: …, secrets: [whsec_…]}`; none without a file. Raises InputError."""
    if path is None:
        return {}
    file = yaml_file.read(path, _FILE, named_by="CALLWARDEN_DISPATCH_ENDPOINTS")
    found = {}
    for name, given in file.content.items():
        try:
            found[name] = Endpoint.model_validate({"events": EVENTS, **given, "name": name})
        except ValidationError as wrong:
            raise file.invalid((name,), wrong) from None
    return found
