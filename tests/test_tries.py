"""A test that hangs is ended in each of its tries, not in the first alone."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

HANGS = """
import asyncio

async def test_hangs():
    await asyncio.Event().wait()
"""
ENDS_WITHIN_S = 120.0  # of patience only


def test_each_try_has_its_time(tmp_path: Path) -> None:
    (tmp_path / "test_hangs.py").write_text(HANGS, encoding="utf-8")
    plugins = ("-p", "tests.support.tries", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(tmp_path))
    clock = ("--reruns", "2", "--timeout", "1", "-o", "asyncio_mode=auto")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *clock, str(tmp_path / "test_hangs.py")],
        capture_output=True, text=True, timeout=ENDS_WITHIN_S, check=False, cwd=Path(__file__).parents[1],
    )
    assert "1 failed, 2 rerun" in ended.stdout, ended.stdout[-2000:]
