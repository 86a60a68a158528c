"""Skips a test whose tool is missing, or fails it where REQUIRE_ALL=1 says that nothing may be skipped."""

import os
import shutil

import pytest


def require(tool: str) -> str:
    """Find a program; answers its path."""
    found = shutil.which(tool)
    if found is not None:
        return found
    reason = f"{tool} is not installed"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
