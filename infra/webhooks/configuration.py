"""Reads the file that names the endpoints; secrets are named in it and never stand in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, SecretStr, TypeAdapter, ValidationError, field_validator

from infra import yaml_file
from infra.webhooks.sender import Endpoint, Name
from infra.yaml_file import Keys, YamlFile
from schemas.base import Frozen, Tenant
from schemas.topics import GOVERNED, OUTCOMES
from schemas.webhooks import GROUPS

LARGEST_SECRET = 1024
TOLD = {one.ce_type() for one in (*GOVERNED, *OUTCOMES) if not one.clear_text}
# Gives a secret by its name, or None where there is none.
SecretOf = Callable[[str], SecretStr | None]


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


_SHAPE = TypeAdapter(_File)


def load(path: Path | None, *, secret_of: SecretOf) -> tuple[Endpoint, ...]:
    """Give the endpoints, none without a file; raises InputError that names line and key and repeats no secret."""
    if path is None:
        return ()
    file = yaml_file.read(path, _SHAPE, named_by="CALLWARDEN_WEBHOOKS")
    names: set[str] = set()
    found = []
    for number, entry in enumerate(file.content.endpoints):
        if entry.name in names:
            raise file.wrong(("endpoints", number, "name"), "another endpoint has this name")
        names.add(entry.name)
        found.append(_endpoint(file, number, entry, secret_of))
    return tuple(found)


def _endpoint(file: YamlFile[_File], number: int, entry: _Entry, secret_of: SecretOf) -> Endpoint:
    place: Keys = ("endpoints", number)

    def told(one: _From, keys: Keys) -> SecretStr:
        try:
            return _secret(file.path, one, secret_of)
        except ValueError as wrong:
            raise file.wrong(keys, str(wrong)) from None

    url = entry.url if isinstance(entry.url, str) else told(entry.url, (*place, "url")).get_secret_value()
    if url.startswith("http://") and not entry.allow_private:
        raise file.wrong((*place, "url"), "must be https:// unless allow_private is true")
    secrets = tuple(told(one, (*place, "secrets", each)) for each, one in enumerate(entry.secrets))
    facts = entry.model_dump(include={"name", "events", "timeout_ms", "tries", "allow_private"})
    tenants = None if entry.tenants == "all" else entry.tenants
    try:
        return Endpoint.model_validate({**facts, "url": url, "secrets": secrets, "tenants": tenants})
    except ValidationError as wrong:
        raise file.invalid(place, wrong) from None


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
