"""A name of a try's own: what a failed try left in parts that a module shares is nothing that the next one meets."""

from itertools import count

import pytest

TRIES = count(1)


@pytest.fixture
def own() -> str:
    """Give a name that no other test, and no earlier try of this one, has."""
    return f"t{next(TRIES):05}"  # none begins another


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> int:
    """Tell which try of the test this is, from 1."""
    return int(getattr(request.node, "execution_count", 1))
