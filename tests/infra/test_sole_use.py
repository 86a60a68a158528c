"""A data folder has one `callwarden up`: what it starts would take the other's topics for its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from governance.errors import InputError
from infra.sole_use import SoleUse
from tests.support.tree import ROOT

pytestmark = pytest.mark.fault
HOLD = """
import sys
from pathlib import Path
from infra.sole_use import SoleUse
held = SoleUse(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_told_who_is_there_and_what_to_do(tmp_path: Path) -> None:
    first = SoleUse(tmp_path)
    with pytest.raises(InputError, match=r"process \d+ of Callwarden runs .* give another --data"):
        SoleUse(tmp_path)
    first.stop()
    SoleUse(tmp_path).stop()


def test_one_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InputError, match=f"process {other.pid} "):
            SoleUse(tmp_path)
        other.kill()
    SoleUse(tmp_path).stop()
