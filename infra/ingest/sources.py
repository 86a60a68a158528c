"""Whose webhooks are taken in: a YAML file of the operator's; secrets are named in it and never stand in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, TypeAdapter

from governance.errors import InputError
from infra import yaml_file
from schemas.base import Frozen, Tenant

Vendor = Literal["livekit", "retell", "twilio", "vapi"]
SecretOf = Callable[[str], SecretStr | None]


class Source(Frozen):
    """One account of a vendor: its calls belong to this tenant."""

    vendor: Vendor
    tenant: Tenant
    secret: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$", description="environment variable that holds it")
    key: str = Field(default="", max_length=128, description="LiveKit: the API key that the secret belongs to")
    address: str | None = Field(
        default=None, max_length=2000, description="Twilio: the address it was told to call, where a proxy changes it"
    )


class Known(Frozen):
    """A source with its secret."""

    source: Source
    secret: SecretStr


class _File(Frozen):
    sources: tuple[Source, ...]


_SHAPE = TypeAdapter(_File)


def load(path: Path | None, *, secret_of: SecretOf) -> tuple[Known, ...]:
    """Give the sources, none without a file; raises InputError that names the place and repeats no secret."""
    if path is None:
        return ()
    sources = yaml_file.read(path, _SHAPE, named_by="CALLWARDEN_INGEST").content.sources
    return tuple(Known(source=one, secret=_secret(path, one, secret_of)) for one in sources)


def _secret(path: Path, source: Source, secret_of: SecretOf) -> SecretStr:
    found = secret_of(source.secret)
    if found is None or not found.get_secret_value():
        raise InputError(f"{path}: {source.vendor}: set the environment variable {source.secret}")
    return found
