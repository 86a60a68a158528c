"""Reads the file that names the endpoints; secrets are named in it and never stand in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import ConfigDict, Field, SecretStr, ValidationError, field_validator

from governance.errors import InvariantError
from infra.policy_yaml import deepest, doubles
from infra.webhooks.sender import Endpoint, Name
from schemas.base import Frozen, Tenant
from schemas.topics import GOVERNED, OUTCOMES
from schemas.webhooks import GROUPS

LARGEST = 256 * 1024
LARGEST_SECRET = 1024
TOLD = {one.ce_type() for one in (*GOVERNED, *OUTCOMES) if not one.clear_text}
# Gives a secret by its name, or None where there is none.
SecretOf = Callable[[str], SecretStr | None]
Keys = tuple[str | int, ...]


class WebhooksUnreadable(InvariantError):
    """The file of endpoints is wrong; the message names file, line and key and repeats no secret."""


class _From(Frozen):
    """Where one secret is; exactly one of the two."""

    model_config = ConfigDict(hide_input_in_errors=True)
    env: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")
    file: Path | None = None


class _Entry(Frozen):
    """One endpoint as it is written."""

    model_config = ConfigDict(hide_input_in_errors=True)
    name: Name
    url: _From | Annotated[str, Field(max_length=2000)]
    secrets: tuple[_From, ...] = Field(min_length=1, max_length=5)
    events: frozenset[str] = Field(min_length=1)
    tenants: Literal["all"] | frozenset[Tenant]
    timeout_ms: int = 10_000
    tries: int = 16
    allow_private: bool = False

    @field_validator("events")
    @classmethod
    def _known(cls, value: frozenset[str]) -> frozenset[str]:
        for one in sorted(value):
            if one not in GROUPS and one not in TOLD:
                words = ", ".join(GROUPS)
                raise ValueError(f"{one[:80]!r} is neither {words} nor a type of call.governed or call.outcomes")
        return value


class _File(Frozen):
    model_config = ConfigDict(hide_input_in_errors=True)
    endpoints: tuple[_Entry, ...]


def load(path: Path | None, *, secret_of: SecretOf) -> tuple[Endpoint, ...]:
    """Give the endpoints, none without a file; raises WebhooksUnreadable."""
    if path is None:
        return ()
    tree, content = _read(path)
    try:
        entries = _File.model_validate(content).endpoints
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
        raise _wrong(path, tree, first["loc"], first["msg"]) from None
    names: set[str] = set()
    found = []
    for number, entry in enumerate(entries):
        if entry.name in names:
            raise _wrong(path, tree, ("endpoints", number, "name"), "another endpoint has this name")
        names.add(entry.name)
        found.append(_endpoint(path, tree, number, entry, secret_of))
    return tuple(found)


def _read(path: Path) -> tuple[yaml.Node | None, object]:
    try:
        text = path.read_bytes()
    except OSError as wrong:
        raise WebhooksUnreadable(f"{path.name}: cannot be read: {type(wrong).__name__}") from None
    if len(text) > LARGEST:
        raise WebhooksUnreadable(f"{path.name}: has more than {LARGEST} bytes")
    try:
        tree, content = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark is not None else 1
        raise WebhooksUnreadable(f"{path.name}:{line}: this is neither YAML nor JSON") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        raise WebhooksUnreadable(f"{path.name}:1: this is neither YAML nor JSON in UTF-8") from None
    repeated = next(doubles(tree), None)
    if repeated is not None:
        raise WebhooksUnreadable(f"{path.name}:{repeated[1]}: {repeated[0]}: written twice; keep one of them")
    return tree, content


def _endpoint(path: Path, tree: yaml.Node | None, number: int, entry: _Entry, secret_of: SecretOf) -> Endpoint:
    place: Keys = ("endpoints", number)

    def told(one: _From, keys: Keys) -> SecretStr:
        try:
            return _secret(path, one, secret_of)
        except ValueError as wrong:
            raise _wrong(path, tree, keys, str(wrong)) from None

    url = entry.url if isinstance(entry.url, str) else told(entry.url, (*place, "url")).get_secret_value()
    if url.startswith("http://") and not entry.allow_private:
        raise _wrong(path, tree, (*place, "url"), "must be https:// unless allow_private is true")
    secrets = tuple(told(one, (*place, "secrets", each)) for each, one in enumerate(entry.secrets))
    facts = entry.model_dump(include={"name", "events", "timeout_ms", "tries", "allow_private"})
    tenants = None if entry.tenants == "all" else entry.tenants
    try:
        return Endpoint.model_validate({**facts, "url": url, "secrets": secrets, "tenants": tenants})
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
        raise _wrong(path, tree, (*place, *first["loc"]), first["msg"]) from None


def _secret(path: Path, one: _From, secret_of: SecretOf) -> SecretStr:
    if (one.env is None) == (one.file is None):
        raise ValueError("a secret is named by `env` or by `file`, one of them")
    if one.env is not None:
        value = secret_of(one.env)
        if value is None or not value.get_secret_value():
            raise ValueError(f"the environment variable {one.env} is not set")
        return value
    file = path.parent / str(one.file)
    try:
        with file.open(encoding="utf-8") as opened:
            return SecretStr(opened.read(LARGEST_SECRET).strip())
    except (OSError, UnicodeDecodeError) as wrong:
        raise ValueError(f"the file {file.name} cannot be read: {type(wrong).__name__}") from None


def _wrong(path: Path, tree: yaml.Node | None, keys: Keys, message: str) -> WebhooksUnreadable:
    _, line = deepest(tree, keys)
    named = ".".join(str(one) for one in keys) or "endpoints"
    return WebhooksUnreadable(f"{path.name}:{line}: {named}: {message.removeprefix('Value error, ')}")
