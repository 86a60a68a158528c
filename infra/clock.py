"""The only clock: read at the doors and in the voice session, never where something is decided."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give this instant in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # this is the one place that may ask
