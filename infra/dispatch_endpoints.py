"""The addresses and secrets of dispatch endpoints: a YAML file of the operator's, outside the policy, read once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from governance.errors import InputError
from infra.webhooks.sender import Endpoint

EVENTS = frozenset({"dispatch"})


def load(path: Path | None) -> Mapping[str, Endpoint]:
    """Give the endpoints by name: `name: {url: …, secrets: [whsec_…]}`; none without a file. Raises InputError."""
    if path is None:
        return {}
    try:
        content = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give the path of the file of dispatch endpoints") from None
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark is not None else 1
        raise InputError(f"{path}:{line}: this is not YAML") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError(f"{path}: this is not YAML in UTF-8") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: a mapping of names to endpoints is needed")
    return {str(name): _endpoint(path, str(name), given) for name, given in content.items()}


def _endpoint(path: Path, name: str, given: Any) -> Endpoint:
    if not isinstance(given, dict):
        raise InputError(f"{path}: {name}: an endpoint has `url` and `secrets`")
    try:
        return Endpoint.model_validate({"events": EVENTS, **given, "name": name})
    except ValidationError as wrong:
        # Place and kind alone: pydantic's own message may repeat a secret.
        first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InputError(f"{path}: {name}.{where}: {first['msg'].removeprefix('Value error, ')}") from None
