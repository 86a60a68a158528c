"""Stub."""


def install() -> None:
    """Add the page."""
