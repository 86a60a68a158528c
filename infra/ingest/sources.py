"""Whose webhooks are taken in: a YAML file of the operator's; secrets are named in it and never stand in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, SecretStr, ValidationError

from governance.errors import InputError
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


def load(path: Path | None, *, secret_of: SecretOf) -> tuple[Known, ...]:
    """Give the sources, none without a file; raises InputError that names the place and repeats no secret."""
    if path is None:
        return ()
    try:
        content = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give the path of the file of ingest sources") from None
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark is not None else 1
        raise InputError(f"{path}:{line}: this is not YAML") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError(f"{path}: this is not YAML in UTF-8") from None
    try:
        sources = _File.model_validate(content).sources
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
        if not first["loc"]:
            raise InputError(f"{path}: must be `sources:` with a list below it") from None
        raise InputError(f"{path}: {'.'.join(str(step) for step in first['loc'])}: {first['msg']}") from None
    return tuple(Known(source=one, secret=_secret(path, one, secret_of)) for one in sources)


def _secret(path: Path, source: Source, secret_of: SecretOf) -> SecretStr:
    found = secret_of(source.secret)
    if found is None or not found.get_secret_value():
        raise InputError(f"{path}: {source.vendor}: set the environment variable {source.secret}")
    return found
