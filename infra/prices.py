"""Reads price lists: the one that ships with Callwarden, or a file; an error names the file and the place in it."""

from pathlib import Path

from pydantic import TypeAdapter

from infra import yaml_file
from schemas.costs import PriceList

SHIPPED = Path(__file__).with_name("prices.yaml")
_FILE = TypeAdapter(PriceList)


def load(path: Path | None = None) -> PriceList:
    """Give the prices of a file, or the shipped list; raises InputError."""
    return yaml_file.read(path or SHIPPED, _FILE, named_by="--prices or CALLWARDEN_PRICES").content
