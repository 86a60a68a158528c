"""Found audit entries as CSV (RFC 4180) or JSON Lines, for files that people and programs read."""

import csv
import io
from collections.abc import Mapping, Sequence

from schemas.audit import AuditEntry

COLUMNS = tuple(AuditEntry.model_fields)
# A spreadsheet takes a cell that starts with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(entries: Sequence[AuditEntry]) -> str:
    """Write a header and one row for each entry; a cell that looks like a formula is led by an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        row: Mapping[str, object] = entry.model_dump(mode="json")
        writer.writerow([cell(row[name]) for name in COLUMNS])
    return text.getvalue()


def as_json_lines(entries: Sequence[AuditEntry]) -> str:
    """Write one JSON object a line."""
    return "".join(f"{entry.model_dump_json()}\n" for entry in entries)


def cell(value: object) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
