"""Reads price lists: the one that ships with Callwarden, or a file; an error names the file and the place in it."""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from governance.errors import InputError
from schemas.costs import PriceList

SHIPPED = "prices.yaml"


def load(path: Path | None = None) -> PriceList:
    """Give the prices of a file, or the shipped list; raises InputError."""
    name = str(path) if path else SHIPPED
    try:
        text = path.read_bytes() if path else files("infra").joinpath(SHIPPED).read_bytes()
        return PriceList.model_validate(yaml.safe_load(text))
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}; give a price list with --prices FILE") from None
    except yaml.YAMLError as error:
        raise InputError(f"{name}: no YAML: {str(error).splitlines()[0]}") from None
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "document"
        raise InputError(f"{name}: {place}: {first['msg']}") from None
    except (ValueError, RecursionError):
        raise InputError(f"{name}: this is not YAML in UTF-8") from None
