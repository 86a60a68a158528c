"""What each try of a test has for itself: a name, and the whole of its time.

What a failed try left in parts that a module shares is nothing that the next one meets.
"""

from itertools import count

import pytest
from pytest_timeout import _get_item_settings

TRIES = count(1)


@pytest.fixture
def own() -> str:
    """Give a name that no other test, and no earlier try of this one, has."""
    return f"t{next(TRIES):05}"  # none begins another


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> int:
    """Tell which try of the test this is, from 1."""
    return int(getattr(request.node, "execution_count", 1))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Set the clock anew: it is set once for all tries, and one after a try that used it up could hang for ever."""
    if getattr(item, "execution_count", 1) > 1:
        hooks = item.config.pluginmanager.hook
        hooks.pytest_timeout_cancel_timer(item=item)
        hooks.pytest_timeout_set_timer(item=item, settings=_get_item_settings(item))
